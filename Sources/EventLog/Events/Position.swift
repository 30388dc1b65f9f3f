/// The place of an event in the log: 1, 2, 3 ... without gaps.
@frozen
public struct Position: Hashable, Comparable, Sendable, Codable {
    /// The number; 0 stands for "before the first event".
    public let rawValue: UInt64

    @inlinable
    public init(_ rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Before the first event.
    public static let zero = Position(0)

    /// The position after this one; the last that a number can name has none, and is itself.
    @inlinable
    public var next: Position { Position(rawValue == .max ? .max : rawValue + 1) }

    @inlinable
    public static func < (left: Position, right: Position) -> Bool { left.rawValue < right.rawValue }

    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(UInt64.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension Position: CustomStringConvertible {
    public var description: String { String(rawValue) }
}
