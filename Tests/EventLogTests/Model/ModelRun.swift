@testable import EventLog
import TestSupport

/// The first command to which a log has given another answer than the model.
struct ModelDifference: Hashable, Sendable, CustomStringConvertible {
    /// Its place in the sequence, from 0; those behind the last are the checks at the end.
    let number: Int
    let command: ModelCommand
    let expected: ModelOutcome
    let found: ModelOutcome

    var description: String {
        "command \(number), \(command.literal):\nexpected \(Self.text(of: expected))\nfound    \(Self.text(of: found))"
    }

    private static func text(of outcome: ModelOutcome) -> String { String("\(outcome)".prefix(2_000)) }
}

/// Carries out a sequence on a log and on the model, and compares what comes of each command.
enum ModelRun {
    /// What follows every sequence.
    private static let end: [ModelCommand] = [.settle, .index, .verify, .read(ModelRead()), .recorded(at: .head(0))]

    /// In a folder of its own, by this process alone. Nil when all answers are the same.
    ///
    /// - Parameter model: an empty one; or one that is wrong, to see whether that is found.
    static func difference(
        in sequence: ModelSequence, from model: ModelLog = ModelLog()
    ) async throws -> ModelDifference? {
        let directory = try TemporaryDirectory()
        let found = try await difference(in: sequence, from: model, at: directory.path, beside: nil)
        withExtendedLifetime(directory) {}
        return found
    }

    /// In a folder that was prepared, with a second process that serves there.
    static func difference(in sequence: ModelSequence, besideOtherIn folder: String) async throws -> ModelDifference? {
        let other = OtherProcess(in: folder)
        let result: Result<ModelDifference?, any Error>
        do {
            let path = OtherProcess.logFolder(in: folder)
            result = .success(try await difference(in: sequence, from: ModelLog(), at: path, beside: other))
        } catch {
            result = .failure(error)
        }
        try other.end()
        return try result.get()
    }

    private static func difference(
        in sequence: ModelSequence, from empty: ModelLog, at path: String, beside other: OtherProcess?
    ) async throws -> ModelDifference? {
        var model = empty
        let log = try await CommandedLog(in: path, sequence.setting)
        defer { log.close() }
        for (number, unresolved) in (sequence.commands + end).enumerated() {
            let command = (other == nil ? unresolved.byOneProcess : unresolved).resolved(model.head)
            let (expected, found) = await answers(to: command, &model, log, other)
            if case .cancel = command, expected.begins(with: found) { continue }
            if expected != found {
                return ModelDifference(number: number, command: unresolved, expected: expected, found: found)
            }
        }
        return nil
    }

    private static func answers(
        to command: ModelCommand, _ model: inout ModelLog, _ log: CommandedLog, _ other: OtherProcess?
    ) async -> (expected: ModelOutcome, found: ModelOutcome) {
        switch command {
        case .together(let appends):
            let found = await outcomes(of: appends, log.log, other)
            return (.together(model.together(appends, giving: found)), .together(found))
        case .append(let append) where append.way == .byOther:
            return (model.carryOut(command), await outcome(of: append, log.log, other))
        case .byOther(let inner):
            let expected = model.carryOut(command)
            return (expected, await other?.carryOut(inner) ?? .failed("there is no other process"))
        default:
            let expected = model.carryOut(command)
            return (expected, await log.carryOut(command, awaiting: expected.followedCounts))
        }
    }

    private static func outcomes(
        of appends: [ModelAppend], _ log: EventLog, _ other: OtherProcess?
    ) async -> [ModelOutcome] {
        await withTaskGroup(of: (Int, ModelOutcome).self) { group in
            for (number, append) in appends.enumerated() {
                group.addTask { (number, await ModelRun.outcome(of: append, log, other)) }
            }
            var outcomes = appends.map { _ in ModelOutcome.done }
            for await (number, outcome) in group { outcomes[number] = outcome }
            return outcomes
        }
    }

    private static func outcome(
        of append: ModelAppend, _ log: EventLog, _ other: OtherProcess?
    ) async -> ModelOutcome {
        guard append.way == .byOther, let other else { return await log.carryOut(append) }
        return await other.carryOut(.append(append))
    }
}
