/// Why a sealed part was not opened. Nothing of what it holds is told.
public enum UnopenedPart: Error, Equatable, Sendable {
    /// It was sealed under another key.
    case wrongKey
    /// The part, or what it belongs to, is not what was sealed.
    case damaged
    /// It was sealed in a way that this program does not know; the number of the algorithm.
    case unknownAlgorithm(UInt8)
}

extension UnopenedPart: CustomStringConvertible {
    public var description: String {
        switch self {
        case .wrongKey: "the part was sealed under another key than this one"
        case .damaged: "the part, or the event it belongs to, is not what was sealed"
        case .unknownAlgorithm(let number):
            "the part was sealed with algorithm \(number); expected 1 (AES-256-GCM)"
        }
    }
}
