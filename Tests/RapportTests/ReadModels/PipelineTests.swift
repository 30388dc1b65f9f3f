import EventLog
@testable import Rapport
import Testing

/// The pipeline against a plain count over the stories of random deals.
@Suite struct PipelineTests {
    private static let zones = RandomDeals.zones

    /// Three pipelines; the stages of one are in an order of their own, those of the last are defined nowhere.
    private static func crm(_ stories: [DealStory], _ deals: inout RandomDeals) throws -> CRMFolder {
        var events = [
            try pipelineDefined(["offer", "deal", "new", "talk"], id: "P0"),
            try pipelineDefined(["new", "talk", "offer", "deal"], id: "P1"),
        ]
        for story in stories { events += try story.events() }
        return try CRMFolder(deals.shuffled(events))
    }

    private static func deals(seed: UInt64) -> RandomDeals { RandomDeals(seed: seed, pipelines: ["P0", "P1", "P2"]) }

    private static func halfUp(_ part: Int64, _ whole: Int64, times scale: Int64) -> Int64? {
        whole == 0 ? nil : Int64((Double(part * scale) / Double(whole) + 0.5).rounded(.down))
    }

    private static func stages(_ stories: [DealStory], before end: Timestamp?) -> Set<PipelineAtDate.Stage> {
        struct Place: Hashable {
            let pipeline: String
            let stage: String
            let currency: String
        }
        var open: [Place: (deals: Int64, value: Int64)] = [:]
        for story in stories {
            guard let deal = story.standing(before: end), deal.outcome == .open else { continue }
            let place = Place(pipeline: story.pipeline, stage: deal.stage, currency: deal.amount.currency)
            let known = open[place] ?? (0, 0)
            open[place] = (known.deals + 1, known.value + deal.amount.minorUnits)
        }
        return Set(
            open.map { place, sum in
                PipelineAtDate.Stage(
                    pipeline: place.pipeline, stage: place.stage, currency: place.currency, open: sum.deals,
                    openValue: sum.value)
            })
    }

    private static func totals(_ stories: [DealStory], before end: Timestamp?) -> [PipelineAtDate.Total] {
        let standings = stories.compactMap { $0.standing(before: end) }
        return Set(standings.map(\.amount.currency)).sorted().map { currency in
            func sums(_ end: DealStory.DealEnd) -> (deals: Int64, value: Int64) {
                let these = standings.filter { $0.amount.currency == currency && $0.outcome == end }
                return (Int64(these.count), these.reduce(0) { $0 + $1.amount.minorUnits })
            }
            let (open, won, lost) = (sums(.open), sums(.won), sums(.lost))
            return PipelineAtDate.Total(
                currency: currency, opened: open.deals + won.deals + lost.deals, open: open.deals, won: won.deals,
                lost: lost.deals, openValue: open.value, wonValue: won.value, lostValue: lost.value,
                winRateBp: halfUp(won.deals, won.deals + lost.deals, times: 10_000))
        }
    }

    private static func counts(_ stories: [DealStory], before end: Timestamp?) -> DealCounts {
        let standings = stories.compactMap { $0.standing(before: end) }
        func count(_ end: DealStory.DealEnd) -> Int64 { Int64(standings.count { $0.outcome == end }) }
        return DealCounts(
            opened: Int64(standings.count), open: count(.open), won: count(.won), lost: count(.lost),
            winRateBp: halfUp(count(.won), count(.won) + count(.lost), times: 10_000))
    }

    @Test(
        "now and at any day, open deals by stage and what has come of the rest are those of a plain count",
        arguments: 1...5 as ClosedRange<UInt64>)
    func balances(seed: UInt64) async throws {
        var deals = Self.deals(seed: seed)
        let stories = deals.stories(70)
        let folder = try Self.crm(stories, &deals)
        for round in 0..<12 {
            let day: CivilDate? = round == 0 ? nil : deals.day()
            let zone = deals.one(of: Self.zones)
            let calendar = try ZonedCalendar(zone: zone)
            let end = day.map { calendar.endOfDay($0) }
            for pipeline in [nil, "P0", "P1", "P2"] {
                let these = stories.filter { pipeline == nil || $0.pipeline == pipeline }
                let found = try await folder.crm.pipeline(
                    at: day, zone: zone, pipeline: pipeline, atLeast: folder.head)
                let message: Comment = "\(pipeline ?? "all") at \(day?.description ?? "now"), \(zone)"
                let (stages, totals) = (Self.stages(these, before: end), Self.totals(these, before: end))
                #expect(Set(found.stages) == stages, message)
                #expect(found.stages.count == stages.count, message)
                // A currency that every deal has left may stay as a line of zeros.
                #expect(found.totals.filter { $0.opened != 0 } == totals, message)
                #expect(found.totals.allSatisfy { $0.opened == $0.open + $0.won + $0.lost }, message)
                #expect(found.deals == Self.counts(these, before: end), message)
            }
        }
    }

    @Test("stages come in the order of their pipeline's definition, or by name")
    func order() async throws {
        var deals = Self.deals(seed: 9)
        let folder = try Self.crm(deals.stories(150), &deals)
        let found = try await folder.crm.pipeline(atLeast: folder.head).stages
        for (pipeline, stages) in [
            ("P0", ["offer", "deal", "new", "talk"]), ("P1", ["new", "talk", "offer", "deal"]),
            ("P2", ["deal", "new", "offer", "talk"]),
        ] {
            let places = found.filter { $0.pipeline == pipeline }.compactMap { stages.firstIndex(of: $0.stage) }
            #expect(Set(places).count > 2)
            #expect(places == places.sorted())
        }
    }

