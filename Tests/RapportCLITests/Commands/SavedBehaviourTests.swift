import Foundation
import Testing
import TestSupport

@testable import RapportCLI

/// `behaviour --saved`: funnels whose rows are kept.
@Suite(.timeLimit(.minutes(10)))
struct SavedBehaviourTests {
    private let visits: TinyVisits
    private let file: String

    init() async throws {
        visits = try await TinyVisits()
        file = try visits.file()
    }

    @Test func aSavedFunnelIsAnsweredByItsRows() async throws {
        try await visits.save()
        let options = ["--at", "2017-06-30", "--trend", "month", "--histogram", "--json"]
        var ofFile = try jsonObject(try await visits.run(["behaviour", file] + options))
        var ofRows = try jsonObject(try await visits.run(["behaviour", "--saved", "signup"] + options))
        #expect(ofRows["readModel"] as? String == "funnel-signup-v1")
        for member in ["readModel", "answered"] {
            ofFile[member] = nil
            ofRows[member] = nil
        }
        #expect(NSDictionary(dictionary: ofRows) == NSDictionary(dictionary: ofFile))
    }

    @Test func subjectsOfASavedFunnelAreThoseOfTheFile() async throws {
        try await visits.save()
        for list in [["--reached", "viewed"], ["--dropped", "bought"]] {
            let options = list + ["--at", "2017-06-30", "--csv"]
            let ofFile = try await visits.run(["behaviour", file] + options)
            let ofRows = try await visits.run(["behaviour", "--saved", "signup"] + options)
            #expect(ofRows.status == 0 && ofRows.output == ofFile.output, "\(ofRows.output)\(ofRows.errors)")
        }
    }

    @Test func aNumberOfASavedFunnelIsExplained() async throws {
        try await visits.save()
        let run = try await visits.run(
            "explain", "--json", "steps[signed].count", "behaviour", "--saved", "signup", "--at", "2017-06-30")
        #expect(run.status == 0, "\(run.errors)")
        let json = try JSONTree(parsing: Array(run.printed.utf8))
        #expect(json.member("value")?.text == "3")
        guard case .array(let events)? = json.member("events") else {
            Issue.record("no events: \(run.output)")
            return
        }
        let positions = Set(events.compactMap { $0.member("position")?.text })
        #expect(positions.isSuperset(of: ["1", "2", "4", "5", "7", "8"]), "\(positions)")
        #expect(!positions.contains("6") && !positions.contains("10"), "\(positions)")
    }

    @Test func whatTheEventsOfAFileSayIsNotExplained() async throws {
        let run = try await visits.run("explain", "entered", "behaviour", file, "--at", "2017-06-30")
        #expect(run.status == 6, "\(run.output)\(run.errors)")
    }
}
