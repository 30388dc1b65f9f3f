import EventLog
import Rapport

/// What persons did, as tests tell it: answers, orders and complaints, and the curve by a plain count over them.
enum LoyaltyStory {
    /// The morning from which days are counted.
    static let morning = Timestamp.at("2024-01-01T08:00:00Z")

    /// An answer to one question.
    static func answered(
        _ customer: String?, _ score: Int?, at time: Timestamp, metric: SurveyMetric = .csat,
        survey: String = "service", question: String = "q1", scale: ClosedRange<Int> = 1...5
    ) throws -> NewEvent {
        var answer = SurveyAnswer()
        answer.question = question
        answer.metric = metric
        answer.scaleMin = Int32(scale.lowerBound)
        answer.scaleMax = Int32(scale.upperBound)
        if let score { answer.score = Int32(score) } else { answer.noAnswer = .notAnswered }
        let given = answer
        let message = SurveyAnswered.with { message in
            message.surveyID = survey
            message.answers = [given]
        }
        var tags = [try EntityTag.survey(survey)]
        if let customer { tags.append(try .customer(customer)) }
        return try NewEvent(message, about: tags, occurredAt: time)
    }

    static func ordered(_ order: String, by customer: String, at time: Timestamp) throws -> NewEvent {
        try NewEvent(
            OrderPlaced.with { $0.orderID = order }, about: [.order(order), .customer(customer)], occurredAt: time)
    }

    static func cancelled(_ order: String, by customer: String, at time: Timestamp) throws -> NewEvent {
        try NewEvent(
            OrderCancelled.with { $0.orderID = order }, about: [.order(order), .customer(customer)], occurredAt: time)
    }

    /// A complaint; of an id of its own where one is given.
    static func complained(
        _ customer: String, of complaint: String = "", id: EventID = EventID(), at time: Timestamp
    ) throws -> NewEvent {
        let message = ComplaintRaised.with { message in
            message.customerID = customer
            message.complaintID = complaint
        }
        return try NewEvent(message, about: [.customer(customer)], id: id, occurredAt: time)
    }

    static func told(_ customer: String, of event: EventID, at time: Timestamp) throws -> NewEvent {
        try NewEvent(
            FeedbackLoopClosed.with { $0.ofEventID = event.description }, about: [.customer(customer)],
            occurredAt: time)
    }
}

/// One person after the other, as a plain count sees them.
struct PlainPerson: Sendable {
    struct Answer: Sendable {
        var time: Timestamp
        let score: Int?
        let survey: String
        let event: EventID
    }

    struct Order: Sendable {
        let id: String
        let placed: Timestamp
        let cancelled: Timestamp?
        /// That it was placed by.
        let event: EventID
    }

    let id: String
    var answers: [Answer] = []
    var orders: [Order] = []
    var complaints: [(raised: Timestamp, told: Timestamp?)] = []

    /// The answers with a score that are asked about; of one moment no two.
    func scored(_ question: LoyaltyQuestion) -> [Answer] {
        let asked = answers.filter { answer in
            answer.score != nil && answer.time <= question.now
                && (question.survey == nil || question.survey == answer.survey)
        }.sorted { $0.time < $1.time }
        return question.firstOnly ? Array(asked.prefix(1)) : asked
    }

    /// Whether the person ordered within the horizon; nil where it is not over.
    func hasRepurchased(after answer: Answer, _ question: LoyaltyQuestion) -> Bool? {
        let end = answer.time.plus(days: Int64(question.horizonDays))
        if end > question.now { return nil }
        return firstOrder(after: answer, question) != nil
    }

    /// The first order within the horizon that was placed by now and not cancelled.
    func firstOrder(after answer: Answer, _ question: LoyaltyQuestion) -> Order? {
        let end = min(answer.time.plus(days: Int64(question.horizonDays)), question.now)
        return orders.filter { order in
            order.placed > answer.time && order.placed <= end
                && order.cancelled.map { max($0, order.placed) > question.now } ?? true
        }.min { $0.placed < $1.placed }
    }

    /// 0 for a person who never complained, 1 for one who was told in time, 2 for another.
    func recovery(at answer: Answer, _ question: LoyaltyQuestion) -> Int {
        let before = complaints.filter { $0.raised <= answer.time }
        if before.isEmpty { return 0 }
        let isOver = before.allSatisfy { complaint in
            guard let told = complaint.told else { return false }
            return told <= answer.time && told <= complaint.raised.plus(days: Int64(question.horizonDays))
        }
        return isOver ? 1 : 2
    }
}

/// Answered, matured and repurchased of some answers.
struct PlainCount: Equatable {
    var answered = 0
    var matured = 0
    var repurchased = 0

    mutating func add(_ hasRepurchased: Bool?) {
        answered += 1
        if let hasRepurchased {
            matured += 1
            repurchased += hasRepurchased ? 1 : 0
        }
    }
}

extension PlainCount {
    init(_ count: LoyaltyCurve.Count) {
        self.init(answered: count.answered, matured: count.matured, repurchased: count.repurchased)
    }
}
