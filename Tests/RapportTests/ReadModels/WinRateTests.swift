import EventLog
import Rapport
import Testing

/// Win rates on both bases, and quantiles of cycle times.
@Suite struct WinRateTests {
    /// A deal opened and closed at noon.
    private static func deal(_ id: String, opened: String, _ end: (day: String, DealStory.Change)?) -> DealStory {
        var story = DealStory(id: id, customer: "C-1")
        let opening = DealStory.Change.opened(stage: "new", amount: nil, owner: "")
        story.changes.append(.init(at: .at(opened + "T12:00:00Z"), change: opening))
        if let end { story.changes.append(.init(at: .at(end.day + "T12:00:00Z"), change: end.1)) }
        return story
    }

    private static func rates(
        _ stories: [DealStory], from: CivilDate? = nil, to: CivilDate? = nil, zone: String = "UTC"
    ) async throws -> [[Int64?]] {
        let folder = try CRMFolder(try stories.flatMap { try $0.events() })
        let rates = try await folder.crm.winRates(from: from, to: to, zone: zone, atLeast: folder.head)
        return (rates.points + (rates.overall.map { [$0] } ?? [])).map {
            [
                $0.wonInPeriod, $0.lostInPeriod, $0.closedWinRateBp, $0.opened, $0.won, $0.lost, $0.open,
                $0.openedWinRateBp,
            ]
        }
    }

    @Test("a period's closed deals are counted by closing, its opened ones by opening, as they stand now")
    func bothBases() async throws {
        let stories = [
            Self.deal("D-1", opened: "2024-01-05", ("2024-01-20", .won(nil))),
            Self.deal("D-2", opened: "2024-01-06", ("2024-02-20", .won(nil))),
            Self.deal("D-3", opened: "2024-01-07", ("2024-02-21", .lost)),
            Self.deal("D-4", opened: "2024-02-08", nil),
            Self.deal("D-5", opened: "2024-02-09", ("2024-04-01", .lost)),
        ]
        let found = try await Self.rates(stories)
        let expected: [[Int64?]] = [
            [1, 0, 10_000, 3, 2, 1, 0, 6667], [1, 1, 5000, 2, 0, 1, 1, 0], [0, 1, 0, 0, 0, 0, 0, nil],
            [2, 2, 5000, 5, 2, 2, 1, 5000],
        ]
        #expect(found == expected)
        let february = try await Self.rates(stories, from: .on("2024-02-01"), to: .on("2024-02-29"))
        #expect(february == [expected[1], expected[1]])
        #expect(try await Self.rates([]) == [])
    }

    @Test("days are those of the zone")
    func zones() async throws {
        var story = DealStory(id: "D-1", customer: "C-1")
        let opening = DealStory.Change.opened(stage: "new", amount: nil, owner: "")
        story.changes.append(.init(at: .at("2024-01-31T23:30:00Z"), change: opening))
        story.changes.append(.init(at: .at("2024-02-29T23:30:00Z"), change: .won(nil)))
        let utc = try await Self.rates([story])
        #expect(utc.map { [$0[0], $0[3]] } == [[0, 1], [1, 0], [1, 1]])
        let berlin = try await Self.rates([story], zone: "Europe/Berlin")
        #expect(berlin.map { [$0[0], $0[3]] } == [[0, 1], [1, 0], [1, 1]])
        let february = try await Self.rates(
            [story], from: .on("2024-02-01"), to: .on("2024-02-29"), zone: "Europe/Berlin")
        #expect(february == [[0, 0, nil, 1, 1, 0, 0, 10_000], [0, 0, nil, 1, 1, 0, 0, 10_000]])
    }

    @Test("a win that is taken back counts less one when the deal is opened again")
    func reopened() async throws {
        var story = Self.deal("D-1", opened: "2024-01-05", ("2024-01-20", .won(nil)))
        story.changes.append(.init(at: .at("2024-03-01T12:00:00Z"), change: .reopened(to: "new")))
        let found = try await Self.rates([story])
        #expect(found.map { $0[0] } == [1, -1, 0])
        #expect(found.last == [0, 0, nil, 1, 0, 0, 1, nil])
    }

    @Test("between two deals the quantiles of cycle times are interpolated")
    func quantiles() async throws {
        let stories = (1...4).map { number in
            Self.deal("D-\(number)", opened: "2024-01-01", ("2024-01-\(10 + number)", .won(nil)))
        }
        let folder = try CRMFolder(try stories.flatMap { try $0.events() })
        let won = try #require(try await folder.crm.cycleTimes(atLeast: folder.head).outcomes.first)
        #expect([won.deals, won.meanDaysCenti, won.medianDaysCenti] == [4, 1150, 1150])
        #expect([won.p75DaysCenti, won.p90DaysCenti] == [1225, 1270])
    }
}
