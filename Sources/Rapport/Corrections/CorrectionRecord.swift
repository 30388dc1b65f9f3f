public import EventLog

/// A correction that was appended.
public struct CorrectionReceipt: Codable, Hashable, Sendable {
    /// Where the correction stands in the log.
    public let position: Position
    /// The id of the correction.
    public let eventID: EventID
    /// What it does.
    public let kind: CorrectionRecord.Kind
    /// Where the event stands that it is about.
    public let target: Position
    /// The id of that event.
    public let targetID: EventID
    /// The type of that event.
    public let type: String
    /// The tags that the event is seen with from now on; none of one that is annulled.
    public let tags: [Tag]
    /// Those of the tags that no event had before: perhaps they were mistyped.
    public let newTags: [Tag]
}

/// A correction of an event, as the log has it.
public struct CorrectionRecord: Codable, Hashable, Sendable {
    /// What a correction does to an event.
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        /// It has other data, tags, personal values or another time.
        case amended
        /// It is as if it had never been.
        case annulled
        /// It is seen as it was stored, again.
        case restored
        /// The import that made it was reverted: it is as if it had never been.
        case reverted
    }

    /// Where the correction stands.
    public let position: Position
    /// The id of the correction.
    public let eventID: EventID
    /// What it does.
    public let kind: Kind
    /// When it was recorded.
    public let recordedAt: Timestamp
    /// Who corrected it; nil where the correction does not say.
    public let actor: String?
    /// Why; empty where the correction does not say.
    public let reason: String
    /// The tags that the event has from then on; nil where they do not change.
    public let tags: [Tag]?
    /// When the event happened, from then on; nil where that does not change.
    public let occurredAt: Timestamp?
}

extension CorrectionRecord.Kind {
    /// What an `EventCorrected` does; nil for a kind that this program does not know.
    init?(_ kind: CorrectionKind) {
        switch kind {
        case .amend: self = .amended
        case .annul: self = .annulled
        case .restore: self = .restored
        case .unspecified, .UNRECOGNIZED: return nil
        }
    }
}
