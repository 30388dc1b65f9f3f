import Foundation
import Testing
import TestSupport

/// How much ``LedgerModelTests`` tries: `RAPPORT_MODEL_COMMANDS` and `RAPPORT_MODEL_SEED` in the environment mean what
/// they mean to the model test of the log, where a hundred commands stand for one step here.
enum LedgerModelSize {
    static let commands = variable("RAPPORT_MODEL_COMMANDS") ?? 2_400
    static let seed = UInt64(variable("RAPPORT_MODEL_SEED") ?? 1)
    static let stepsOfRun = 12
    /// Runs at the same time.
    static let lanes = 2

    static var runs: Int { max(lanes, commands / 100 / stepsOfRun) }
    static var minutes: Int { 5 + commands / 10_000 }

    private static func variable(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }
}

/// Random appends, openings, rebuilds and interrupted rebuilds: at every position the rows are those that plain folding
/// of the events up to there gives, and their digest is one.
///
/// A failure prints the shortest steps that still fail, to be kept in ``kept``.
@Suite(.timeLimit(.minutes(LedgerModelSize.minutes)))
struct LedgerModelTests {
    /// Steps that have found something, or that touch what nothing else does.
    private static let kept: [[LedgerStep]] = [
        // Interrupted at every point that there is, with rows that may be behind.
        (0..<8).flatMap { looks -> [LedgerStep] in
            [.append(seed: UInt64(looks), count: 30), .interruptedRebuild(looks: looks), .ask]
        },
        [
            .append(seed: 1, count: 40), .reopen, .reopen, .rebuildWhileAppending(seed: 2, count: 30), .forget,
            .rebuild,
        ],
        [
            .rebuild, .ask, .append(seed: 3, count: 1), .forget, .interruptedRebuild(looks: 0),
            .appendEach(seed: 4, count: 5),
        ],
    ]

    @Test("kept steps give what plain folding gives", arguments: kept)
    func keptSteps(steps: [LedgerStep]) async {
        let complaint = await LedgerRun.complaint(about: steps)
        #expect(complaint == nil)
    }

    @Test("random steps give what plain folding gives", arguments: 0..<LedgerModelSize.lanes)
    func randomSteps(lane: Int) async {
        for number in stride(from: lane, to: LedgerModelSize.runs, by: LedgerModelSize.lanes) {
            let seed = LedgerModelSize.seed &+ UInt64(number)
            let steps = LedgerStep.steps(seed: seed, LedgerModelSize.stepsOfRun)
            guard let complaint = await LedgerRun.complaint(about: steps) else { continue }
            var attempts = 60
            let shortest = await Shrinking.shortest(steps, attempts: &attempts) { fewer in
                await LedgerRun.complaint(about: fewer) != nil
            }
            Issue.record(
                """
                RAPPORT_MODEL_SEED=\(seed), step \(complaint.step): \(complaint.text)
                fails as well, to be kept:
                \(shortest.literal)
                """)
            return
        }
    }

    @Test("steps are printed as the code that they are kept as")
    func literal() {
        let steps: [LedgerStep] = [.append(seed: 7, count: 2), .interruptedRebuild(looks: 3), .ask]
        let expected = """
            [
                .append(seed: 7, count: 2),
                .interruptedRebuild(looks: 3),
                .ask,
            ]
            """
        #expect(steps.literal == expected)
    }
}
