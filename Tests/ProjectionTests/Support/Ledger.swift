@testable import EventLog
import LMDB
@testable import Projection

/// What the read models of these tests fold: amounts of one byte, noted in accounts and at places.
enum Ledger {
    static let noted = EventType(unchecked: "Noted")
    /// Forgets what was noted before, so that order matters.
    static let cleared = EventType(unchecked: "Cleared")
    /// Wanted by no fold.
    static let passedOver = EventType(unchecked: "PassedOver")

    static let wanted = [noted, cleared]

    /// Totals: last amount modulo 4 -> accounts and places, their last amounts.
    static let lastAmounts: UInt8 = 1
    /// Series "all": amounts that are still in a history, their sum.
    static let flow: UInt8 = 2
    /// Series: name of the type -> events, their amounts.
    static let types: UInt8 = 3
    /// Rows: time of the last amount, account or place -> the amount.
    static let recent: UInt8 = 4

    /// Every kind of fold in one read model.
    static let model = ReadModel(name: "ledger", version: 1, folds: folds)
    static let folds: [any Fold] = [
        HistoryFold(entityKind: "account"), SummaryFold(), HistoryFold(entityKind: "place"), TypeFold(),
    ]

    static func event(
        _ amount: UInt8, _ tags: String..., at microseconds: Int64 = 0, type: EventType = noted
    ) -> NewEvent {
        NewEvent(
            type: type, tags: tags.map { Tag(unchecked: $0) }, occurredAt: Timestamp(microseconds: microseconds),
            data: [amount])
    }

    static func tag(_ text: String) -> Tag { Tag(unchecked: text) }

    static func recentKey(_ text: String, at microseconds: Int64) -> [UInt8] {
        var key: [UInt8] = [recent]
        key.append(bigEndian: UInt64(bitPattern: microseconds) ^ 1 << 63)
        key.append(utf8: text)
        return key
    }
}

/// Every amount with its time, in the order in which it was folded. Keeps no position.
struct AmountHistory: EntityState, Equatable {
    struct Entry: Equatable {
        var at: Int64
        var amount: UInt8
    }

    private(set) var entries: [Entry] = []

    init() {}

    mutating func apply(_ amount: UInt8, at microseconds: Int64, clears: Bool) {
        if clears { entries.removeAll() }
        entries.append(Entry(at: microseconds, amount: amount))
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(varint: UInt64(entries.count))
        for entry in entries {
            bytes.append(zigzag: entry.at)
            bytes.append(entry.amount)
        }
    }

    init(decoding reader: inout ByteReader) throws {
        for _ in 0..<(try reader.count()) {
            entries.append(Entry(at: try reader.zigzag(), amount: try reader.u8()))
        }
    }
}

/// Depends on the order of occurrence: folded again when an event arrives late.
struct HistoryFold: EntityFold {
    let types = Ledger.wanted
    let entityKind: String
    let order = FoldOrder.occurrence

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout AmountHistory) throws {
        let data = try event.payload { $0.copy() }
        state.apply(data[0], at: event.occurredAt.microseconds, clears: type == 1)
    }

    func contribute(_ state: AmountHistory, of entity: Tag, to contributions: inout Contributions) throws {
        guard let last = state.entries.last else { return }
        let lastAmounts = contributions.total(Ledger.lastAmounts, String(last.amount % 4), columns: 2)
        contributions.add(1, to: 0, of: lastAmounts)
        contributions.add(Int64(last.amount), to: 1, of: lastAmounts)
        let flow = contributions.series(Ledger.flow, "all", columns: 2)
        for entry in state.entries {
            let time = Timestamp(microseconds: entry.at)
            try contributions.add(1, to: 0, of: flow, at: time)
            try contributions.add(Int64(entry.amount), to: 1, of: flow, at: time)
        }
        contributions.put([last.amount], at: Ledger.recentKey(entity.text, at: last.at))
    }
}

/// Count, sum and newest amount: the same in any order of arrival. Of amounts at one time the last to arrive is newest.
struct AmountSummary: EntityState, Equatable {
    private(set) var count: UInt64 = 0
    private(set) var sum: Int64 = 0
    private(set) var newestAt = Int64.min
    private(set) var newest: UInt8 = 0

    init() {}

    mutating func apply(_ amount: UInt8, at microseconds: Int64) {
        count += 1
        sum += Int64(amount)
        if microseconds >= newestAt { (newestAt, newest) = (microseconds, amount) }
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(varint: count)
        bytes.append(zigzag: sum)
        bytes.append(zigzag: newestAt)
        bytes.append(newest)
    }

    init(decoding reader: inout ByteReader) throws {
        count = try reader.varint()
        sum = try reader.zigzag()
        newestAt = try reader.zigzag()
        newest = try reader.u8()
    }
}

/// Does not depend on the order of occurrence.
struct SummaryFold: EntityFold {
    let types = Ledger.wanted
    let entityKind = "account"
    let order = FoldOrder.any

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout AmountSummary) throws {
        let data = try event.payload { $0.copy() }
        state.apply(data[0], at: event.occurredAt.microseconds)
    }

    func contribute(_ state: AmountSummary, of entity: Tag, to contributions: inout Contributions) {}
}

/// Counts events without any state.
struct TypeFold: EventFold {
    let types = Ledger.wanted

    func contribute(_ event: borrowing ProjectedEvent, type: Int, to contributions: inout Contributions) throws {
        let data = try event.payload { $0.copy() }
        let series = contributions.series(Ledger.types, Ledger.wanted[type].name, columns: 2)
        try contributions.add(1, to: 0, of: series, at: event.occurredAt)
        try contributions.add(Int64(data[0]), to: 1, of: series, at: event.occurredAt)
    }
}
