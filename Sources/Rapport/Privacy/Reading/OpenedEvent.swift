public import EventLog
internal import LMDB

/// Why a personal value is not shown.
public enum Withheld: String, Codable, Sendable, CaseIterable {
    /// The person is erased.
    case erased
    /// The use of the person's data is restricted now.
    case restricted
    /// There is no key for it, and the person is not erased: somebody should look into that.
    case keyMissing = "key missing"
    /// Nobody could note down that it was shown.
    case notLogged = "access cannot be logged"
}

/// An event of the log as somebody may see it.
public struct OpenedEvent: Hashable, Sendable {
    /// The event; of its personal parts those that may be shown stand in it in clear, the others are left out.
    public let recorded: RecordedEvent
    /// Why parts were left out, by the ids of the persons they are about.
    public let withheld: [String: Withheld]

    /// An event whose parts nobody wants to see: they stand in it as the log has them.
    public init(stored recorded: RecordedEvent) {
        self.init(recorded, withheld: [:])
    }

    init(_ recorded: RecordedEvent, withheld: [String: Withheld]) {
        self.recorded = recorded
        self.withheld = withheld
    }

    /// The serialized personal message about `subject`; nil where there is none, or it is withheld.
    public func part(of subject: String) -> [UInt8]? {
        guard let part = recorded.event.subjects.first(where: { $0.id.sameBytes(as: subject) })?.part,
            part.algorithm == .unsealed
        else { return nil }
        return part.bytes
    }
}
