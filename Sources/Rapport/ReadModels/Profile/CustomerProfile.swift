public import EventLog

/// Everything known of one customer, each value with when it was valid from, when we learnt it, and from which event.
public struct CustomerProfile: Codable, Sendable, Hashable {
    /// One field and where its value comes from.
    public struct Field: Codable, Sendable, Hashable {
        /// What is known, as `name`, `email` or an attribute.
        public let name: String
        /// The one that became true last; never empty.
        public let value: String
        /// Whether the value stands in the personal part of its event.
        public let isPersonal: Bool
        /// When it became true.
        public let occurredAt: Timestamp
        /// When we learnt it.
        public let recordedAt: Timestamp
        /// The event that set it.
        public let position: Position
        /// The id of that event.
        public let eventID: EventID
        /// The id that the event is stored under, where it is another one of the person than
        /// ``CustomerProfile/customerID``; else nil.
        public let storedUnder: String?
    }

    /// Sales to the customer in one currency.
    public struct Sales: Codable, Sendable, Hashable {
        /// Empty for deals whose value nobody has stated.
        public let currency: String
        /// Deals that stand as won.
        public let won: Int64
        /// What won deals come to, in minor units.
        public let wonValue: Int64
        /// Deals that stand as lost.
        public let lost: Int64
        /// Deals that are neither won nor lost.
        public let open: Int64
        /// What open deals come to, in minor units.
        public let openValue: Int64
    }

    /// The opaque id of the customer; of a person with several ids the one that stands for all.
    public let customerID: String
    /// The id that was asked for, where it is another one of the person; else nil.
    public let askedID: String?
    /// All ids of a person with several, ``customerID`` first; else nil.
    public let members: [String]?
    /// By field name.
    public let fields: [Field]
    /// Deals with the customer, by currency; empty without deals.
    public let sales: [Sales]
    /// Events about the customer of types that profiles are made of; where there are none of these, all events.
    public let events: Int
    /// When the earliest of these events happened.
    public let firstSeen: Timestamp
    /// When the latest of these events happened.
    public let lastSeen: Timestamp
    /// How often somebody was in touch with the customer.
    public let interactions: Int
    /// When somebody was in touch last; nil when nobody was.
    public let lastInteraction: Timestamp?
    /// How somebody was in touch last, as `phone` or `visit`; nil when nobody was.
    public let lastChannel: String?
    /// How often an order was placed, and a case opened; the read models of these say what has become of them.
    public let orders: Int
    /// Cases opened, whatever has become of them.
    public let cases: Int
    /// How often the customer came across us: saw a page, opened a message, came into a shop.
    public let touchpoints: Int
    /// How often the customer complained.
    public let complaints: Int
    /// Ideas and needs that came from the customer.
    public let suggestions: Int
    /// Made by the customer, or of the customer.
    public let referrals: Int
    /// The position that the answer is of.
    public let position: Position
    /// Nil where nothing is withheld, so that JSON leaves it out.
    let withheldIfAny: [String: Withheld]?

    /// Why personal values are missing, by the id of the person as it stands in tags; empty when none is missing for
    /// such a reason.
    public var withheld: [String: Withheld] { withheldIfAny ?? [:] }

    /// The value of a field; nil when it is not known.
    public func value(of field: String) -> String? { fields.first { $0.name == field }?.value }

    private enum CodingKeys: String, CodingKey {
        case customerID, askedID, members, fields, sales, events, firstSeen, lastSeen, interactions, lastInteraction,
            lastChannel
        case orders, cases, touchpoints, complaints, suggestions, referrals, position
        case withheldIfAny = "withheld"
    }
}
