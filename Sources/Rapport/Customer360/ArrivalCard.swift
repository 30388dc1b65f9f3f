public import EventLog

/// The ten facts that a colleague needs in the next minute, when a customer stands at the desk or is on the phone.
///
/// Always the same ten in the same order, whatever is known: whoever reads cards all day knows where to look. There is
/// no text in it for people but names and codes; whoever shows it says it in their language.
public struct ArrivalCard: Codable, Sendable, Hashable {
    /// What a fact tells. The order is that of the card.
    public enum Label: String, Codable, Sendable, CaseIterable {
        /// The name, what the customer is, and how many ids the person has where there are several; since when.
        case who
        /// How the customer wants to be reached: channels that were agreed to, then `-` and what is forbidden.
        case reach
        /// How somebody was in touch last, who began, and what for.
        case lastContact
        /// The case that was opened first of those that are open, or else the oldest complaint without an answer.
        case openProblem
        /// What we owe, due first: what to do, and what it is about.
        case promise
        /// The deal that is to be decided first: its id, stage and close date.
        case openDeal
        /// The open order that was placed last.
        case openOrder
        /// What was sold: won deals, and where there are none orders without what was cancelled or came back.
        case value
        /// The last score: the metric, the score, and its scale.
        case mood
        /// What to do next.
        case nextAction
    }

    /// Money, in minor units.
    public struct Amount: Codable, Sendable, Hashable {
        /// Empty for an amount without a currency.
        public let currency: String
        /// How much.
        public let minorUnits: Int64
    }

    /// One fact.
    public struct Fact: Codable, Sendable, Hashable {
        /// What it tells.
        public let label: Label
        /// 1 is looked at first, 10 last.
        public let priority: Int
        /// Names and codes; empty where nothing is known, which is a fact, too.
        public let values: [String]
        /// By currency.
        public let amounts: [Amount]
        /// Since when, when, or by when.
        public let time: Timestamp?
        /// The event that says so; nil where none alone does.
        public let position: Position?
        /// Whether a value stands in the personal part of its event.
        public let isPersonal: Bool
    }

    /// The opaque id of the customer; of a person with several ids the one that stands for all.
    public let customerID: String
    /// Ten of them.
    public let facts: [Fact]
    /// The time that dues are reckoned to.
    public let at: Timestamp
    /// The position that the answer is of.
    public let position: Position

    /// The card of a customer.
    public init(_ customer: Customer360) {
        customerID = customer.profile.customerID
        at = customer.at
        position = customer.position
        facts = Label.allCases.enumerated().map { number, label in
            let fact = customer.said(of: label)
            return Fact(
                label: label, priority: number + 1, values: fact.values, amounts: fact.amounts, time: fact.time,
                position: fact.position, isPersonal: fact.isPersonal)
        }
    }
}

/// What stands in a fact beside its label.
private struct Said {
    var values: [String] = []
    var amounts: [ArrivalCard.Amount] = []
    var time: Timestamp?
    var position: Position?
    var isPersonal = false

    init(
        _ values: [String?] = [], amounts: [ArrivalCard.Amount] = [], time: Timestamp? = nil,
        position: Position? = nil, isPersonal: Bool = false
    ) {
        self.values = values.compactMap { $0 }
        self.amounts = amounts
        self.time = time
        self.position = position
        self.isPersonal = isPersonal
    }

    init(_ action: NextAction?) {
        guard let action else {
            self.init()
            return
        }
        let values: [String] = [action.kind.rawValue, action.about.text] + action.because
        self.init(values, time: action.due, position: action.position)
    }
}

extension Customer360 {
    fileprivate func said(of label: ArrivalCard.Label) -> Said {
        switch label {
        case .who: return who
        case .reach: return reach
        case .lastContact:
            return Said(
                [lastContact?.channel, lastContact?.direction, lastContact?.purpose], time: lastContact?.occurredAt,
                position: lastContact?.position)
        case .openProblem: return openProblem
        case .promise: return Said(promise)
        case .openDeal:
            guard let deal = deals.first else { return Said() }
            return Said(
                [deal.id, deal.stage, deal.closeDate],
                amounts: deal.amount.map { [ArrivalCard.Amount(currency: deal.currency ?? "", minorUnits: $0)] } ?? [],
                time: deal.openedAt, position: deal.position)
        case .openOrder:
            guard let order = openOrders.last else { return Said() }
            return Said(
                [order.orderID, order.status.rawValue],
                amounts: order.amounts.map { ArrivalCard.Amount(currency: $0.currency, minorUnits: $0.net) },
                time: order.placedAt, position: order.position)
        case .value: return Said(amounts: value)
        case .mood:
            guard let score = satisfaction.max(by: { ($0.occurredAt, $0.position) < ($1.occurredAt, $1.position) })
            else { return Said() }
            return Said(
                [score.metric, "\(score.score)", "\(score.scaleMin)..\(score.scaleMax)"], time: score.occurredAt,
                position: score.position)
        case .nextAction: return Said(nextActions.first)
        }
    }

    private var who: Said {
        let name = profile.fields.first { $0.name == "name" }
        let ids = profile.members.map { "\($0.count) ids" }
        return Said(
            [name?.value, profile.value(of: "kind"), ids], time: profile.firstSeen, position: name?.position,
            isPersonal: name?.isPersonal ?? false)
    }

    /// What is forbidden goes before what is allowed: an erasure, then restrictions.
    private var reach: Said {
        let preferred = profile.fields.first { $0.name == "preferred_channel" }
        var values = isErased ? ["-erased"] : []
        values += restrictions.map { "-" + ($0.scope ?? "all") }
        if let preferred { values.append(preferred.value) }
        for consent in consents { values.append("\(consent.purpose ?? "any")/\(consent.channel ?? "any")") }
        let newest = consents.map(\.proof.position).max()
        return Said(
            values, position: restrictions.map(\.proof.position).max() ?? preferred?.position ?? newest,
            isPersonal: preferred?.isPersonal ?? false)
    }

    private var openProblem: Said {
        if let open = cases.first {
            return Said(
                [open.id, open.category, open.severity, open.status.rawValue], time: open.openedAt,
                position: open.position)
        }
        let complaint = nextActions.filter { $0.kind == .closeComplaintLoop }.min { $0.position < $1.position }
        guard let complaint else { return Said() }
        return Said(complaint.because, position: complaint.position)
    }

    /// What is owed to the customer, due first.
    private var promise: NextAction? {
        nextActions.filter { action in
            switch action.kind {
            case .answerRequest, .respondToCase, .followUpCase, .respondToLead, .closeComplaintLoop: return true
            case .followUpDetractor, .moveDeal, .obtainConsent, .reviewDuplicates: return false
            }
        }.min { ($0.due ?? .distantFuture, $0.position) < ($1.due ?? .distantFuture, $1.position) }
    }

    private var value: [ArrivalCard.Amount] {
        let won = profile.sales.filter { $0.won > 0 }
        if !won.isEmpty { return won.map { ArrivalCard.Amount(currency: $0.currency, minorUnits: $0.wonValue) } }
        return (orders?.values ?? []).map { ArrivalCard.Amount(currency: $0.currency, minorUnits: $0.net) }
    }
}

extension Timestamp {
    fileprivate static var distantFuture: Timestamp { Timestamp(microseconds: .max) }
}
