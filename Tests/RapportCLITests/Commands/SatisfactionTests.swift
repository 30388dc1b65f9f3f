import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5)))
struct SatisfactionTests {
    @Test func trendShowsEachMonthWithItsInterval() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("satisfaction", "--data", directory.path, "--metric", "nps")
        #expect(run.errors == "")
        #expect(
            run.output == """
                Month      NPS  n  -100                          0                           100
                ───────  ─────  ─  ─────────────────────────────────────────────────────────────
                2017-01  100.0  1                 ├────────────────────────────────────────────●
                2017-02    0.0  2          ├─────────────────────●─────────────────────┤
                all       33.3  3                 ├────────────────────────●──────────────┤
                at position 15\n
                """)
    }

    @Test func trendIsJSON() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport(
            "satisfaction", "--data", directory.path, "--metric", "nps", "--json", "--survey", "relationship")
        #expect(try canonical(run.output) == canonical(Self.expected))
    }

    @Test func eachGroupHasItsChart() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport(
            "satisfaction", "--data", directory.path, "--metric", "nps", "--by", "year", "--dimension", "region")
        let cells = run.lines.map { $0.split(separator: " ").prefix(3).joined(separator: " ") }
        #expect(
            cells.filter { !$0.hasPrefix("─") } == [
                "north NPS n", "2017 0.0 2", "all 0.0 2", "south NPS n", "2017 100.0 1", "all 100.0 1",
                "at position 15",
            ])
    }

    @Test func withoutAMetricItListsWhatCanBeAskedFor() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("satisfaction", "--data", directory.path)
        #expect(
            run.output == """
                Metric  Survey        Question   Dimensions
                ──────  ────────────  ─────────  ──────────
                nps     relationship  recommend  region
                at position 15\n
                """)
    }

    @Test func noAnswersAreNoChart() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("satisfaction", "--data", directory.path, "--metric", "ces")
        #expect(run.output == "No answers.\nat position 15\n")
    }

    private static func point(_ period: String, _ counts: [Int], mean: String, nps: String) -> String {
        """
        {"period": "\(period)", "mean": {\(mean)}, "nps": {\(nps), "method": "adjustedWald"},
         "counts": {"scaleMin": 0, "scaleMax": 10, "counts": \(counts), "noAnswer": 0, "notApplicable": 0}}
        """
    }

    private static let january = point(
        "2017-01", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], mean: #""n": 1, "mean": 10"#,
        nps: """
            "promoters": 1, "passives": 0, "detractors": 0, "n": 1, "score": 100, "standardError": 0,
            "lower": -48.498649, "upper": 98.498649
            """)
    private static let february = point(
        "2017-02", [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0],
        mean: #""n": 2, "mean": 6, "standardError": 3, "lower": 0.120108, "upper": 10"#,
        nps: """
            "promoters": 1, "passives": 0, "detractors": 1, "n": 2, "score": 0, "standardError": 70.710678,
            "lower": -73.335137, "upper": 73.335137
            """)
    private static let all = point(
        "all", [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1],
        mean: #""n": 3, "mean": 7.333333, "standardError": 2.185813, "lower": 3.049219, "upper": 10"#,
        nps: """
            "promoters": 2, "passives": 0, "detractors": 1, "n": 3, "score": 33.333333, "standardError": 54.433105,
            "lower": -51.333173, "upper": 84.666506
            """)

    private static let expected = """
        {"metric": "nps", "by": "month", "zone": "UTC", "position": 15,
         "points": [\(january), \(february)], "overall": [\(all)]}
        """
}
