@testable import Rapport
import Testing

/// The table of funnel cases: who has come how far, how long it took, and under which value it counts.
@Suite struct FunnelCaseTests {
    private static let second = FunnelNotation.second
    private static let hour = FunnelNotation.hour
    private static let day = FunnelNotation.day

    /// Subjects counted by a plan of this many steps within an hour, unless `change` says otherwise.
    private func counted(
        _ subjects: String, steps: Int, unit: Int64 = FunnelNotation.second,
        _ change: (inout FunnelPlan) -> Void = { _ in }
    ) throws -> SubjectTally {
        var plan = FunnelPlan(stepCount: steps, window: Self.hour)
        change(&plan)
        return SubjectTally(plan, try FunnelNotation(subjects, unit: unit).subjects)
    }

    /// How many have reached each step, by value of the breakdown; empty is the group without one.
    private func groups(
        _ subjects: String, steps: Int, _ change: (inout FunnelPlan) -> Void
    ) throws -> [String: [Int]] {
        let notation = try FunnelNotation(subjects)
        var plan = FunnelPlan(stepCount: steps, window: Self.hour)
        change(&plan)
        let tally = SubjectTally(plan, notation.subjects)
        #expect(tally.results == tally.expected)
        let outcomes = Dictionary(grouping: tally.results.flatMap(\.grouped)) { outcome in
            outcome.group.map { notation.value(of: $0) } ?? "no group"
        }
        return outcomes.mapValues { tally.counts(of: $0) }
    }

    // MARK: Counts

    @Test("as many reach each step as the table says, and the rules say the same", arguments: FunnelCase.all)
    func counts(example: FunnelCase) throws {
        let tally = SubjectTally(example.plan, try FunnelNotation(example.subjects).subjects)
        #expect(tally.counts == example.counts)
        #expect(tally.results == tally.expected)
    }

    @Test("T22: a subject of whom no attempt counts is excluded, one that never entered is not")
    func excludedSubjects() throws {
        let tally = try counted("A0 A1 x2; B0; A0 x1 B2 A20 B21", steps: 2) { plan in
            plan.window = 10 * Self.second
            plan.exclusions = [.init(after: 0, before: 1)]
            plan.dropsSubject = true
        }
        #expect(tally.results.map(\.isExcluded) == [true, false, false])
        #expect(tally.results.map(\.lastEntry) == [Self.second, nil, 20 * Self.second])
        #expect(tally.results == tally.expected)
    }

    // MARK: Times to convert

    @Test("T1: each step takes the time since the one before")
    func timesOfSteps() throws {
        let tally = try counted("A0 B10 C20", steps: 3)
        #expect(tally.timesToConvert(step: 2) == [10 * Self.second])
        #expect(tally.timesToConvert(step: 3) == [10 * Self.second])
        #expect(tally.totalTimes == [20 * Self.second])
    }

    @Test("T9: the best attempt takes the time since its own start")
    func theBestAttempt() throws {
        let tally = try counted("A0 A1800 B4000", steps: 2)
        #expect(tally.timesToConvert(step: 2) == [2200 * Self.second])
    }

    @Test("T10: the best attempt is the one that gets further")
    func theFurtherAttempt() throws {
        let tally = try counted("A0 A1800 B2700 C4500", steps: 3)
        #expect(tally.outcomes.map(\.start) == [1800 * Self.second])
    }

    @Test(
        "T11: from the first start it takes two hours, from the best one",
        arguments: [
            (FunnelDefinition.Reentry.first, Int64(2)), (.best, 1),
        ])
    func theLatestStart(reentry: FunnelDefinition.Reentry, hours: Int64) throws {
        let tally = try counted("A0 A1 B2", steps: 2, unit: Self.hour) { plan in
            plan.window = Self.day
            plan.reentry = reentry
        }
        #expect(tally.totalTimes == [hours * Self.hour])
    }

    @Test("T12: attempts that get less far change no times")
    func incompleteAttempts() throws {
        let tally = try counted("A1 B2 C3 A10 B12 A20 B23", steps: 3, unit: Self.hour) { $0.window = Self.day }
        #expect(tally.counts == [1, 1, 1])
        #expect(tally.timesToConvert(step: 2) == [Self.hour])
    }

