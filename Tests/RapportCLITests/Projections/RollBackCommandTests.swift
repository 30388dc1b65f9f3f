import EventLog
import Projection
import TestSupport
import Testing

@testable import RapportCLI

/// `rebuild --roll-back`: the rows that were replaced last answer again.
@Suite(.timeLimit(.minutes(5)))
struct RollBackCommandTests {
    private func rollBack(_ directory: TemporaryDirectory) async throws -> CommandRun {
        try await rapport("rebuild", ServedRows.model, "--roll-back", "--json", "--data", directory.path)
    }

    @Test func rowsCanBeLeftAndComeBackTo() async throws {
        let directory = try await TinyCompany.directory()
        _ = try await rapport("rebuild", ServedRows.model, "--data", directory.path)
        let first = try #require(try ServedRows.names(in: directory).serving)
        let none = try await rollBack(directory)
        #expect(none.status == 2)
        #expect(
            none.errors == "rapport: read model search has no rows to go back to: none from before are kept\n")

        _ = try await rapport("rebuild", ServedRows.model, "--data", directory.path)
        let second = try #require(try ServedRows.names(in: directory).serving)
        #expect(second != first)
        let answer = try await rapport("find", "Müller", "--data", directory.path)
        for (before, now) in [(second, first), (first, second)] {
            let run = try await rollBack(directory)
            #expect(run.status == 0, "\(run.errors)")
            let models = try ServedRows.decode([RolledBackModel].self, run)
            let expected = RolledBackModel(
                name: ServedRows.model, position: Position(15), rowsBefore: before, rowsNow: now)
            #expect(models == [expected])
            #expect(try ServedRows.names(in: directory).serving == now)
            let again = try await rapport("find", "Müller", "--data", directory.path)
            #expect(again.output == answer.output)
        }
    }

    @Test func whatWasAppendedMeanwhileIsInTheRows() async throws {
        let directory = try await TinyCompany.directory()
        for _ in 0..<2 { _ = try await rapport("rebuild", "--data", directory.path) }
        _ = try await rapport("append", "--data", directory.path, input: #"{"type":"own.a"}"#)
        let run = try await rapport("rebuild", "pipeline", "search", "--roll-back", "--data", directory.path)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.lines.count == 5, "\(run.output)")
        #expect(run.lines[0].hasPrefix("Read model"))
        let question = try await rapport("pipeline", "--data", directory.path, "--at-least", "16")
        #expect(question.status == 0, "\(question.errors)")
        let rebuilt = try await rapport("rebuild", "pipeline", "search", "--json", "--data", directory.path)
        for model in try ServedRows.decode([RebuiltModel].self, rebuilt) {
            #expect(model.digestBefore == model.digestAfter, "\(model.name)")
        }
    }

    @Test func anOlderProgramGoesBackByBeingStarted() async throws {
        let directory = try await TinyCompany.directory()
        _ = try await rapport("rebuild", ServedRows.model, "--data", directory.path)
        let own = try #require(try ServedRows.names(in: directory).serving)
        try await ServedRows.letOthersAnswer(in: directory)
        let others = try #require(try ServedRows.names(in: directory).serving)
        #expect(others != own)

        let run = try await rollBack(directory)
        #expect(run.status == 0, "\(run.errors)")
        let models = try ServedRows.decode([RolledBackModel].self, run)
        #expect(models.map(\.rowsBefore) == [others])
        #expect(models.map(\.rowsNow) == [own])

        let again = try await rollBack(directory)
        #expect(again.status == 2)
        #expect(
            again.errors == """
                rapport: read model search has no rows to go back to: those from before are of version \
                \(ServedRows.otherVersion), this program has version \(ServedRows.version)\n
                """)
        #expect(try ServedRows.names(in: directory).serving == own)

        // The other program comes back, and then a question of this one's is answered from its own rows.
        try await ServedRows.letOthersAnswer(in: directory)
        #expect(try ServedRows.names(in: directory).serving == others)
        let answer = try await rapport("find", "Müller", "--data", directory.path)
        #expect(answer.status == 0, "\(answer.errors)")
        #expect(try ServedRows.names(in: directory).serving == own)
    }

    @Test func namesThatNobodyKnowsAreTold() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("rebuild", "sales", "--roll-back", "--data", directory.path)
        #expect(run.status == 2)
        #expect(run.errors.hasPrefix("rapport: no read model is named sales; expected "))
        let nowhere = try await rapport("rebuild", "search", "--roll-back", "--data", directory.path + "/nowhere")
        #expect(nowhere.status == 2)
        #expect(nowhere.errors.contains("no log here"))
    }
}
