/// Something that events say of themselves.
public enum EventProperty: Sendable, Hashable {
    /// A field of the data, as JSON spells it: `channel`, `amount.minorUnits`, `properties[plan]`.
    case field(String)
    /// The id in the first tag of a kind: `tag:campaign`.
    case tag(kind: String)
    /// Who appended it: `event:actor`.
    case actor
    /// Where it came from: `event:source`.
    case source
    /// Its type without the catalogue's package: `event:type`.
    case type
}

/// What a property of an event must be.
public struct EventCondition: Sendable, Hashable {
    /// A test of a value.
    public enum Test: Sendable, Hashable {
        /// Is one of these texts, byte for byte.
        case isOneOf([String])
        /// Is there, and none of these.
        case isNoneOf([String])
        /// Is there and not empty.
        case exists
        /// Is not there, or empty.
        case isMissing
        /// Is a whole number in this range; nil is unbounded.
        case isBetween(Int64?, Int64?)
        /// Contains this text, byte for byte.
        case contains(String)
        /// Begins with this text, byte for byte.
        case startsWith(String)
    }

    /// Of which property.
    public var property: EventProperty
    /// What its value must be. Of a property with several values in one event one must fulfil it; for
    /// ``Test/isNoneOf(_:)`` and ``Test/isMissing`` all.
    public var test: Test

    /// `property` must be as `test` says.
    public init(_ property: EventProperty, _ test: Test) {
        self.property = property
        self.test = test
    }
}
