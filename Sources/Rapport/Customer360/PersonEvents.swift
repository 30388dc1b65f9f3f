internal import EventLog
internal import LMDB
internal import SwiftProtobuf

/// What the events about one customer say that no row keeps, gathered in one pass.
struct PersonEvents {
    /// Something that the customer said, and that somebody may have answered.
    struct Said {
        let eventID: EventID
        let occurredAt: Timestamp
        let position: Position
        /// What it was, in short codes.
        let codes: [String]
    }

    /// Deals, cases, orders and leads that share an event with the customer.
    private(set) var neighbours: Set<Tag> = []
    /// In the order in which they happened.
    private(set) var contacts: [Customer360.Contact] = []
    /// By the metric.
    private(set) var scores: [String: Customer360.Score] = [:]
    private(set) var complaints: [Said] = []
    /// Answers of those who would not recommend us.
    private(set) var detractors: [Said] = []
    /// The events of which the customer was told what came of them.
    private(set) var closedLoops: Set<EventID> = []
    /// Of each pair of which somebody said last that both may be the same, where that stands.
    private(set) var suspected: [Position] = []

    private static let neighbourKinds = ["opportunity", "case", "order", "lead"]
    private static let types: Set<EventType> = [
        InteractionLogged.eventType, SurveyAnswered.eventType, ComplaintRaised.eventType,
        FeedbackLoopClosed.eventType, DuplicateReviewed.eventType,
    ]

    /// The events about the person of a tag up to a position. O(events of the person).
    ///
    /// - Throws: ``UnreadableEvent``, `DamagedLog`.
    init(of state: some CRMState, about customer: Tag, _ identity: IdentityView) throws {
        var known: [RecordedEvent] = []
        let log = state.log
        try state.history.forEachSeen(about: customer, types: [], to: identity.position, in: log) { event in
            guard state.hasHappened(at: event.occurredAt) else { return true }
            for index in 0..<event.tagCount {
                let tag = event.tag(index)
                if tag.names(oneOf: Self.neighbourKinds) { neighbours.insert(tag) }
            }
            if Self.types.contains(log.type(of: event)) { known.append(log.recorded(event)) }
            return true
        }
        known.sort { ($0.event.occurredAt, $0.position) < ($1.event.occurredAt, $1.position) }
        var reviews: [Set<Tag>: (decision: DuplicateDecision, position: Position)] = [:]
        for recorded in known {
            switch recorded.event.type {
            case InteractionLogged.eventType:
                contacts.append(Customer360.Contact(try recorded.message(InteractionLogged.self), recorded))
            case SurveyAnswered.eventType: try add(try recorded.message(SurveyAnswered.self), recorded)
            case ComplaintRaised.eventType:
                let complaint = try recorded.message(ComplaintRaised.self)
                complaints.append(Said(recorded, [complaint.theme, complaint.severity, complaint.riskClass]))
            case FeedbackLoopClosed.eventType:
                let closed = try recorded.message(FeedbackLoopClosed.self)
                if let id = EventID(closed.ofEventID) { closedLoops.insert(id) }
            default:
                let review = try recorded.message(DuplicateReviewed.self)
                // What is one person by now needs no review.
                let pair = Set([review.first, review.second].map { identity.canonical(of: Tag(unchecked: $0)) })
                if let earlier = reviews[pair], earlier.position > recorded.position { continue }
                if pair.count == 2 { reviews[pair] = (review.decision, recorded.position) }
            }
        }
        suspected = reviews.values.filter { $0.decision == .suspected }.map(\.position).sorted()
    }

    private mutating func add(_ survey: SurveyAnswered, _ recorded: RecordedEvent) throws {
        for answer in survey.answers {
            guard case .score(let score)? = answer.result else { continue }
            let (low, high) = (Int64(answer.scaleMin), Int64(answer.scaleMax))
            guard high > low, (low...high).contains(Int64(score)) else { continue }
            let metric = answer.metric.word
            scores[metric] = Customer360.Score(
                metric: metric, score: Int64(score), scaleMin: low, scaleMax: high,
                occurredAt: recorded.event.occurredAt, position: recorded.position)
            // On the usual scale of 0 to 10 that is 6 or less.
            if answer.metric == .nps, (Int64(score) - low) * 10 <= 6 * (high - low) {
                detractors.append(Said(recorded, [metric, "\(score)"]))
            }
        }
    }
}

extension PersonEvents.Said {
    fileprivate init(_ recorded: RecordedEvent, _ codes: [String]) {
        self.init(
            eventID: recorded.event.id, occurredAt: recorded.event.occurredAt, position: recorded.position,
            codes: codes.filter { !$0.isEmpty })
    }
}

extension Customer360.Contact {
    fileprivate init(_ interaction: InteractionLogged, _ recorded: RecordedEvent) {
        self.init(
            channel: interaction.channel.isEmpty ? nil : interaction.channel, direction: interaction.direction.word,
            purpose: interaction.purpose.word, occurredAt: recorded.event.occurredAt, position: recorded.position)
    }
}

extension InteractionDirection {
    /// The word for it; nil where nobody has said.
    fileprivate var word: String? {
        switch self {
        case .inbound: "inbound"
        case .outbound: "outbound"
        case .unspecified, .UNRECOGNIZED: nil
        }
    }
}

extension InteractionPurpose {
    /// The word for it; nil where nobody has said.
    fileprivate var word: String? {
        switch self {
        case .ask: "ask"
        case .give: "give"
        case .thank: "thank"
        case .inform: "inform"
        case .unspecified, .UNRECOGNIZED: nil
        }
    }
}
