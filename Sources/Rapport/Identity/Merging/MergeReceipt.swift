public import EventLog

/// What a merge has done.
public struct MergeReceipt: Hashable, Sendable, Codable {
    /// Where the event stands.
    public let position: Position
    /// Its id.
    public let eventID: EventID
    /// The id that stays, as the event names it: the canonical one of the person who was named.
    public let survivor: Tag
    /// The id that is taken in, as the event names it: the canonical one of the person who was named.
    public let absorbed: Tag
    /// All ids of the person as of that position: the canonical one first, the others in byte order.
    public let members: [Tag]
    /// Of which side the value of a field is taken, as the event says; of other fields the newest is.
    public let fieldChoice: [String: MergeSide]
}

/// What an unmerge has done.
public struct UnmergeReceipt: Hashable, Sendable, Codable {
    /// Where the event stands.
    public let position: Position
    /// Its id.
    public let eventID: EventID
    /// The merge that it has undone.
    public let merge: MergeRecord
    /// Who the survivor of the merge is as of that position.
    public let survivor: ResolvedPerson
    /// Who the absorbed one is as of that position.
    public let absorbed: ResolvedPerson
    /// Whether the two are one person still.
    public let areStillOne: Bool
    /// The merges that hold them together then; else empty.
    public let heldBy: [MergeRecord]

    init(position: Position, eventID: EventID, merge: MergeRecord, as view: IdentityView) {
        self.position = position
        self.eventID = eventID
        self.merge = merge
        survivor = view.person(of: merge.survivor)
        absorbed = view.person(of: merge.absorbed)
        let path = view.path(from: merge.survivor, to: merge.absorbed)
        areStillOne = path != nil
        heldBy = path ?? []
    }
}

/// What an unmerge would do.
public struct UnmergePlan: Hashable, Sendable, Codable {
    /// The log's last position when it was looked at.
    public let position: Position
    /// The merge that would be undone.
    public let merge: MergeRecord
    /// The ids of the person who the survivor of the merge would be: the canonical one first, the others in byte order.
    public let survivor: [Tag]
    /// The ids of the person who the absorbed one would be.
    public let absorbed: [Tag]
    /// Whether the two would be one person still; then nothing goes anywhere.
    public let areStillOne: Bool
    /// The merges that would hold them together; else empty.
    public let heldBy: [MergeRecord]
    /// The events since the merge that are about the person, in position order, and where each would go. Those from
    /// before it go where they came from.
    public let events: [PlannedEvent]

    /// An event, and where it would go.
    public struct PlannedEvent: Hashable, Sendable, Codable {
        /// Where it stands.
        public let position: Position
        /// Its id, by which an exception names it.
        public let eventID: EventID
        /// The full name of its type.
        public let type: String
        /// When it happened.
        public let occurredAt: Timestamp
        /// The ids of the person that it is about, without the exceptions of this plan.
        public let ids: [Tag]
        /// To whom it would go: both where it is about ids of both.
        public let sides: [MergeSide]
        /// Whether an exception of this plan decides that.
        public let isException: Bool
    }
}
