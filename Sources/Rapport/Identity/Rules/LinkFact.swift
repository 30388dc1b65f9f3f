package import EventLog
internal import LMDB

/// That a customer was recognised by some identifiers: what one event says of one customer.
///
/// Personal: it is kept in memory while rules are applied, and never written anywhere.
package struct LinkFact: Hashable, Sendable {
    /// Where the event stands.
    package let position: Position
    /// The id of the event.
    package let eventID: EventID
    /// When it happened: where windows of time end.
    package let occurredAt: Timestamp
    /// The customer, under the id that the event is stored under.
    package let customer: Tag
    /// Whether the event is one that can be taken back: `IdentifierLinked`.
    package let isLink: Bool
    /// Each once; none where nothing may be known of them. The event still says since when there is the customer.
    package let identifiers: [LinkedIdentifier]

    /// A fact.
    package init(
        position: Position, eventID: EventID, occurredAt: Timestamp, customer: Tag, isLink: Bool = true,
        identifiers: [LinkedIdentifier]
    ) {
        self.position = position
        self.eventID = eventID
        self.occurredAt = occurredAt
        self.customer = customer
        self.isLink = isLink
        self.identifiers = identifiers
    }
}

/// A value by which a customer was recognised, in the form in which values are compared.
package struct LinkedIdentifier: Hashable, Sendable {
    /// What kind of value it is.
    package let type: IdentifierType
    /// Of an id in another system the system; empty for all other kinds.
    package let source: String
    /// The most exact form of ``IdentifierText``: of a phone number E.164, where its country is known. Two numbers that
    /// only may be the same make nobody one person.
    package let text: String
    /// As it was given: blocked values are looked for in this form, too.
    package let given: String
    /// Whether two of the same text are the same value for certain: of phone numbers those whose country is known.
    /// Others join nobody.
    package let isExact: Bool

    /// Nil for a value that says nothing, or whose kind is not stated.
    ///
    /// - Parameter country: where a phone number without a calling code is at home.
    package init?(_ type: IdentifierType, _ value: String, source: String = "", country: String? = nil) {
        let forms = IdentifierText(value, type, country: country)
        guard let text = forms.forms.first else { return nil }
        self.type = type
        self.source = type == .externalID ? source : ""
        self.text = text
        given = value
        isExact = type != .phone || forms.international != nil
    }

    /// By bytes.
    package static func == (left: LinkedIdentifier, right: LinkedIdentifier) -> Bool {
        left.type == right.type && left.text.sameBytes(as: right.text) && left.source.sameBytes(as: right.source)
            && left.given.sameBytes(as: right.given) && left.isExact == right.isExact
    }
}

/// What the log says that decides who is who, in the order of positions.
package enum IdentityStep: Sendable {
    /// A customer was recognised.
    case fact(LinkFact)
    /// A link is none, as if it had never been, whatever customers it is about: it may be taken back under another id
    /// of the person than it was made.
    case takenBack(link: EventID)
    /// Two customers are one person.
    case merged(StatedMerge)
    /// A merge is undone.
    case unmerged(StatedUnmerge)
    /// Somebody has said whether two customers are the same person.
    case reviewed(Tag, Tag, DuplicateDecision, at: Position)
}

/// A merge as the log has it.
package struct StatedMerge: Hashable, Sendable {
    /// The id of the event.
    package let id: EventID
    /// Where it stands.
    package let position: Position
    /// The id that the event names as the one that stays.
    package let survivor: Tag
    /// The id that the event names as the one that is taken in.
    package let absorbed: Tag
    /// Whether a rule made it; then it is what came of rules once, and decides nothing.
    package let isByRule: Bool

    /// A merge.
    package init(id: EventID, position: Position, survivor: Tag, absorbed: Tag, isByRule: Bool) {
        self.id = id
        self.position = position
        self.survivor = survivor
        self.absorbed = absorbed
        self.isByRule = isByRule
    }
}

/// An unmerge as the log has it.
package struct StatedUnmerge: Hashable, Sendable {
    /// The id of the merge that is undone.
    package let merge: EventID
    /// Whether a rule did it; then it says nothing about whether the two are the same.
    package let isByRule: Bool
    /// The events that go to one of the two, wherever they were stored among `members`.
    package let moved: [EventID: MergeSide]
    /// The ids of the person that is parted; needed only where events are moved.
    package let members: Set<Tag>

    /// An unmerge.
    package init(merge: EventID, isByRule: Bool, moved: [EventID: MergeSide] = [:], members: Set<Tag> = []) {
        self.merge = merge
        self.isByRule = isByRule
        self.moved = moved
        self.members = members
    }
}
