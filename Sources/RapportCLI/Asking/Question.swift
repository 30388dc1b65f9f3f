import ArgumentParser
import EventLog
import Projection
import Rapport

/// A question as its words on the command line, which can be asked of any state of a CRM.
struct Question: Sendable {
    /// The words, without those that say where, as of when, and in which form.
    let words: [String]
    let command: any QuestionCommand

    /// The question of a command that was given as `words`.
    init(_ command: any QuestionCommand, words: [String]) throws {
        self.command = command
        self.words = try QuestionWords(
            words, without: QuestionWords.form, QuestionWords.moment.union(QuestionWords.reader)
        ).question
    }

    /// Reads a question: the name of a command, and its options.
    ///
    /// - Parameter path: the data directory that the command would look in.
    /// - Throws: wrong usage as the command itself, and for a command that asks no question.
    init(_ words: [String], data path: String) throws {
        guard let name = words.first, Self.names.contains(name) else {
            let found = words.first.map { "'\($0)' asks no question" } ?? "which question?"
            throw ValidationError("\(found); expected one of \(Self.names.joined(separator: ", ")).")
        }
        let parsed = try RapportCommand.parseAsRoot([name, "--data=\(path)"] + words.dropFirst())
        guard let command = parsed as? any QuestionCommand else {
            throw ValidationError("'\(name)' asks no question.")
        }
        try self.init(command, words: words)
    }

    /// The names of the commands that ask questions.
    static var names: [String] {
        RapportCommand.configuration.subcommands.compactMap { command in
            command is any QuestionCommand.Type ? command.configuration.commandName : nil
        }
    }
}

// MARK: - Asking

extension Question {
    /// Asks as the question's own options say, or at `moment`.
    func ask(_ crm: Rapport, at moment: PastMoment? = nil) async throws -> Answer {
        if let moment { return try await ask(crm, about: moment, isAsOf: true) }
        guard let own = try await ownMoment(in: crm) else {
            return try await ask(reading(crm), of: crm.log, about: nil, recordedUntil: nil)
        }
        return try await ask(crm, about: own, isAsOf: command.query.asOf != nil)
    }

    /// The answer as JSON, without a stamp.
    func answer(in crm: Rapport, at moment: PastMoment? = nil) async throws -> JSONTree {
        try await ask(crm, at: moment).reply.json()
    }

    /// The moment of the past that the question's own options name, nil for all that is recorded; waits for what they
    /// say is to be waited for.
    func ownMoment(in crm: Rapport) async throws -> PastMoment? {
        let query = command.query
        if query.asOf == nil, command.happenedBy == nil || query.atLeast != nil {
            try await DataDirectory.wait(
                for: query.atLeast, of: command.rowModels(in: crm), in: crm, seconds: query.wait)
        }
        return try query.moment(in: crm.log, happenedBy: command.happenedBy)
    }

    private func ask(_ crm: Rapport, about moment: PastMoment, isAsOf: Bool) async throws -> Answer {
        let recordedUntil = try crm.log.withEvent(at: moment.position) { $0.recordedAt }
        return try await ask(
            state(of: crm, at: moment), of: crm.log, about: moment, recordedUntil: isAsOf ? recordedUntil : nil)
    }

    private func ask(
        _ state: any CRMState, of log: EventLog, about moment: PastMoment?, recordedUntil: Timestamp?
    ) async throws -> Answer {
        let reply = try await command.answer(of: state)
        return Answer(
            question: self, reply: reply, readModels: try command.rowModels(in: state), logID: log.logID,
            moment: moment, recordedUntil: recordedUntil)
    }

    /// The CRM as whoever asks may see it.
    private func reading(_ crm: Rapport) -> CRMReading {
        crm.reading(as: command.query.reader.actor, for: command.query.reader.purpose)
    }

    /// The CRM as it was; shows how far rows are built for it.
    private func state(of crm: Rapport, at moment: PastMoment) throws -> PastState {
        let progress = ProgressLine(label: "Building rows of the past")
        return try reading(crm).state(asOf: moment.position, occurredUntil: moment.occurredUntil) { progress.show($0) }
    }
}

// MARK: - Single values

extension Question {
    /// Which events have made the value at `path`; nil where the path leads nowhere.
    func lineage(of path: ValuePath, at moment: PastMoment, in crm: Rapport) async throws -> Lineage? {
        let progress = ProgressLine(label: "Building rows of the past")
        return try await reading(crm).explain(
            at: moment, onBuild: { progress.show($0) },
            answering: { [self] state in try await text(at: path, of: state) })
    }

    /// By which events between two moments the value at `path` has become another, has come, or has gone.
    func changes(
        of path: ValuePath, from first: PastMoment, to second: PastMoment, in crm: Rapport
    ) async throws -> [Position] {
        let progress = ProgressLine(label: "Building rows of the past")
        return try await reading(crm).changes(
            from: first, to: second, onBuild: { progress.show($0) },
            answering: { [self] state in try await text(at: path, of: state) })
    }

    /// The value at `path` as text, asked of a state; nil where the path leads nowhere, or nothing answers.
    func text(at path: ValuePath, of state: any CRMState) async throws -> String? {
        do {
            return path.value(in: try await command.answer(of: state).json())?.text
        } catch let failure as CommandFailure where failure.status == .notFound {
            return nil
        }
    }
}
