public import EventLog

/// What came of taking back an import, or would come of it.
public struct ImportRevertReport: Codable, Hashable, Sendable {
    /// An event of the import that stays as it is.
    public struct Kept: Codable, Hashable, Sendable {
        /// Where it stands.
        public let position: Position
        /// Its id.
        public let eventID: EventID
        /// Its type.
        public let type: String
        /// What it is about; nil for an event of a type that this program does not know.
        public let entity: Tag?
        /// Why it stays.
        public let reason: String
    }

    /// How many of the events that stay are listed; the others are counted.
    public static let listedEvents = 1_000
    /// How many events can stay: more are too many for the event that names them.
    public static let mostKept = 100_000

    /// The import.
    public let importID: String
    /// Where the log says that it is reverted; nil after a dry run.
    public let position: Position?
    /// Everything up to here was looked at.
    public let head: Position
    /// Events that are seen no more.
    public let reverted: Int
    /// Events that stay because others have worked on what they are about since. Those of types that cannot be
    /// corrected are not among them.
    public let kept: Int
    /// Events of types that cannot be corrected: they stay, however many.
    public let uncorrectable: Int
    /// Of how many entities these are.
    public let keptEntities: Int
    /// The first ``listedEvents`` of them, in the order of the log.
    public let keptEvents: [Kept]
    /// Whether the import has not come to its end: it was interrupted, or is still running. What it appends from now on
    /// is not reverted.
    public let isInterrupted: Bool
}

/// Why an import is not reverted. Nothing was appended.
public enum ImportRevertRefusal: Error, Hashable, Sendable {
    /// The log has no such import.
    case unknown(importID: String)
    /// It was reverted before, and none of its events is seen.
    case alreadyReverted(importID: String, position: Position)
    /// It was reverted before, but `left` of its events were kept then or were restored since.
    case partlyReverted(importID: String, position: Position, left: Int)
    /// None of its events would be seen no more: `kept` of them were edited since.
    case nothingToRevert(importID: String, kept: Int)
    /// It has only events of types that cannot be corrected.
    case uncorrectable(importID: String, count: Int)
    /// More events were edited since than one event can name.
    case tooManyKept(importID: String, kept: Int)
    /// Others appended events each time it was tried.
    case busy(importID: String)
}

extension ImportRevertRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknown(let id): "\(id): the log has no such import; expected an id that rapport imports lists"
        case .alreadyReverted(let id, let position): "\(id): is reverted already (position \(position))"
        case .partlyReverted(let id, let position, let left):
            "\(id): is reverted already (position \(position)), but for \(left) of its events, which were kept or have "
                + "been restored since; --force reverts these, too"
        case .nothingToRevert(let id, 0): "\(id): has appended no event that could be reverted"
        case .nothingToRevert(let id, let kept):
            "\(id): all of its \(kept) events that can be reverted were edited since; --force reverts these, too"
        case .uncorrectable(let id, let count):
            "\(id): its \(count) events are of types that cannot be corrected; another event takes back what each says"
        case .tooManyKept(let id, let kept):
            "\(id): \(kept) of its events were edited since; expected at most \(ImportRevertReport.mostKept); --force "
                + "reverts these, too, and what should stay can be restored one by one"
        case .busy(let id): "\(id): events were appended each time it was tried; expected a moment of rest"
        }
    }
}
