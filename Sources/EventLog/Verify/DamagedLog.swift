/// Damage found in the log or its index: where, and of what kind.
public struct DamagedLog: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds of damage, each the breach of one invariant of the log.
    public enum Damage: String, Equatable, Sendable, Codable {
        /// The position is missing: positions have no gaps.
        case missing
        /// The record is shorter than its header says, or of an unknown format.
        case malformed
        /// The record's bytes do not give its checksum.
        case checksum
        /// The record does not name the position it stands at.
        case misplaced
        /// It was recorded before the event before it.
        case recordedEarlier
        /// Its type number has no name.
        case unknownType
        /// A tag stands twice.
        case repeatedTag
        /// Another event has the same id.
        case repeatedID
        /// The index does not say the same as the log.
        case index
        /// Each record of a backup is sound, and yet they are not those that were backed up.
        case manifest
    }

    /// The first position that is damaged.
    public let position: Position
    public let damage: Damage

    @usableFromInline
    package init(position: Position, damage: Damage) {
        self.position = position
        self.damage = damage
    }

    public var description: String { "damaged at position \(position): \(damage.meaning)" }
}

extension DamagedLog.Damage {
    var meaning: String {
        switch self {
        case .missing: "the event is missing"
        case .malformed: "the record has not the shape of an event"
        case .checksum: "the record does not match its checksum"
        case .misplaced: "the record belongs to another position"
        case .recordedEarlier: "it was recorded earlier than the event before it"
        case .unknownType: "its type has no name"
        case .repeatedTag: "a tag stands twice"
        case .repeatedID: "another event has the same id"
        case .index: "the index differs from the log"
        case .manifest: "the events up to here are not those that were backed up"
        }
    }
}
