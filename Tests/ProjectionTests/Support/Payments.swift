@testable import EventLog
import LMDB
@testable import Projection
import TestSupport

/// A type whose meaning has changed twice. Its data:
///
/// - revision 1: the amount in whole units, one byte
/// - revision 2: the amount in minor units, two bytes, little endian
/// - revision 3: the same, then the currency, three letters
enum Payments {
    static let paid = EventType(unchecked: "Paid")
    /// An amount that no upcaster takes from revision 1.
    static let odd: UInt8 = 0xFF

    /// Totals: "all" -> payments, their amounts in minor units.
    static let amounts: UInt8 = 1
    /// Totals: schema revision as the fold sees it -> payments, bytes of their data.
    static let revisions: UInt8 = 2

    /// From revision 1 to 3, the last step first.
    static let upcasters = madeOf([
        Upcaster(paid, from: 2) { data in
            guard data.byteCount == 2 else { throw OddPayment() }
            return data.copy() + Array("EUR".utf8)
        },
        Upcaster(paid, from: 1) { data in
            guard data.byteCount == 1, data.u8(at: 0) != Payments.odd else { throw OddPayment() }
            var bytes: [UInt8] = []
            bytes.append(littleEndian: UInt16(data.u8(at: 0)) * 100)
            return bytes
        },
    ])

    /// Upcasters that a test names; a mistake in them is a programmer error.
    static func madeOf(_ list: [Upcaster]) -> Upcasters {
        do {
            return try Upcasters(list)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// A read model that sees data of revision 3.
    static func model(named name: String = "payments", upcasters: Upcasters = Payments.upcasters) -> ReadModel {
        ReadModel(name: name, version: 1, folds: [PaymentFold(), RevisionFold()], upcasters: upcasters)
    }

    /// A read model that takes data of any revision.
    static func sizes(named name: String = "sizes", upcasters: Upcasters) -> ReadModel {
        ReadModel(name: name, version: 1, folds: [RevisionFold()], upcasters: upcasters)
    }

    static func data(_ units: UInt8, revision: UInt16) -> [UInt8] {
        if revision == 1 { return [units] }
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt16(units) * 100)
        return revision == 2 ? bytes : bytes + Array("EUR".utf8)
    }

    static func event(
        _ units: UInt8, _ account: String, at microseconds: Int64 = 0, revision: UInt16, id: EventID = EventID()
    ) -> NewEvent {
        NewEvent(
            id: id, type: paid, schemaRevision: revision, tags: [Tag(unchecked: account)],
            subjects: [Subject(id: account, part: .unsealed([units]))],
            occurredAt: Timestamp(microseconds: microseconds), data: data(units, revision: revision))
    }

    /// Random payments into few accounts, one in four of them late; twice the same, once in random revisions and once
    /// all in revision 3.
    static func random(_ count: Int, seed: UInt64) -> (mixed: [NewEvent], current: [NewEvent]) {
        var random = SeededGenerator(seed: seed)
        var mixed: [NewEvent] = []
        var current: [NewEvent] = []
        for number in 0..<count {
            let isLate = Int.random(in: 0..<4, using: &random) == 0
            let time = Int64(number) - (isLate ? Int64.random(in: 1...50, using: &random) : 0)
            let units = UInt8.random(in: 0...200, using: &random)
            let account = "account:\(Int.random(in: 0..<6, using: &random))"
            let id = EventID(high: random.next(), low: random.next())
            let revision = UInt16.random(in: 1...3, using: &random)
            mixed.append(event(units, account, at: time, revision: revision, id: id))
            current.append(event(units, account, at: time, revision: 3, id: id))
        }
        return (mixed, current)
    }
}

struct OddPayment: Error, CustomStringConvertible {
    var description: String { "this payment is odd" }
}

/// The amounts paid into an account, in the order in which they were paid.
struct PaymentHistory: EntityState, Equatable {
    private(set) var amounts: [UInt16] = []

    init() {}

    mutating func add(_ amount: UInt16) { amounts.append(amount) }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(varint: UInt64(amounts.count))
        for amount in amounts { bytes.append(varint: UInt64(amount)) }
    }

    init(decoding reader: inout ByteReader) throws {
        for _ in 0..<(try reader.count()) { amounts.append(UInt16(truncatingIfNeeded: try reader.varint())) }
    }
}

/// Knows only data of revision 3, and depends on the order of occurrence.
struct PaymentFold: EntityFold {
    let types = [Payments.paid]
    let entityKind = "account"
    let order = FoldOrder.occurrence

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout PaymentHistory) throws {
        let data = event.view.data
        guard data.byteCount == 5, event.view.schemaRevision == 3 else { throw OddPayment() }
        // What stands around the data is found where it is.
        let part = event.view.part(of: event.entity)
        guard let part, part.algorithm == .unsealed, part.bytes.count == 1,
            UInt16(part.bytes[0]) * 100 == data.u16(at: 0)
        else { throw OddPayment() }
        state.add(data.u16(at: 0))
    }

    func contribute(_ state: PaymentHistory, of entity: Tag, to contributions: inout Contributions) throws {
        let total = contributions.total(Payments.amounts, "all", columns: 2)
        contributions.add(Int64(state.amounts.count), to: 0, of: total)
        contributions.add(state.amounts.reduce(0) { $0 + Int64($1) }, to: 1, of: total)
    }
}

/// Counts payments by the revision that it sees, and the bytes of their data as they are decoded.
struct RevisionFold: EventFold {
    let types = [Payments.paid]

    func contribute(_ event: borrowing ProjectedEvent, type: Int, to contributions: inout Contributions) throws {
        let data = try event.payload { $0.copy() }
        let total = contributions.total(Payments.revisions, String(event.view.schemaRevision), columns: 2)
        contributions.add(1, to: 0, of: total)
        contributions.add(Int64(data.count), to: 1, of: total)
    }
}
