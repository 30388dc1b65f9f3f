internal import LMDB
internal import Synchronization

/// The names of the types in this log and their numbers: 1, 2, 3 ... in the order of first use.
///
/// A copy of the log's `types` database, which only grows; the writer adds to it after a commit, readers when they meet
/// a number they do not know.
final class TypeTable: Sendable {
    private struct State {
        var types: [EventType] = []
        var keys: [TagKey] = []
        var numbers: [EventType: UInt32] = [:]
    }

    private let state = Mutex(State())

    /// The type with this number.
    func type(_ number: UInt32) -> EventType? {
        state.withLock { number >= 1 && number <= $0.types.count ? $0.types[Int(number) - 1] : nil }
    }

    /// The number of a type that was used before.
    func number(of type: EventType) -> UInt32? {
        state.withLock { $0.numbers[type] }
    }

    var count: Int { state.withLock { $0.types.count } }

    /// The index keys of all types, by number - 1.
    var keys: [TagKey] { state.withLock { $0.keys } }

    /// All types with their numbers.
    var all: [(number: UInt32, type: EventType)] {
        state.withLock { state in state.types.enumerated().map { (UInt32($0.offset + 1), $0.element) } }
    }

    func add(_ type: EventType, number: UInt32) {
        state.withLock { state in
            guard Int(number) == state.types.count + 1 else { return }
            state.types.append(type)
            state.keys.append(TagKey(type))
            state.numbers[type] = number
        }
    }
}