    @Test("amounts of different currencies are never added, and a deal whose currency changes moves as a whole")
    func currencies() async throws {
        func opened(_ id: String, _ amount: Int64, _ currency: String) -> DealStory {
            let worth = DealStory.Amount(minorUnits: amount, currency: currency)
            let change = DealStory.Change.opened(stage: "new", amount: worth, owner: "")
            return DealStory(id: id, changes: [.init(at: .at("2024-03-01T10:00:00Z"), change: change)])
        }
        let first = opened("D-1", 100, "EUR")
        var second = opened("D-2", 300, "USD")
        let inYen = DealStory.Amount(minorUnits: 45_000, currency: "JPY")
        second.changes.append(.init(at: .at("2024-03-05T10:00:00Z"), change: .revised(inYen)))
        let folder = try CRMFolder(try first.events() + second.events())
        for (day, open) in [("2024-03-01", ["EUR 100", "USD 300"]), ("2024-03-05", ["EUR 100", "JPY 45000"])] {
            let found = try await folder.crm.pipeline(at: .on(day), atLeast: folder.head)
            #expect(found.stages.map { "\($0.currency) \($0.openValue)" } == open)
            #expect(found.totals.map { "\($0.currency) \($0.openValue)" } == open)
            #expect(found.totals.map(\.opened) == [1, 1])
        }
    }

    @Test("nothing is open and nothing has happened before the first deal, nor in a pipeline that does not exist")
    func empty() async throws {
        let folder = try CRMFolder(try DealStory.through(["new"]).events())
        let before = try await folder.crm.pipeline(at: .on("2024-02-29"), atLeast: folder.head)
        #expect(before.stages == [])
        #expect(before.totals == [])
        let elsewhere = try await folder.crm.pipeline(pipeline: "elsewhere", atLeast: folder.head)
        #expect(elsewhere.stages == [])
        #expect(elsewhere.totals == [])
    }

    // MARK: Cycle times

    /// A quantile of sorted days in hundredths of a day, interpolated between two of them.
    private static func quantile(_ percent: Int, of days: [Int64]) -> Int64 {
        let place = Double((days.count - 1) * percent) / 100
        let (low, high) = (days[Int(place)], days[min(Int(place) + 1, days.count - 1)])
        return Int64((Double(low * 100) + Double(high - low) * 100 * (place - place.rounded(.down))).rounded())
    }

    @Test("cycle times are those of a plain list of days", arguments: 31...34 as ClosedRange<UInt64>)
    func cycleTimes(seed: UInt64) async throws {
        var deals = Self.deals(seed: seed)
        let stories = deals.stories(60)
        let folder = try Self.crm(stories, &deals)
        for pipeline in [nil, "P0", "P2"] {
            let found = try await folder.crm.cycleTimes(pipeline: pipeline, atLeast: folder.head)
            let expected = [DealStory.DealEnd.won, .lost].compactMap { end -> CycleTimes.Outcome? in
                let days = stories.filter { pipeline == nil || $0.pipeline == pipeline }
                    .compactMap { $0.standing(before: nil) }
                    .filter { $0.outcome == end }
                    .map(\.cycleDays)
                    .sorted()
                guard let mean = Self.halfUp(days.reduce(0, +), Int64(days.count), times: 100) else { return nil }
                let median = (days[(days.count - 1) / 2] + days[days.count / 2]) * 50
                return CycleTimes.Outcome(
                    outcome: end.rawValue, deals: Int64(days.count), meanDaysCenti: mean, medianDaysCenti: median,
                    p75DaysCenti: Self.quantile(75, of: days), p90DaysCenti: Self.quantile(90, of: days))
            }
            #expect(found.outcomes == expected)
        }
    }

    @Test(
        "a cycle is whole days from opening to close; the median is that of the middle one or two",
        arguments: [([1, 2, 10], 433, 200), ([1, 2, 3, 10], 400, 250), ([7], 700, 700), ([0, 1], 50, 50)]
            as [([Int64], Int64, Int64)])
    func medians(days: [Int64], mean: Int64, median: Int64) async throws {
        let start = Timestamp.at("2024-03-01T10:00:00Z")
        let stories = days.enumerated().map { number, days in
            let opened = DealStory.Change.opened(stage: "new", amount: nil, owner: "")
            // An hour less than another day.
            let closedAt = start.plus(days: days, seconds: 23 * 3600)
            return DealStory(
                id: "D-\(number)", changes: [.init(at: start, change: opened), .init(at: closedAt, change: .won(nil))])
        }
        let folder = try CRMFolder(try stories.flatMap { try $0.events() })
        let found = try await folder.crm.cycleTimes(atLeast: folder.head)
        #expect(found.outcomes.map(\.outcome) == ["won"])
        #expect(found.outcomes.map(\.deals) == [Int64(days.count)])
        #expect(found.outcomes.map(\.meanDaysCenti) == [mean])
        #expect(found.outcomes.map(\.medianDaysCenti) == [median])
    }
}
