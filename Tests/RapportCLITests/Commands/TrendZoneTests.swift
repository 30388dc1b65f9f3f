import Foundation
import TestSupport
import Testing

@testable import RapportCLI

/// `behaviour --trend`: in which zone the periods begin.
///
/// In Honolulu, ten hours behind UTC, the visits of C-1 begin on 02-28 and those of C-4 on 03-31.
@Suite(.timeLimit(.minutes(10)))
struct TrendZoneTests {
    private let visits: TinyVisits

    init() async throws {
        visits = try await TinyVisits()
    }

    private static let zone = ["--zone", "Pacific/Honolulu"]

    private static let ofUTC = ["2017-03,viewed,3", "2017-04,viewed,1"]
    private static let ofHonolulu = ["2017-02,viewed,1", "2017-03,viewed,3"]

    /// Period and count of those who have viewed.
    private func periods(_ words: [String]) async throws -> [String] {
        let run = try await visits.run(["behaviour", "--at", "2017-06-30", "--trend", "month", "--csv"] + words)
        #expect(run.status == 0, "\(run.errors)")
        let lines = run.lines.filter { $0.contains(",viewed,") }
        return lines.map { $0.split(separator: ",").prefix(3).joined(separator: ",") }
    }

    @Test("the periods are those of the zone that is asked for, from a file and from rows")
    func askedZone() async throws {
        let file = try visits.file()
        #expect(try await periods([file]) == Self.ofUTC)
        #expect(try await periods([file] + Self.zone) == Self.ofHonolulu)
        try await visits.save()
        #expect(try await periods(["--saved", "signup"]) == Self.ofUTC)
        #expect(try await periods(["--saved", "signup"] + Self.zone) == Self.ofHonolulu)
    }

    @Test("without a zone they are those of the funnel's zone")
    func zoneOfTheFunnel() async throws {
        let file = try visits.file(TinyVisits.definition("zone: Pacific/Honolulu\n"))
        #expect(try await periods([file]) == Self.ofHonolulu)
        #expect(try await periods([file, "--zone", "UTC"]) == Self.ofUTC)
    }

    @Test("the answer names the zone of the periods where it is another one")
    func answeredZone() async throws {
        let words = ["behaviour", try visits.file(), "--at", "2017-06-30", "--trend", "month"]
        let usual = try jsonObject(try await visits.run(words + ["--json"]))
        #expect(usual["zone"] as? String == "UTC")
        #expect(usual["trendZone"] == nil)
        let other = try jsonObject(try await visits.run(words + Self.zone + ["--json"]))
        #expect(other["zone"] as? String == "UTC")
        #expect(other["trendZone"] as? String == "Pacific/Honolulu")
        let text = try await visits.run(words + Self.zone)
        #expect(text.lines.contains { $0.hasPrefix("Period (Pacific/Honolulu) ") }, "\(text.output)")
    }
}
