@testable import Rapport

/// A case of the table: subjects, how they are counted, and how many have come how far.
struct FunnelCase: Sendable, CustomStringConvertible {
    let description: String
    /// In the notation of ``FunnelNotation``, times in seconds.
    let subjects: String
    /// For each step.
    let counts: [Int]
    let plan: FunnelPlan

    /// A case with as many steps as counts and a window of an hour, unless `change` says otherwise.
    init(
        _ description: String, _ subjects: String, _ counts: [Int], _ change: (inout FunnelPlan) -> Void = { _ in }
    ) {
        var plan = FunnelPlan(stepCount: counts.count, window: FunnelNotation.hour)
        change(&plan)
        self.description = description
        self.subjects = subjects
        self.counts = counts
        self.plan = plan
    }

    private static let second = FunnelNotation.second
    /// Ten who do the second step in time, fifteen who are late.
    private static let twentyFive =
        (Array(repeating: "A0 B10", count: 10) + Array(repeating: "A0 B20", count: 15)).joined(separator: "; ")
    private static let betweenTheFirstTwo = [FunnelPlan.Exclusion(after: 0, before: 1)]

    static let all = orders + ties + windows + exclusions + parts

    /// In which order.
    private static let orders: [FunnelCase] = [
        FunnelCase("T1", "A0 B10 C20", [1, 1, 1]),
        FunnelCase("T2, ordered", "B0 A10 C20", [1, 0, 0]),
        FunnelCase("T2, any", "B0 A10 C20", [1, 1, 1]) { $0.order = .any },
        FunnelCase("T3, strict", "A0 X5 B10", [1, 0]) { $0.order = .strict },
        FunnelCase("T3, ordered", "A0 X5 B10", [1, 1]),
        FunnelCase("T4, strict", "A0 B10 B20 C30", [1, 1, 0]) { $0.order = .strict },
        FunnelCase("T4, strict, repeats pass", "A0 B10 B20 C30", [1, 1, 1]) { plan in
            plan.order = .strict
            plan.repeatBreaks = false
        },
        FunnelCase("T4, ordered", "A0 B10 B20 C30", [1, 1, 1]),
        FunnelCase("T5", "X0 A10 B20 C30 X40", [1, 1, 1]) { $0.order = .strict },
        FunnelCase("T6", "A; A B; A X B C; A C B; A X B X C; X A X B C; X A B C X", [7, 2, 1]) { $0.order = .strict },
        FunnelCase("T40, twice the same step", "A0 B1 B5 C20", [1, 1, 0]) { plan in
            plan.order = .any
            plan.window = 10 * second
        },
        FunnelCase("T40, the later window", "B0 A12 B14 C20", [1, 1, 1]) { plan in
            plan.order = .any
            plan.window = 10 * second
        },
        FunnelCase("T40, no window holds all", "A0 B5 B6 C11", [1, 1, 0]) { plan in
            plan.order = .any
            plan.window = 10 * second
        },
        FunnelCase("T40, the greatest matching", "AB0 A1; ABC0 AB1 A2; AB0 AB1 AB2", [3, 3, 1]) { $0.order = .any },
    ]

    /// At one time, about one time, and events that are more than one step.
    private static let ties: [FunnelCase] = [
        FunnelCase("T14", "B0 A0", [1, 1]),
        FunnelCase("T15", "A0 BC1 BC1 BC2", [1, 1, 1]),
        FunnelCase("T16, two seconds of grace", "B0 A1.9", [1, 1]) { $0.grace = 2 * second },
        FunnelCase("T16, none", "B0 A1.9", [1, 0]),
        FunnelCase("T17, one click", "AB0", [1, 0]),
        FunnelCase("T17, two clicks", "AB0 AB1", [1, 1]),
        FunnelCase("T38, one event", "AB0", [1, 0]),
        FunnelCase("T38, two events", "AB0 B5; A0 AB0", [2, 2]),
        FunnelCase("T39", "A0 B10; A-315619200 B-315619190; A-5 B0", [3, 3]),
    ]

    /// How long an attempt may take, and which one counts.
    private static let windows: [FunnelCase] = [
        FunnelCase("T7", "A0 B3600", [1, 1]),
        FunnelCase("T8", "A0 B3600.000001", [1, 0]),
        FunnelCase("T9, first", "A0 A1800 B4000", [1, 0]) { $0.reentry = .first },
        FunnelCase("T9, best", "A0 A1800 B4000", [1, 1]),
        FunnelCase("T10, first", "A0 A1800 B2700 C4500", [1, 1, 0]) { $0.reentry = .first },
        FunnelCase("T10, best", "A0 A1800 B2700 C4500", [1, 1, 1]),
        FunnelCase("T18", twentyFive, [25, 10, 0]) { $0.window = 15 * second },
        FunnelCase("T31", "A90 B110", [1, 1]) { $0.to = 100 * second },
        FunnelCase("T31, clipped", "A90 B110", [1, 0]) { plan in
            plan.to = 100 * second
            plan.clips = true
        },
    ]

    /// What must not happen in between.
    private static let exclusions: [FunnelCase] = [
        FunnelCase("T19, drops the subject", "A0 B1; A0 x1 B2; A0 x1; A0 x11", [2, 1]) { plan in
            plan.window = 10 * second
            plan.exclusions = betweenTheFirstTwo
            plan.dropsSubject = true
        },
        FunnelCase("T19, ends the attempt", "A0 B1; A0 x1 B2; A0 x1; A0 x11", [4, 1]) { plan in
            plan.window = 10 * second
            plan.exclusions = betweenTheFirstTwo
        },
        FunnelCase("T19, a later clean attempt", "A0 x1 B2 A3 B4", [1, 1]) { plan in
            plan.window = 10 * second
            plan.exclusions = betweenTheFirstTwo
            plan.dropsSubject = true
        },
        FunnelCase("T20", "A0 x1 A31", [1, 0]) { plan in
            plan.window = 10 * second
            plan.exclusions = betweenTheFirstTwo
            plan.dropsSubject = true
        },
        FunnelCase("T21", "A0 A31 x32", [1, 0]) { plan in
            plan.window = 10 * second
            plan.exclusions = betweenTheFirstTwo
            plan.dropsSubject = true
        },
        FunnelCase("T22", "A0 A1 x2", [0, 0]) { plan in
            plan.window = 10 * second
            plan.exclusions = betweenTheFirstTwo
            plan.dropsSubject = true
        },
        FunnelCase("T23", "Ax0 Ax1 Ax2 B3", [2, 1]) { plan in
            plan.counting = .total
            plan.exclusions = betweenTheFirstTwo
        },
    ]

    /// What is counted, optional steps, held values.
    private static let parts: [FunnelCase] = [
        FunnelCase("T24, total", "A0 B1 A2 B3", [2, 2]) { $0.counting = .total },
        FunnelCase("T24, unique", "A0 B1 A2 B3", [1, 1]),
        FunnelCase("T29", "A0 C5; A0 B3 C5", [2, 1, 2]) { $0.optional = 0b010 },
        FunnelCase("T30, first", "A(1)0 A(2)1 B(2)2", [1, 0]) { plan in
            plan.holds = true
            plan.reentry = .first
        },
        FunnelCase("T30, best", "A(1)0 A(2)1 B(2)2", [1, 1]) { $0.holds = true },
    ]
}
