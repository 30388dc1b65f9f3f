@testable import EventLog
import LMDB
@testable import Projection

/// Read models that stop.
enum Brittle {
    /// An amount that ``model`` cannot fold.
    static let unfoldable: UInt8 = 0xFF
    /// An amount that stands for the greatest number in ``sums``.
    static let greatest: UInt8 = 0xFE
    /// An amount under which ``names`` makes a key longer than the storage takes.
    static let longName: UInt8 = 0xFD

    static let table: UInt8 = 1

    /// Counts amounts, and throws at one that is ``unfoldable``.
    static let model = ReadModel(name: "brittle", version: 1, folds: [BrittleFold(refuses: true)])
    /// The same, able to fold every amount.
    static let mended = ReadModel(name: "brittle", version: 2, folds: [BrittleFold(refuses: false)])
    /// Adds up the newest amounts of all accounts; two of the ``greatest`` do not fit.
    static let sums = ReadModel(name: "sums", version: 1, folds: [NewestSumFold()])
    /// Counts amounts by name.
    static let names = ReadModel(name: "names", version: 1, folds: [NameFold()])
}

struct Unfoldable: Error, CustomStringConvertible {
    var description: String { "this amount cannot be folded" }
}

struct BrittleFold: EventFold {
    let types = Ledger.wanted
    let refuses: Bool

    func contribute(_ event: borrowing ProjectedEvent, type: Int, to contributions: inout Contributions) throws {
        let data = try event.payload { $0.copy() }
        if refuses, data[0] == Brittle.unfoldable { throw Unfoldable() }
        let total = contributions.total(Brittle.table, "amounts", columns: 1)
        contributions.add(1, to: 0, of: total)
    }
}

struct NewestSumFold: EntityFold {
    let types = Ledger.wanted
    let entityKind = "account"
    let order = FoldOrder.any

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout AmountSummary) throws {
        let data = try event.payload { $0.copy() }
        state.apply(data[0], at: event.occurredAt.microseconds)
    }

    func contribute(_ state: AmountSummary, of entity: Tag, to contributions: inout Contributions) throws {
        let total = contributions.total(Brittle.table, "sum", columns: 1)
        contributions.add(state.newest == Brittle.greatest ? .max : Int64(state.newest), to: 0, of: total)
    }
}

struct NameFold: EventFold {
    let types = Ledger.wanted

    func contribute(_ event: borrowing ProjectedEvent, type: Int, to contributions: inout Contributions) throws {
        let data = try event.payload { $0.copy() }
        let name = String(repeating: "n", count: data[0] == Brittle.longName ? 2_000 : 10)
        let total = contributions.total(Brittle.table, name, columns: 1)
        contributions.add(1, to: 0, of: total)
    }
}
