import EventLog
import LMDB
@testable import Rapport
import Testing

/// After which scores customers order again, worked out by hand.
@Suite(.timeLimit(.minutes(5))) struct LoyaltyTests {
    private typealias Story = LoyaltyStory

    private static func day(_ day: Int64, _ seconds: Int64 = 0) -> Timestamp {
        Story.morning.plus(days: day, seconds: seconds)
    }

    private static func curve(_ events: [NewEvent], _ question: LoyaltyQuestion) async throws -> LoyaltyCurve {
        let folder = try CRMFolder(events)
        let curve = try await folder.crm.loyalty(question, atLeast: folder.head)
        #expect(curve.position == folder.head)
        return curve
    }

    /// `score: answered matured repurchased`, of the scores that anybody gave.
    private static func lines(_ curve: LoyaltyCurve) -> [String] {
        curve.scores.filter { $0.count.answered > 0 }.map { score in
            "\(score.score): \(score.count.answered) \(score.count.matured) \(score.count.repurchased)"
        }
    }

    @Test("an order counts after the answer and up to the last moment of the horizon")
    func horizon() async throws {
        let cases: [(placed: Timestamp, repurchased: Int)] = [
            (Self.day(0), 0), (Self.day(0, -1), 0), (Self.day(0).advanced(byMicroseconds: 1), 1), (Self.day(30), 1),
            (Self.day(30).advanced(byMicroseconds: 1), 0),
        ]
        for (placed, repurchased) in cases {
            let events = [
                try Story.answered("C-1", 5, at: Self.day(0)), try Story.ordered("A-1", by: "C-1", at: placed),
            ]
            let curve = try await Self.curve(events, .init(now: Self.day(100), horizonDays: 30))
            #expect(Self.lines(curve) == ["5: 1 1 \(repurchased)"], "\(placed)")
        }
    }

    @Test("an answer is mature when its horizon is over, to the microsecond; what comes later is not looked at")
    func matured() async throws {
        let events = [
            try Story.answered("C-1", 5, at: Self.day(0)), try Story.ordered("A-1", by: "C-1", at: Self.day(2)),
            try Story.answered("C-1", 4, at: Self.day(200)),
        ]
        let early = try await Self.curve(
            events, .init(now: Self.day(30).advanced(byMicroseconds: -1), horizonDays: 30))
        #expect(Self.lines(early) == ["5: 1 0 0"])
        #expect(early.overall.immature == 1)
        #expect(early.overall.share == nil)
        #expect(early.overall.repurchasedBp == nil)
        let late = try await Self.curve(events, .init(now: Self.day(30), horizonDays: 30))
        #expect(Self.lines(late) == ["5: 1 1 1"])
        #expect(late.overall.repurchasedBp == 10_000)
    }

    @Test("an order that was cancelled by then counts no more; the first placing counts, wherever it stands")
    func cancelled() async throws {
        let events = [
            try Story.cancelled("A-1", by: "C-1", at: Self.day(50)),
            try Story.ordered("A-1", by: "C-1", at: Self.day(9)),
            try Story.ordered("A-1", by: "C-1", at: Self.day(5)), try Story.answered("C-1", 5, at: Self.day(6)),
            try Story.answered("C-1", 3, at: Self.day(4)),
        ]
        let before = try await Self.curve(events, .init(now: Self.day(49), horizonDays: 30))
        #expect(Self.lines(before) == ["3: 1 1 1", "5: 1 1 0"])
        let after = try await Self.curve(events, .init(now: Self.day(50), horizonDays: 30))
        #expect(Self.lines(after) == ["3: 1 1 0", "5: 1 1 0"])
    }

    @Test("answers of nobody and answers without a score are counted as left out")
    func leftOut() async throws {
        let events = [
            try Story.answered(nil, 5, at: Self.day(0)), try Story.answered(nil, 2, at: Self.day(1)),
            try Story.answered(nil, nil, at: Self.day(1)), try Story.answered("C-1", nil, at: Self.day(0)),
            try Story.answered("C-1", 4, at: Self.day(0)), try Story.answered("C-1", 4, at: Self.day(3)),
            try Story.answered(nil, 9, at: Self.day(0), metric: .nps, scale: 0...10),
        ]
        let all = try await Self.curve(events, .init(now: Self.day(400)))
        #expect(all.leftOut.anonymous == 2)
        #expect(all.leftOut.anonymousWithoutScore == 1)
        #expect(all.leftOut.withoutScore == 1)
        #expect(all.leftOut.repeated == 0)
        #expect(Self.lines(all) == ["4: 2 2 0"])
        #expect(all.persons == 1)
        let first = try await Self.curve(events, .init(now: Self.day(400), firstOnly: true, to: .on("2024-01-01")))
        #expect(first.leftOut.anonymous == 1)
        #expect(first.leftOut.anonymousWithoutScore == 0)
        #expect(Self.lines(first) == ["4: 1 1 0"])
        let once = try await Self.curve(events, .init(now: Self.day(400), firstOnly: true))
        #expect(once.leftOut.repeated == 1)
        let other = try await Self.curve(events, .init(now: Self.day(400), survey: "nope"))
        #expect(other.scores == [])
        #expect(other.leftOut.anonymous == 0)
    }

    @Test("scales are not mixed, and a horizon is at least a day")
    func refused() async throws {
        let folder = try CRMFolder([
            try Story.answered("C-1", 5, at: Self.day(0)),
            try Story.answered("C-1", 7, at: Self.day(0), survey: "other", scale: 1...7),
        ])
        let crm = folder.crm
        let mixed = await #expect(throws: MixedScales.self) {
            try await crm.loyalty(.init(now: Self.day(9)), atLeast: crm.log.head)
        }
        #expect(mixed?.scales == ["1..5", "1..7"])
        let named = try await crm.loyalty(.init(now: Self.day(9), survey: "other"))
        #expect(named.scores.map(\.score) == Array(1...7))
        #expect(named.convexity == nil)
        for days in [0, -1, 36_501] {
            await #expect(throws: InvalidLoyaltyHorizon(days: days)) {
                try await crm.loyalty(.init(now: Self.day(9), horizonDays: days))
            }
        }
        await #expect(throws: UnknownTimeZone.self) {
            try await crm.loyalty(.init(now: Self.day(9), zone: "Mars/Olympus"))
        }
        #expect(try crm.loyaltySurveys().map(\.survey) == ["other", "service"])
        withExtendedLifetime(folder) {}
    }

    /// Shares of 1 to 5 by how many of 20 came back each.
    private static func shop(_ again: [Int]) throws -> [NewEvent] {
        var events: [NewEvent] = []
        for (number, count) in again.enumerated() {
            for person in 0..<20 {
                let id = "C-\(number)-\(person)"
                events.append(try Story.answered(id, number + 1, at: day(0)))
                if person < count { events.append(try Story.ordered("A-\(id)", by: id, at: day(3))) }
            }
        }
        return events
    }

    @Test("the best score is compared with the one below it, the curve is fitted and its bend tested")
    func figures() async throws {
        let curve = try await Self.curve(try Self.shop([2, 4, 3, 6, 12]), .init(now: Self.day(365)))
        #expect(curve.scores.map(\.count.repurchasedBp) == [1000, 2000, 1500, 3000, 6000])
        #expect(curve.scores.map(\.fitted) == [0.1, 0.175, 0.175, 0.3, 0.6])
        let ratio = try #require(curve.topRatio)
        #expect(ratio.score == 5)
        #expect(ratio.other == 4)
        #expect(ratio.ratio == 2)
        // exp(ln 2 ± 1.959964 √(1/12 − 1/20 + 1/6 − 1/20)), in Python.
        let (lower, upper) = (try #require(ratio.lower), try #require(ratio.upper))
        #expect(abs(lower - 0.936184) < 1e-5)
        #expect(abs(upper - 4.272666) < 1e-5)
        let bend = try #require(curve.convexity?.affection)
        #expect(bend.score == 4)
        #expect(abs(bend.value - 0.15) < 1e-12)
        // √(.6 · .4/20 + 4 · .3 · .7/20 + .15 · .85/20).
        #expect(abs(bend.standardError - 0.245713) < 1e-5)
        #expect(curve.convexity?.steps.map(\.score) == [2, 3, 4, 5])
        #expect(curve.convexity?.bends.map(\.score) == [2, 3, 4])
        #expect(curve.recovery.never.matured == 100)
        #expect(curve.recovery.recoveredLessNever == nil)
    }

    @Test("a person recovered who was told of each complaint in time and before the answer")
    func recovery() async throws {
        let (first, second) = (EventID(), EventID())
        func events(_ told: [(EventID, Int64)], answer: Int64) throws -> [NewEvent] {
            [
                try Story.complained("C-1", id: first, at: Self.day(10)),
                try Story.complained("C-1", id: second, at: Self.day(20)),
                try Story.answered("C-1", 5, at: Self.day(answer)),
            ] + (try told.map { try Story.told("C-1", of: $0.0, at: Self.day($0.1)) })
        }
        let cases: [(told: [(EventID, Int64)], answer: Int64, expected: [Int])] = [
            ([], 9, [1, 0, 0]), ([], 10, [0, 0, 1]), ([(first, 12)], 15, [0, 1, 0]), ([(first, 12)], 30, [0, 0, 1]),
            ([(first, 12), (second, 25)], 30, [0, 1, 0]), ([(first, 12), (second, 31)], 30, [0, 0, 1]),
            ([(first, 41), (second, 25)], 60, [0, 0, 1]), ([(first, 50), (first, 40), (second, 25)], 60, [0, 1, 0]),
        ]
        for (told, answer, expected) in cases {
            let question = LoyaltyQuestion(now: Self.day(400), horizonDays: 30)
            let found = try await Self.curve(try events(told, answer: answer), question).recovery
            let counts = [found.never, found.recovered, found.unrecovered].map(\.answered)
            #expect(counts == expected, "told \(told.map(\.1)), answered \(answer)")
        }
    }

    @Test("shares after recovered complaints less those without any have their interval")
    func paradox() async throws {
        var events = try Self.shop([0, 0, 0, 0, 8])
        for person in 0..<10 {
            let (id, complaint) = ("D-\(person)", EventID())
            events.append(try Story.complained(id, id: complaint, at: Self.day(-5)))
            events.append(try Story.told(id, of: complaint, at: Self.day(-4)))
            events.append(try Story.answered(id, 5, at: Self.day(0)))
            if person < 7 { events.append(try Story.ordered("B-\(id)", by: id, at: Self.day(3))) }
        }
        let found = try await Self.curve(events, .init(now: Self.day(365))).recovery
        #expect(found.recovered.share?.share == 0.7)
        #expect(found.never.share?.share == 0.08)
        let difference = try #require(found.recoveredLessNever)
        let plain = try #require(NewcombeInterval(successes: 7, of: 10, less: 8, of: 100))
        #expect(difference.difference == plain.difference)
        #expect(difference.lower == plain.lower)
        #expect(difference.upper == plain.upper)
        #expect(difference.lower > 0)
        #expect(found.recoveredLessUnrecovered == nil)
    }

    @Test("the state of a person is read back as it was stored")
    func stored() throws {
        let answers: [(Int64, Int32?)] = [(5, -3), (-7, nil), (5, 2)]
        var state = LoyaltyState()
        "s".withRawSpan { survey in
            "q".withRawSpan { question in
                for (time, score) in answers {
                    state.answered(
                        .init(
                            at: time, position: 9, place: UInt64(score == 2 ? 1 : 0), score: score,
                            dimensions: score == 2 ? [.init(name: "region", value: "süd")] : []),
                        metric: "csat", survey: survey, question: question, low: -5, high: 5)
                }
            }
        }
        state.placed("A-2", at: 9)
        state.cancelled("A-1", at: 3)
        state.complained(EventID(high: .max, low: 1), of: "", at: 4)
        state.complained(EventID(high: 1, low: 1), of: "B-1", at: 7)
        state.wasTold(of: EventID(high: 0, low: .max), at: 6)
        var bytes: [UInt8] = []
        state.encode(into: &bytes)
        let stored = bytes
        var reader = ByteReader(stored.rawSpan)
        let read = try LoyaltyState(decoding: &reader)
        var again: [UInt8] = []
        read.encode(into: &again)
        #expect(again == stored)
        #expect(read.questions.first?.answers.map(\.at) == [-7, 5, 5])
        #expect(read.orders.map(\.id) == ["A-1", "A-2"])
        #expect(read.complaints.map(\.id) == ["B-1", ""])
        #expect(read.questions.first?.answers.map { $0.dimensions.map(\.value) } == [[], [], ["süd"]])
    }

    @Test("a row knows the dimensions of each answer, byte for byte")
    func dimensions() throws {
        let sets: [[Dimensions.Pair]] = [
            [.init(name: "region", value: "é")], [], [.init(name: "region", value: "e\u{301}")],
            [.init(name: "product", value: "a"), .init(name: "region", value: "é")],
            [.init(name: "region", value: "é")],
        ]
        var state = LoyaltyState()
        for (number, set) in sets.enumerated() {
            "s".withRawSpan { survey in
                "q".withRawSpan { question in
                    state.answered(
                        .init(at: Int64(number), position: 1, place: 0, score: 3, dimensions: set), metric: "csat",
                        survey: survey, question: question, low: 1, high: 5)
                }
            }
        }
        let bytes = LoyaltyRow.encode(state)
        let row = try LoyaltyRow(bytes.rawSpan)
        let values = try row.values(of: "region", in: bytes.rawSpan)
        var found: [[[UInt8]]] = []
        var scores: [Int?] = []
        try row.forEachQuestion(in: bytes.rawSpan) { asked in
            for number in 0..<asked.count {
                found.append(values[asked.dimensions(number, in: bytes.rawSpan)])
                scores.append(asked.score(number, in: bytes.rawSpan))
            }
        }
        #expect(found == sets.map { $0.filter { $0.name == "region" }.map { Array($0.value.utf8) } })
        #expect(values.count == 4)
        #expect(scores == [3, 3, 3, 3, 3])
        let short = Array(bytes.prefix(15))
        #expect(throws: MalformedBytes.self) { _ = try LoyaltyRow(short.rawSpan) }
    }
}
