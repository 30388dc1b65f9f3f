import EventLog
import Projection
@testable import Rapport
import TestSupport
import Testing

/// What the rows of a saved funnel keep of times and groups, against what the events say. Whatever is asked here is
/// asked of a saved funnel and of its definition.
@Suite(.timeLimit(.minutes(10))) struct SavedFunnelFiguresTests {
    private static let byChannel = FunnelDefinition.Breakdown(property: .field("channel"), mostGroups: 1_000)

    private static func broken() -> FunnelDefinition {
        var definition = Visits.funnel("A", "B")
        definition.breakdown = byChannel
        return definition
    }

    // MARK: What is asked for besides

    @Test("periods, bins and two groups that are compared are the same, whoever counts them")
    func besides() async throws {
        let folder = try CRMFolder(
            try Visits.events(
                "C-1 A(web)0 B(web)5 A(web)70; C-2 A(app)24 B(app)30; C-3 A(web)50; C-4 A50 B51; C-5 A(app)10"))
        let pair = try await FunnelPair(Self.broken(), in: folder.crm)
        for trend in [Granularity.day, .week, .month] {
            for bins in [0, 1, 5, 90] {
                let answer = try await pair.answer { ($0.trend, $0.bins) = (trend, bins) }
                #expect(answer.trend.isEmpty == false)
                #expect(answer.histogram.reduce(0) { $0 + $1.count } == 3)
            }
        }
        let days = try await pair.answer { $0.trend = .day }
        #expect(days.trend.map(\.period) == ["2024-03-01", "2024-03-02", "2024-03-03"])
        #expect(days.trend.map(\.counts) == [[2, 1], [1, 1], [3, 1]])
        for compared in [["web", "app"], ["", "web"]] {
            let comparison = try await pair.answer { $0.compared = compared }.comparison
            #expect(comparison?.first == compared[0] && comparison?.differenceBp != nil)
        }
        let unknown = UnknownGroup(value: "shop", known: ["app", "web", ""])
        for isSaved in [true, false] {
            var question = pair.question(isSaved: isSaved)
            question.compared = ["web", "shop"]
            let asked = question
            await #expect(throws: unknown) { _ = try await pair.crm.behaviour(asked) }
        }
        withExtendedLifetime(folder) {}
    }

    @Test("whose window is open is immature, at whichever moment it is asked")
    func immature() async throws {
        let folder = try CRMFolder(try Visits.events("C-1 A0 B5; C-2 A0 A30; C-3 A6; C-4 A30 B31"))
        var definition = Visits.funnel("A", "B")
        definition.window = .time(24 * 3_600_000_000)
        let pair = try await FunnelPair(definition, in: folder.crm)
        // When the last window of each closes; at that moment it is closed.
        let closings: [Int64] = [24, 54, 30, 54]
        for hours in [Int64(-1), 0, 20, 23, 24, 29, 30, 53, 54, 400] {
            let answer = try await pair.answer { $0.now = Visits.time(hours) }
            #expect(answer.entered == 4 && answer.mature.entered == 4 - answer.immature)
            let open = closings.count { hours < $0 }
            #expect(answer.immature == Int64(open), "\(hours)")
        }
        withExtendedLifetime(folder) {}
    }

    @Test("where nothing has happened, nobody has entered")
    func nothing() async throws {
        let folder = try CRMFolder()
        let definition = Self.broken()
        let before = try await folder.crm.behaviour(BehaviourQuestion(.definition(definition), now: FunnelPair.now))
        #expect(before.position == .zero && before.steps.map(\.count) == [0, 0])
        let pair = try await FunnelPair(definition, in: folder.crm)
        let answer = try await pair.answer { ($0.trend, $0.bins, $0.compared) = (.day, 0, ["web", "app"]) }
        #expect(answer.conversion == nil && answer.timeToConvert == nil && answer.mature.conversion == nil)
        #expect(answer.groups == [] && answer.trend == [] && answer.histogram == [])
        #expect(answer.comparison?.differenceBp == nil && answer.comparison?.first == "web")
        #expect(try await pair.subjects(.reached(step: 1)) == [])
        let start = try folder.crm.state(asOf: .zero)
        #expect(try await pair.answer(in: start) == before.figures)
        #expect(try await pair.subjects(.dropped(step: 2), in: start) == [])
        withExtendedLifetime(folder) {}
    }

    // MARK: Quantiles

    /// In microseconds: nothing, around a power of two, or anything up to three days; several are the same.
    private static func time(_ random: inout SeededGenerator) -> Int64 {
        let power = Int64(1) << Int64.random(in: 0...38, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return power + Int64.random(in: -1...1, using: &random)
        case 1: return power / 16 * 17
        default: return Int64.random(in: 0...power, using: &random)
        }
    }

    @Test("of two thousand persons the buckets find the same quantiles as all times together")
    func quantiles() async throws {
        var random = SeededGenerator(seed: 7)
        var times: [Int64] = []
        var events: [NewEvent] = []
        for number in 1...2_000 {
            let (customer, start) = ("C-\(number)", Visits.time(Int64(number % 300)))
            events.append(try Visits.event("A", of: customer, at: start))
            if random.happens(20) { continue }
            times.append(Self.time(&random))
            let end = start.advanced(byMicroseconds: times[times.count - 1])
            events.append(try Visits.event("B", of: customer, at: end))
        }
        // Half of them when the rows are built, the others live.
        let folder = try CRMFolder(Array(events.prefix(events.count / 2)))
        let pair = try await FunnelPair(Visits.funnel("A", "B"), in: folder.crm)
        try await pair.answer()
        try folder.append(Array(events.dropFirst(events.count / 2)))
        let answer = try await pair.answer { $0.bins = 0 }
        #expect(answer.entered == 2_000 && answer.converted == Int64(times.count))
        let expected = DurationSummary(microseconds: times)
        #expect(answer.timeToConvert == expected && answer.steps[1].timeToConvert == expected)
        withExtendedLifetime(folder) {}
    }

    /// All small times, and those around powers of two and sixteenths of them.
    private static let boundaries: [Int64] = {
        var times = Set<Int64>(0...4_200)
        for exponent in Int64(5)...62 {
            let power = Int64(1) << exponent
            for part in Int64(0)..<16 {
                for offset in Int64(-2)...2 { times.insert(power + power / 16 * part + offset) }
            }
        }
        times.insert(.max)
        return times.sorted()
    }()

    @Test("buckets of times are in order, begin where the one before ends, and are a sixteenth wide")
    func buckets() {
        let bucket = { (time: Int64) in FunnelModel.bucket(of: time) }
        let start = { (time: Int64) in FunnelModel.start(ofBucket: FunnelModel.bucket(of: time)) }
        let times = Self.boundaries
        let unordered = zip(times, times.dropFirst()).filter { bucket($0) > bucket($1) }.map { $1 }
        #expect(unordered == [])
        let outside = times.filter { start($0) > $0 || bucket(start($0)) != bucket($0) }
        #expect(outside == [])
        let behindAGap = times.dropFirst().filter { bucket($0 - 1) != bucket($0) && start($0) != $0 }
        #expect(behindAGap == [])
        let wide = times.filter { $0 - start($0) > start($0) / 16 }
        #expect(wide == [])
        // Their names, which have a thousand added, have four digits and so are in the same order.
        #expect(bucket(0) == 0 && bucket(.max) + 1_000 < 10_000)
    }

    // MARK: Groups

    @Test("groups are told apart by all bytes of their values, however long they are")
    func longValues() async throws {
        var values = ["\u{0}a\u{1}", "e\u{301}", "\u{e9}", "~", String(repeating: "渠道", count: 200)]
        for length in [72, 73, 400, 496, 497, 498, 499, 500, 511, 512, 2_000] {
            for letter in ["a", "b"] { values.append(String(repeating: "x", count: length - 1) + letter) }
        }
        var events: [NewEvent] = []
        for (number, value) in values.enumerated() {
            events.append(try Visits.event("A", of: "C-\(number)", channel: value, at: Visits.time(0)))
            events.append(try Visits.event("B", of: "C-\(number)", at: Visits.time(Int64(number))))
        }
        let folder = try CRMFolder(events)
        let pair = try await FunnelPair(Self.broken(), in: folder.crm)
        let answer = try await pair.answer { $0.compared = [values[values.count - 2], values[values.count - 1]] }
        #expect(answer.groups.compactMap { $0.value.map { Array($0.utf8) } }.count == values.count)
        #expect(Set(answer.groups.map { Array(($0.value ?? "").utf8) }) == Set(values.map { Array($0.utf8) }))
        #expect(answer.groups.allSatisfy { $0.counts == [1, 1] && $0.medianMs != nil })
        withExtendedLifetime(folder) {}
    }
}
