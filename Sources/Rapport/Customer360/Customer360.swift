public import EventLog

/// Everything that somebody needs who is about to deal with a customer, in one answer.
public struct Customer360: Codable, Sendable, Hashable {
    /// One event of the timeline.
    public struct Happening: Codable, Sendable, Hashable {
        /// Where it stands.
        public let position: Position
        /// Its id.
        public let eventID: EventID
        /// Its type.
        public let type: String
        /// When it happened.
        public let occurredAt: Timestamp
        /// What it is about, as tags.
        public let tags: [String]
        /// Where the correction stands that counts for it; nil where there is none.
        public let correctedAt: Position?
    }

    /// A deal that is neither won nor lost.
    public struct OpenDeal: Codable, Sendable, Hashable {
        /// The opaque id of the opportunity.
        public let id: String
        /// The opaque id of the pipeline it moves through; nil, as other texts, where nobody has said.
        public let pipeline: String?
        /// The stage it is in.
        public let stage: String?
        /// Who has it.
        public let owner: String?
        /// What it is worth, in minor units; nil where nobody has stated it.
        public let amount: Int64?
        /// The currency of the amount.
        public let currency: String?
        /// When it was opened.
        public let openedAt: Timestamp
        /// The day it is expected to be decided, as `2025-03-31`.
        public let closeDate: String?
        /// The event that says so last: of the close date, or of anything else of the deal.
        public let position: Position
    }

    /// A case that is neither resolved nor closed. The events state no time by which an answer is owed; ``NextAction``
    /// says which cases wait for too long.
    public struct OpenCase: Codable, Sendable, Hashable {
        /// The opaque id of the case.
        public let id: String
        /// How it stands.
        public let status: CaseStatus
        /// What it is about, as a short code; nil, as other texts, where nobody has said.
        public let category: String?
        /// How severe it is, as a short code.
        public let severity: String?
        /// Who got it last.
        public let owner: String?
        /// Who it waits for, as `customer`, `us`; nil where it does not wait.
        public let waitsFor: String?
        /// When it was opened.
        public let openedAt: Timestamp
        /// From then until the time asked about, in milliseconds, rounded down; at least zero.
        public let ageMs: Int64
        /// When the customer was answered first; nil while nobody has.
        public let firstRespondedAt: Timestamp?
        /// When its last event happened.
        public let lastEventAt: Timestamp
        /// That event.
        public let position: Position
    }

    /// What a customer answered last where a survey asked for a score.
    public struct Score: Codable, Sendable, Hashable {
        /// What was asked about: `nps`, `csat`, `ces`, `enps` or `rating`.
        public let metric: String
        /// The score.
        public let score: Int64
        /// The lowest score of the scale.
        public let scaleMin: Int64
        /// The highest score of the scale.
        public let scaleMax: Int64
        /// When it was given.
        public let occurredAt: Timestamp
        /// The event that says so.
        public let position: Position
    }

    /// When somebody was in touch.
    public struct Contact: Codable, Sendable, Hashable {
        /// How, as `phone`; nil where nobody has said.
        public let channel: String?
        /// Who began: `inbound` for the customer, `outbound` for us; nil where nobody has said.
        public let direction: String?
        /// What for: `ask`, `give`, `thank` or `inform`; nil where nobody has said.
        public let purpose: String?
        /// When.
        public let occurredAt: Timestamp
        /// The event that says so.
        public let position: Position
    }

    /// The time that ages are reckoned to, and that consents are asked about.
    public let at: Timestamp
    /// What is known, each value with the event that says so; of a person with several ids that of the person.
    public let profile: CustomerProfile
    /// What happened last, the newest first; events that were annulled are left out.
    public let timeline: [Happening]
    /// How many events there are.
    public let events: Int
    /// When somebody was in touch last; nil when nobody was.
    public let lastContact: Contact?
    /// Those that are to be decided first before others; those without a day last.
    public let deals: [OpenDeal]
    /// Those that were opened first before others.
    public let cases: [OpenCase]
    /// Orders that are neither delivered nor cancelled, those placed first before others.
    public let openOrders: [OrderEntry]
    /// The order that was placed last, whatever has become of it; nil without orders.
    public let lastOrder: OrderEntry?
    /// What was ordered, by currency; nil without orders. What deals come to stands in the profile.
    public let orders: OrderSummary?
    /// Leads of the person that are neither given up nor converted.
    public let leads: [LeadEntry]
    /// The last score of each metric, by metric.
    public let satisfaction: [Score]
    /// What is allowed by the newest statement that covers it, by purpose and channel.
    public let consents: [SubjectPrivacy.Consent]
    /// Restrictions that are in force.
    public let restrictions: [SubjectPrivacy.Restriction]
    /// Legal holds that are in force.
    public let holds: [SubjectPrivacy.Hold]
    /// Whether an id of the person is erased.
    public let isErased: Bool
    /// With how many others the customer may be the same, as somebody has said last.
    public let suspectedDuplicates: Int
    /// What to do next, the most urgent first.
    public let nextActions: [NextAction]
    /// The position that the answer is of: the lowest that anything in it is of.
    public let position: Position
}
