/// What one event and one call may hold. Beyond a limit the append is refused with ``InvalidEvent``.
public enum Limits {
    /// Tags of one event.
    public static let tagsPerEvent = 64
    /// UTF-8 bytes of a tag.
    public static let tagBytes = 256
    /// UTF-8 bytes of a type name.
    public static let typeNameBytes = 128
    /// Bytes of one stored event.
    public static let eventBytes = 16 << 20
    /// Events in one append call.
    public static let eventsPerAppend = 10_000
    /// Bytes of one append call.
    public static let appendBytes = 64 << 20
    /// Items of a query.
    public static let queryItems = 64
    /// Subjects of one event.
    public static let subjectsPerEvent = 16
    /// UTF-8 bytes of each optional envelope field and of a subject.
    public static let envelopeFieldBytes = 256
}

/// An event, tag, type name or query that cannot be stored or asked; says which rule it breaks.
public struct InvalidEvent: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was wrong and what is allowed.
    public let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }

    public var description: String { reason }
}
