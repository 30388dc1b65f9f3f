import Foundation
import Rapport
import Testing
import TestSupport

@testable import RapportCLI

@Suite(.timeLimit(.minutes(5)))
struct DemoTests {
    @Test func aSecondRunAddsNothing() async throws {
        let directory = try TemporaryDirectory()
        let first = try await rapport("demo", "--events", "2000", "--data", directory.path)
        #expect(first.errors == "")
        #expect(first.status == 0)
        #expect(first.lines[0] == "Data directory: \(directory.path)")
        #expect(first.lines[1].hasPrefix("Appended 2,000 events in "))
        for title in [
            "The sales funnel", "A funnel of any events", "A customer", "Would they recommend us?",
            "After which scores do they order again?", "Who comes back?", "Whom to look after",
            "What they will still buy", "Do orders arrive when promised?", "Are cases solved as promised?",
            "How well are cases served?", "What became of complaints and suggestions?",
        ] {
            #expect(first.lines.contains { $0.hasPrefix("── \(title) (answered in ") })
        }
        #expect(first.lines.last == "at position 2000")

        let second = try await rapport("demo", "--events", "2000", "--data", directory.path)
        #expect(second.lines[1] == "Nothing to add: all 2,000 events are there already.")
        #expect(second.lines.last == "at position 2000")
        #expect(answers(second) == answers(first))
    }

    @Test func theFunnelOfTheTourIsTheOneToLookAt() async throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "schemas/funnels/lead-to-order.yaml")
        let definition = try FunnelDefinition(yaml: String(contentsOf: file, encoding: .utf8), file: file.path)
        #expect(try FunnelDefinition(yaml: DemoTour.leadToOrder) == definition)
        let checked = try await rapport("funnels", "--check", file.path)
        #expect(checked.status == 0, "\(checked.errors)")
        #expect(checked.lines.first == "ok: funnel lead-to-order (From a lead to a delivered order)")
    }

    @Test func withoutADirectoryItNamesANewOne() async throws {
        // The environment's directory is for real events.
        let run = try await rapport("demo", "--events", "100", environment: ["RAPPORT_DATA": "/nowhere"])
        let path = String(try #require(run.lines.first)).replacing("Data directory: ", with: "")
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(run.status == 0)
        #expect(FileManager.default.fileExists(atPath: path + "/log/data.mdb"))
    }

    @Test func realEventsAreNotMixedWithMadeUpOnes() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("demo", "--events", "100", "--data", directory.path)
        #expect(run.status == 3)
        #expect(run.errors.contains("holds events that are not made up"))
        #expect(try await rapport("verify", "--data", directory.path).lines.last == "at position 15")
    }

    /// What follows from the events, without times taken and days of recording.
    private func answers(_ run: CommandRun) -> [Substring] {
        run.lines.dropFirst(3).filter { !$0.contains("answered in") }
    }
}
