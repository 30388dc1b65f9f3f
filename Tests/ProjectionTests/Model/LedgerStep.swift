@testable import EventLog
import TestSupport

/// What happens to a log and its read model. Steps name the seeds of their events, so that each means the same whatever
/// came before it.
enum LedgerStep: Hashable, Sendable {
    /// Events that may not be folded when the next step comes.
    case append(seed: UInt64, count: Int)
    /// One after the other, each folded for itself.
    case appendEach(seed: UInt64, count: Int)
    /// Reads the rows as they are, wherever they are.
    case ask
    /// Closes everything, however far the rows have come, and opens it again.
    case reopen
    case rebuild
    /// A rebuild that is given up when it asks for the n-th time whether to go on.
    case interruptedRebuild(looks: Int)
    /// A rebuild beside which events are appended and rows are read.
    case rebuildWhileAppending(seed: UInt64, count: Int)
    /// Deletes everything that is derived, and opens the log again.
    case forget

    static func events(seed: UInt64, _ count: Int) -> [NewEvent] {
        var ledger = RandomLedger(seed: seed)
        return ledger.events(count)
    }

    /// The same steps for the same seed.
    static func steps(seed: UInt64, _ count: Int) -> [LedgerStep] {
        var random = SeededGenerator(seed: seed)
        // By remainders, so that a seed means the same with every version of the standard library.
        func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        return (0..<count).map { number in
            let seed = seed &* 1_000 &+ UInt64(number)
            switch below(20) {
            case 0..<5: return .append(seed: seed, count: 1 + below(40))
            case 5..<9: return .appendEach(seed: seed, count: 1 + below(6))
            case 9, 10: return .ask
            case 11..<14: return .reopen
            case 14, 15: return .rebuild
            case 16, 17: return .interruptedRebuild(looks: below(8))
            case 18: return .rebuildWhileAppending(seed: seed, count: 1 + below(30))
            default: return .forget
            }
        }
    }
}

extension Sequence<LedgerStep> {
    /// The steps as Swift code.
    var literal: String { "[\n" + map { "    .\($0),\n" }.joined() + "]" }
}
