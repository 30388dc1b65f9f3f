/// Why a proof cannot be made, or does not prove what it is said to prove.
public enum ProofError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A tree of `size` leaves has no leaf `index`, counted from 0.
    case outOfRange(index: UInt64, size: UInt64)
    /// A proof of a range is about one leaf or more.
    case emptyRange
    /// The old tree has more leaves than the new one.
    case shrunk(oldSize: UInt64, newSize: UInt64)
    /// A proof of this place and size has `expected` hashes.
    case wrongLength(expected: Int, found: Int)
    /// The proof leads to another root than the one that was given.
    case wrongRoot
    /// A proof of consistency leads to another root of the old tree than the one that was given.
    case wrongOldRoot

    public var description: String {
        switch self {
        case .outOfRange(let index, let size): "there is no leaf \(index), counted from 0, in a tree of \(size) leaves"
        case .emptyRange: "a proof of a range needs a leaf or more"
        case .shrunk(let oldSize, let newSize):
            "the old tree has \(oldSize) leaves, the new one only \(newSize): a log never gets shorter"
        case .wrongLength(let expected, let found): "the proof has \(found) hashes; expected \(expected)"
        case .wrongRoot: "the proof leads to another root than expected"
        case .wrongOldRoot: "the proof leads to another old root than expected"
        }
    }
}
