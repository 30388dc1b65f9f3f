import EventLog
import Projection
import Rapport

/// The same question at two moments of one log.
struct AnswerComparison: Sendable {
    let question: Question
    let crm: Rapport
    let first: PastMoment
    let second: PastMoment

    /// What differs between the answers.
    ///
    /// - Parameter withEvents: says of each value by which events.
    /// - Throws: ``CommandFailure`` when neither has an answer.
    func diff(withEvents: Bool) async throws -> AnswerDiff {
        let (before, after) = (try await answer(at: first), try await answer(at: second))
        if case .failure = before, case .failure(let failure) = after { throw failure }
        let newest = try? after.get()
        let found = ValueChanges.between(try? before.get(), newest).filter { !isOwnPosition($0) }
        let namesEvents = try withEvents && hasRows()
        var changes: [AnswerDiff.Change] = []
        var search = EventSearch(self)
        let progress = ProgressLine(label: "Looking for events")
        defer { progress.finish() }
        for change in found {
            let events: [Position]? = namesEvents ? try await search.events(of: change) : nil
            changes.append(AnswerDiff.Change(change, by: events))
            progress.update(done: changes.count, of: found.count)
        }
        return AnswerDiff(
            question: question.words, from: first.position, to: second.position,
            occurredUntil: second.occurredUntil, changes: changes,
            note: withEvents && !namesEvents && !changes.isEmpty ? question.command.noteWithoutRows : nil)
    }

    /// Whether rows answer at both moments: only by these it is found which events have made a value.
    private func hasRows() throws -> Bool {
        guard question.command.asksRows else { return false }
        for moment in [first, second] {
            let state = try crm.state(asOf: moment.position, occurredUntil: moment.occurredUntil)
            if try question.command.rowModels(in: state).isEmpty { return false }
        }
        return true
    }

    /// What is asked about may not have been there yet.
    private func answer(at moment: PastMoment) async throws -> Result<JSONTree, CommandFailure> {
        do {
            return .success(try await question.answer(in: crm, at: moment))
        } catch let failure as CommandFailure where failure.status == .notFound {
            return .failure(failure)
        }
    }

    /// Whether it says no more than what each answer is of.
    private func isOwnPosition(_ change: ValueChange) -> Bool {
        guard !change.path.entersList, case .member("position")? = change.path.steps.last else { return false }
        return (change.from?.text ?? first.position.description) == first.position.description
            && (change.to?.text ?? second.position.description) == second.position.description
    }
}

/// Finds the events between two moments by which values have become others.
private struct EventSearch {
    private let comparison: AnswerComparison
    /// By the text forms of paths: values often stand in the same place.
    private var known: [String: [Position]] = [:]

    init(_ comparison: AnswerComparison) {
        self.comparison = comparison
    }

    /// In the order of the log, where rows answer. Where none is found, they are the events of what the value stands
    /// in, of which they have changed something, too.
    mutating func events(of change: ValueChange) async throws -> [Position] {
        var path = change.path
        while true {
            let found = try await events(at: path)
            if !found.isEmpty || path.steps.isEmpty { return found }
            path = ValuePath(steps: Array(path.steps.dropLast()))
        }
    }

    private mutating func events(at path: ValuePath) async throws -> [Position] {
        if let found = known[path.description] { return found }
        let found = try await comparison.question.changes(
            of: path, from: comparison.first, to: comparison.second, in: comparison.crm)
        known[path.description] = found
        return found
    }
}
