public import EventLog

/// One merge of two customers, as the log has it: an edge between two ids.
///
/// As long as it is not undone, the two ids are those of one person.
public struct MergeRecord: Hashable, Sendable, Codable {
    /// Where the event stands.
    public let position: Position
    /// The id of the event.
    public let eventID: EventID
    /// When it happened, by whoever appended it. Who is who goes by positions; this is for display.
    public let occurredAt: Timestamp
    /// When it was appended.
    public let recordedAt: Timestamp
    /// The id that the event names as the one that stays.
    public let survivor: Tag
    /// The id that the event names as the one that is taken in.
    public let absorbed: Tag
    /// The rule that made it, as a short word; empty when somebody made it.
    public let rule: String
    /// The version of the rules, where a rule made it; else 0.
    public let rulesVersion: UInt32
    /// The events that the rule went by.
    public let evidence: [EventID]
    /// Of which side the value of a field is taken; fields that are not named take the newest.
    public let fieldChoice: [String: MergeSide]
    /// How sure it was, in hundredths of a percent; 0 when nobody said.
    public let scoreBp: UInt32
    /// Why, in the words of whoever made it.
    public let reason: String
    /// Where it is undone; nil while it holds, as of the view that was asked.
    public internal(set) var unmergedAt: Position?

    /// What a message says, with the ids as tags.
    init(_ message: CustomersMerged, _ header: IdentityEventHeader, survivor: Tag, absorbed: Tag) {
        position = header.position
        eventID = header.id
        occurredAt = header.occurredAt
        recordedAt = header.recordedAt
        self.survivor = survivor
        self.absorbed = absorbed
        rule = message.rule
        rulesVersion = message.rulesVersion
        evidence = message.evidence.compactMap { EventID($0) }
        var fieldChoice: [String: MergeSide] = [:]
        for choice in message.fieldChoice where choice.side.isStated { fieldChoice[choice.field] = choice.side }
        self.fieldChoice = fieldChoice
        scoreBp = message.scoreBp
        reason = message.reason
        unmergedAt = nil
    }

    /// Whether it holds as of a position.
    func isActive(asOf position: Position) -> Bool {
        guard self.position <= position else { return false }
        guard let unmergedAt else { return true }
        return unmergedAt > position
    }

    /// The same without what is later than a position.
    func known(asOf position: Position) -> MergeRecord {
        var known = self
        if let unmergedAt, unmergedAt > position { known.unmergedAt = nil }
        return known
    }
}

/// All ids of one person, and from when to when they were just these.
public struct ResolvedPerson: Hashable, Sendable, Codable {
    /// A person cannot be merged into more ids than this. What the log holds all the same is followed.
    public static let mostIDs = 10_000

    /// The id that stands for the person.
    public let canonical: Tag
    /// All ids: the canonical one first, the others in byte order.
    public let members: [Tag]
    /// The position from which on these ids are the person; zero from the start.
    public let since: Position
    /// The position from which on they no longer are just these; nil when that has not come.
    public let until: Position?
}

/// From the position of the event on, a tag is seen as another one.
struct AliasChange: Hashable, Sendable {
    /// The tag as events have it.
    let tag: Tag
    /// The tag that stands for the person; `tag` itself where it stands for itself again.
    let canonical: Tag
}

/// What the envelope of an event about identity says.
struct IdentityEventHeader: Hashable, Sendable {
    let id: EventID
    let position: Position
    let occurredAt: Timestamp
    let recordedAt: Timestamp
}
