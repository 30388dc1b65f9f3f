@testable import EventLog
import LMDB
@testable import Projection

/// A small read model and what may become of it: amounts counted in accounts.
enum Tally {
    static let totals: UInt8 = 1
    static let flow: UInt8 = 2
    static let largest: UInt8 = 3

    /// Counts what was noted.
    static let model = ReadModel(name: "tally", version: 1, folds: [TallyFold(types: [Ledger.noted])])
    /// Counts what was cleared, too.
    static let countingMore = ReadModel(name: "tally", version: 2, folds: [TallyFold(types: Ledger.wanted)])
    /// Another version, and the same rows.
    static let sameRows = ReadModel(name: "tally", version: 3, folds: [TallyFold(types: [Ledger.noted])])
    /// The same figures in states of another layout.
    static let otherLayout = ReadModel(name: "tally", version: 4, folds: [NotedTallyFold()])

    /// Two amounts in one account, and one that was cleared in another.
    static let events = [
        Ledger.event(5, "account:a"), Ledger.event(7, "account:a", at: 900_000_000),
        Ledger.event(1, "account:b", type: Ledger.cleared),
    ]
}

struct TallyState: EntityState, Equatable {
    var count: UInt64 = 0
    var largest: UInt8 = 0
    var firstAt: Timestamp?

    init() {}

    mutating func add(_ amount: UInt8, at time: Timestamp) {
        count += 1
        largest = max(largest, amount)
        firstAt = min(firstAt ?? time, time)
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(varint: count)
        bytes.append(largest)
        bytes.append(firstAt == nil ? 0 : 1)
        if let firstAt { bytes.append(zigzag: firstAt.microseconds) }
    }

    init(decoding reader: inout ByteReader) throws {
        count = try reader.varint()
        largest = try reader.u8()
        if try reader.u8() == 1 { firstAt = Timestamp(microseconds: try reader.zigzag()) }
    }

    func contribute(of entity: Tag, to contributions: inout Contributions) throws {
        guard let firstAt else { return }
        let total = contributions.total(Tally.totals, "all", columns: 2)
        contributions.add(1, to: 0, of: total)
        contributions.add(Int64(count), to: 1, of: total)
        let flow = contributions.series(Tally.flow, "all", columns: 1)
        try contributions.add(Int64(count), to: 0, of: flow, at: firstAt)
        contributions.put([largest], at: RowKey.make(Tally.largest, [String(entity.id)]))
    }
}

struct TallyFold: EntityFold {
    let types: [EventType]
    let entityKind = "account"
    let order = FoldOrder.any

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout TallyState) throws {
        let data = try event.payload { $0.copy() }
        state.add(data[0], at: event.occurredAt)
    }

    func contribute(_ state: TallyState, of entity: Tag, to contributions: inout Contributions) throws {
        try state.contribute(of: entity, to: &contributions)
    }
}

/// Has a text before the figures.
struct NotedTallyState: EntityState {
    var note = "none"
    var tally = TallyState()

    init() {}

    func encode(into bytes: inout [UInt8]) {
        bytes.append(prefixed: note)
        tally.encode(into: &bytes)
    }

    init(decoding reader: inout ByteReader) throws {
        note = try reader.text()
        tally = try TallyState(decoding: &reader)
    }
}

struct NotedTallyFold: EntityFold {
    let types = [Ledger.noted]
    let entityKind = "account"
    let order = FoldOrder.any

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout NotedTallyState) throws {
        let data = try event.payload { $0.copy() }
        state.tally.add(data[0], at: event.occurredAt)
    }

    func contribute(_ state: NotedTallyState, of entity: Tag, to contributions: inout Contributions) throws {
        try state.tally.contribute(of: entity, to: &contributions)
    }
}
