import Foundation
import TestSupport
import Testing

@testable import RapportCLI

/// `diff` of a funnel of behaviour: whether the events between are named.
@Suite(.timeLimit(.minutes(10)))
struct FunnelDiffTests {
    private let visits: TinyVisits

    init() async throws {
        visits = try await TinyVisits()
    }

    private static let note = "The events between are not named for a funnel that is gone through;"

    private func diff(_ question: [String], _ options: String...) async throws -> CommandRun {
        let run = try await visits.run(
            ["diff", "--from", "8", "--to", "10"] + options + ["behaviour"] + question + ["--at", "2017-06-30"])
        #expect(run.status == 0, "\(run.errors)")
        return run
    }

    @Test("for a funnel in a file no events are named, and that is said")
    func goneThrough() async throws {
        let file = try visits.file()
        let text = try await diff([file])
        #expect(text.lines.contains { $0.hasPrefix(Self.note) }, "\(text.output)")
        #expect(text.lines.first?.contains("Events") == false, "\(text.output)")
        let json = try jsonObject(try await diff([file], "--json"))
        #expect((json["note"] as? String)?.hasPrefix(Self.note) == true, "\(json)")
        let quiet = try await diff([file], "--without-events")
        #expect(quiet.output.contains(Self.note) == false, "\(quiet.output)")
    }

    @Test("for a saved funnel the events are named by its rows")
    func byRows() async throws {
        try await visits.save()
        let json = try jsonObject(try await diff(["--saved", "signup"], "--json"))
        #expect(json["note"] == nil)
        let changes = try #require(json["changes"] as? [[String: Any]])
        let converted = try #require(changes.first { $0["path"] as? String == "converted" }, "\(changes)")
        // C-4 has bought at 9.
        let events = try #require(converted["events"] as? [Any])
        #expect(events.compactMap { $0 as? Int }.contains(9), "\(converted)")
    }

    @Test("a saved funnel that is gone through, as with another view of who is who, names none")
    func savedAndGoneThrough() async throws {
        try await visits.save()
        let json = try jsonObject(try await diff(["--saved", "signup", "--identity-at", "8"], "--json"))
        #expect((json["note"] as? String)?.hasPrefix(Self.note) == true, "\(json)")
        let changes = try #require(json["changes"] as? [[String: Any]])
        #expect(changes.isEmpty == false)
        #expect(changes.allSatisfy { $0["events"] == nil })
    }
}
