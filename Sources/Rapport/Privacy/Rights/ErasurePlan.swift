public import EventLog

/// What an erasure would do, worked out before anything is done.
public struct ErasurePlan: Codable, Hashable, Sendable {
    /// The last position that was looked at: what came later is looked at when it is done.
    public let position: Position
    /// The moment at which holds and retention were asked about. It is when the erasure is said to have happened.
    public let time: Timestamp
    /// Why, as a short code: `request`, `retention`, `withdrawn`.
    public let reason: String
    /// The event by which the person has asked for it; nil where nobody has.
    public let requestEventID: EventID?
    /// Whether only the ids that were given are erased, and not the others of the same person.
    public let only: Bool
    /// Who is erased. One person with very many ids stands here several times.
    public let persons: [PersonErasure]
    /// Who is erased already, with nothing left to be.
    public let alreadyErased: [PastErasure]
    /// Who cannot be erased: the plan is not carried out while there is one.
    public let refusals: [ErasureRefused]

    /// Ids that are erased in all.
    public var idCount: Int { persons.reduce(0) { $0 + $1.ids.count } }
    /// Parts in clear that stay as they are.
    public var partsInClear: Int { persons.reduce(0) { $0 + $1.partsInClear } }
}

/// One person's part of an erasure.
public struct PersonErasure: Codable, Hashable, Sendable {
    /// The id that was asked for.
    public let subject: Tag
    /// The id of the event `SubjectErased`. It is chosen here, so that the plan can be carried out again after a
    /// failure and is done once.
    public let eventID: EventID
    /// Every id that is erased, with what the log holds about it.
    public let ids: [SubjectContents]
    /// What a law keeps.
    public let retained: [RetainedData]

    /// Parts in clear about the person.
    public var partsInClear: Int { ids.reduce(0) { $0 + $1.partsInClear } }

    /// How many data keys there are for parts of the log, without those that are kept.
    public var keyCount: Int {
        let kept = Set(retained.map(\.category))
        return ids.reduce(0) { count, id in count + id.sealedParts.keys.count { !kept.contains($0) } }
    }
}

/// A category of personal data that a law keeps from being erased.
public struct RetainedData: Codable, Hashable, Sendable {
    /// The category, as `orders`.
    public let category: String
    /// The law that says so.
    public let lawRef: String
    /// Until when.
    public let until: Timestamp
}

/// Somebody who was erased before.
public struct PastErasure: Codable, Hashable, Sendable {
    /// The id that was asked for.
    public let subject: Tag
    /// The event that says so first.
    public let eventID: EventID
    /// Where it stands.
    public let position: Position
}

/// How an erasure went.
public struct ErasureOutcome: Codable, Hashable, Sendable {
    /// The id that was asked for.
    public let subject: Tag
    /// Every id that was erased.
    public let ids: [Tag]
    /// The event `SubjectErased`; nil when it was refused in the end.
    public let eventID: EventID?
    /// Where it stands.
    public let position: Position?
    /// The receipt that the keys are gone.
    public let receipt: ErasureReceipt?
    /// What a law keeps.
    public let retained: [RetainedData]
    /// Parts in clear that stand in the log as before: nothing but another log can be without them.
    public let partsInClear: Int
    /// What stood against it in the end: a hold that came in between.
    public let refusal: ErasureRefused?

    /// Whether nothing of the person can be read any more, but what a law keeps.
    public var isComplete: Bool { refusal == nil && receipt != nil && partsInClear == 0 }
}

/// The event `KeyDestroyed` about some erasures.
public struct ErasureReceipt: Codable, Hashable, Sendable {
    /// The id of the event.
    public let eventID: EventID
    /// Where it stands.
    public let position: Position
    /// How many keys were destroyed for all erasures of the receipt.
    public let keyCount: UInt64
    /// The generation of the key store that has none of them; 0 where there is no key store.
    public let epoch: UInt64
}