    @Test("T13: mean and median are of those who have done the step")
    func meanAndMedian() throws {
        let tally = try counted("A12 B13 C15; A14 B16; A14 B16 C17", steps: 3, unit: Self.hour) { $0.window = Self.day }
        #expect(tally.counts == [3, 3, 2])
        let toSecond = tally.timesToConvert(step: 2)
        let toThird = tally.timesToConvert(step: 3)
        #expect(SubjectTally.mean(toSecond) == 6000 * Self.second)
        #expect(SubjectTally.median(toSecond) == 7200 * Self.second)
        #expect(SubjectTally.mean(toThird) == 5400 * Self.second)
        #expect(SubjectTally.median(toThird) == 5400 * Self.second)
    }

    @Test("T16: where grace turns the order round, no time has passed")
    func timesWithinGrace() throws {
        let tally = try counted("B0 A1.9", steps: 2) { $0.grace = 2 * Self.second }
        #expect(tally.timesToConvert(step: 2) == [0])
    }

    @Test("T29: an optional step does not change the time from first to last")
    func timesAcrossOptionalSteps() throws {
        let tally = try counted("A0 C5; A0 B3 C5", steps: 3) { $0.optional = 0b010 }
        #expect(tally.totalTimes == [5 * Self.second, 5 * Self.second])
        #expect(tally.timesToConvert(step: 2) == [3 * Self.second])
        #expect(tally.timesToConvert(step: 3) == [5 * Self.second, 2 * Self.second])
    }

    // MARK: Groups

    @Test("T25: per segment each value has its best attempt, one after the other")
    func segments() throws {
        let found = try groups("A(shirt)0 A(jeans)10 B20 A(shoes)30", steps: 2) { plan in
            plan.attribution = .step(1)
            plan.isPerSegment = true
        }
        #expect(found == ["shirt": [1, 1], "shoes": [1, 0]])
    }

    @Test("T26: by all steps, each value is a funnel of its own")
    func allSteps() throws {
        let stream = "A(Chrome)0 A(Firefox)1 B(Chrome)2 C(Chrome)3 C(Firefox)4"
        let found = try groups(stream, steps: 3) { $0.attribution = .all }
        #expect(found == ["Chrome": [1, 1, 1], "Firefox": [1, 0, 0]])
    }

    private static let attributions: [(FunnelDefinition.Attribution, [String: [Int]])] = [
        (.first, ["Chrome": [2, 1]]),
        (.last, ["Firefox": [1, 1], "Chrome": [1, 0]]),
        (.step(2), ["Firefox": [1, 1]]),
    ]

    @Test("T27: one step's value decides, and who has not reached it is in no group", arguments: attributions)
    func oneStep(attribution: FunnelDefinition.Attribution, expected: [String: [Int]]) throws {
        let found = try groups("A(Chrome)0 B(Firefox)1; A(Chrome)0", steps: 2) { $0.attribution = attribution }
        #expect(found == expected)
    }

    // MARK: Maturity

    /// After two days: one has entered five minutes before, two a day and a half before, of whom one has converted.
    @Test("T32: who has entered within the window is immature", arguments: FunnelDefinition.Order.allCases)
    func immatureEntrants(order: FunnelDefinition.Order) throws {
        let tally = try counted("A2875; A720 B730; A720", steps: 2, unit: 60 * Self.second) { plan in
            plan.order = order
            plan.window = Self.day
        }
        let immature = tally.immature(at: 2 * Self.day)
        #expect(tally.counts == [3, 1])
        #expect(immature.map(\.start) == [2 * Self.day - 300 * Self.second])
        #expect(tally.counts(of: tally.outcomes.filter { !immature.contains($0) }) == [2, 1])
    }

    @Test("T32: whoever may still get further by entering again is immature, whoever has converted is not")
    func laterEntrances() throws {
        let tally = try counted("A0 A2875; A0 B10 A2875", steps: 2, unit: 60 * Self.second) { $0.window = Self.day }
        #expect(tally.results.map(\.lastEntry) == [2875 * 60 * Self.second, 2875 * 60 * Self.second])
        #expect(tally.immature(at: 2 * Self.day).map(\.depth) == [1])
    }
}
