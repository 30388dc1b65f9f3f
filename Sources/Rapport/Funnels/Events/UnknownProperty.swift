public import EventLog

/// A property that no event of a type has.
public struct UnknownProperty: Error, Hashable, Sendable, CustomStringConvertible {
    /// The property.
    public let property: EventProperty
    /// The type of the events.
    public let type: EventType
    /// What is wrong, and what would be right.
    public let reason: String

    public var description: String { reason }
}
