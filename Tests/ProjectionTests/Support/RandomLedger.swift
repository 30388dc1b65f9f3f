@testable import EventLog
import TestSupport

/// Random events over so few accounts and places that they meet often, from before 1970 on; one in five happened
/// earlier than others that have arrived before it.
struct RandomLedger {
    private var random: SeededGenerator
    private var clock: Int64 = -3 * 86_400_000_000
    private var times: [Int64] = []

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func chance(_ oneIn: Int) -> Bool { number(in: 1...oneIn) == 1 }

    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] { elements.shuffled(using: &random) }

    mutating func event() -> NewEvent {
        let kind = number(in: 1...10)
        let type = kind == 1 ? Ledger.cleared : kind <= 3 ? Ledger.passedOver : Ledger.noted
        return NewEvent(
            id: EventID(high: random.next(), low: random.next()), type: type, tags: tags(),
            occurredAt: Timestamp(microseconds: moment()), data: [UInt8(number(in: 0...250))])
    }

    mutating func events(_ count: Int) -> [NewEvent] { (0..<count).map { _ in event() } }

    private mutating func tags() -> [Tag] {
        var names: Set<String> = []
        for _ in 0..<number(in: 0...2) { names.insert("account:\(min(number(in: 0...7), number(in: 0...7)))") }
        if chance(2) { names.insert("place:\(number(in: 0...2))") }
        // A kind of its own, though it begins like another.
        if chance(8) { names.insert("accountant:\(number(in: 0...2))") }
        return names.sorted().map { Tag(unchecked: $0) }
    }

    private mutating func moment() -> Int64 {
        if chance(5), let last = times.last {
            // Either exactly when another event happened, or at any time before the newest.
            return chance(2)
                ? times[number(in: 0...times.count - 1)]
                : last - Int64.random(in: 1...40 * 86_400_000_000, using: &random)
        }
        if !chance(6) { clock += Int64.random(in: 0...7_200_000_000, using: &random) }
        times.append(clock)
        return clock
    }
}
