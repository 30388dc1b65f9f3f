@testable import EventLog
import LMDB
@testable import Projection
import Synchronization

/// What a fold needs from elsewhere, as a key: it is there while the gate is open.
final class Gate: Sendable {
    private let state: Mutex<Bool>

    init(isOpen: Bool = false) { state = Mutex(isOpen) }

    var isOpen: Bool { state.withLock { $0 } }

    func open() { state.withLock { $0 = true } }

    /// Counts amounts, as long as the gate is open.
    var model: ReadModel { ReadModel(name: "gated", version: 1, folds: [GatedFold(gate: self)]) }
}

/// The reason that nothing can be folded.
struct GateShut: Error, Equatable, CustomStringConvertible {
    var description: String { "the gate is shut" }
}

struct GatedFold: EventFold {
    static let table: UInt8 = 1

    let types = Ledger.wanted
    let gate: Gate

    func contribute(_ event: borrowing ProjectedEvent, type: Int, to contributions: inout Contributions) throws {
        guard gate.isOpen else { throw FoldUnavailable(GateShut()) }
        let total = contributions.total(Self.table, "amounts", columns: 1)
        contributions.add(1, to: 0, of: total)
    }
}

/// What is done before folds run: counted, and refused when it is told to.
final class Preparations: Sendable {
    struct Refused: Error, Equatable {}

    private struct State {
        var count = 0
        var refuses = false
        var head = Position.zero
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.count } }
    /// The log's head when it was done last.
    var head: Position { state.withLock { $0.head } }

    func refuse(_ refuses: Bool) { state.withLock { $0.refuses = refuses } }

    func prepare(_ log: EventLog) throws {
        let head = log.head
        let refuses = state.withLock { state in
            state.count += 1
            state.head = head
            return state.refuses
        }
        if refuses { throw Refused() }
    }

    /// The read model of ``Ledger``, which prepares.
    var model: ReadModel {
        ReadModel(name: Ledger.model.name, version: 1, folds: Ledger.folds) { try self.prepare($0) }
    }
}
