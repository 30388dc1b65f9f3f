public import EventLog
internal import LMDB
internal import Projection

/// What became of an answer within its horizon.
public enum LoyaltyOutcome: String, Codable, Sendable, Hashable, CaseIterable {
    /// The horizon is over, and the person ordered within it.
    case repurchased
    /// The horizon is over, and the person did not.
    case lost
    /// The horizon is not over.
    case immature
}

/// An answer that ``LoyaltyCurve`` counts.
public struct LoyaltyAnswer: Codable, Sendable, Hashable {
    /// Who answered; nil of a person who was erased.
    public let customer: String?
    /// The opaque id of the survey.
    public let survey: String
    /// The id of the question.
    public let question: String
    /// The score that was given.
    public let score: Int
    /// When it was given.
    public let answeredAt: Timestamp
    /// The last moment of the horizon: from then on the answer is mature. Nil where it is beyond all times.
    public let maturesAt: Timestamp?
    /// As the curve counts it.
    public let outcome: LoyaltyOutcome
    /// When the first order within the horizon was placed that was not cancelled by the moment asked about; also of an
    /// immature answer. Nil where there is none so far.
    public let orderedAt: Timestamp?
    /// The opaque id of that order; nil of a person who was erased, too.
    public let orderID: String?
}

extension CRMState {
    /// A page of the answers that the curve counts, those given first at the top. Persons who were erased stand without
    /// an id. O(persons who answered × their answers + page × (log n + orders of the person)).
    ///
    /// - Parameters:
    ///   - score: only answers with this score; nil takes all.
    ///   - outcome: only those of which this has become.
    ///   - limit: the most rows of the page.
    ///   - cursor: where an earlier page of the same question ended, also as of another moment.
    /// - Throws: as ``loyalty(_:atLeast:)``, ``InvalidLoyaltyScore`` for a score off the scale of the answers, and
    ///   ``ForeignCursor``.
    public func loyaltyAnswers(
        _ question: LoyaltyQuestion, score: Int? = nil, outcome: LoyaltyOutcome? = nil, limit: Int = usualPageSize,
        after cursor: ListCursor? = nil, atLeast position: Position? = nil
    ) async throws -> ListPage<LoyaltyAnswer> {
        try await wait(for: position, of: LoyaltyModel.name)
        let calendar = try ZonedCalendar(zone: question.zone)
        let selection = try LoyaltySelection(question, calendar)
        let scope = question.scope(score, outcome)
        let last = try cursor?.key(in: scope, atLeast: LoyaltyAnswerList.shortestKey)
        let privacy = try self.reader.personal.state(in: log)
        return try rows.read(LoyaltyModel.name) { reader in
            var list = LoyaltyAnswerList(selection, score: score, outcome: outcome, pageSize(limit), after: last)
            try reader.forEachRow(prefix: [LoyaltyModel.persons]) { key, row in
                try list.add(row, of: LoyaltyRow.customer(of: key))
                return true
            }
            try list.checkScale(question)
            let page = list.page()
            let answers = try page.answers.map { answer in
                let isErased = privacy.isErased("customer:\(answer.customer)")
                return try LoyaltyAnswer(answer, selection, isErased: isErased, reader)
            }
            return ListPage(
                rows: answers, next: page.next.map { ListCursor(after: $0, in: scope) }, position: reader.position)
        }
    }
}

extension LoyaltyQuestion {
    /// What a list is asked for, in bytes; the moment is not, for a place in the list is one at any time.
    fileprivate func scope(_ score: Int?, _ outcome: LoyaltyOutcome?) -> [UInt8] {
        let parts: [String?] = [
            metric, survey, question, String(horizonDays), String(firstOnly), from?.description, to?.description, zone,
            score.map { String($0) }, outcome?.rawValue,
        ]
        // What is not given differs from what is empty.
        return RowKey.make(LoyaltyModel.persons, parts.map { part in part.map { "=\($0)" } ?? "" })
    }
}

extension LoyaltyAnswer {
    fileprivate init(
        _ answer: LoyaltyAnswerList.Found, _ selection: LoyaltySelection, isErased: Bool,
        _ reader: borrowing ModelReader
    ) throws {
        let end = selection.end(ofAnswerAt: answer.time)
        let person = try reader.state(LoyaltyState.self, of: .customer(answer.customer))
        let order = person?.firstOrder(
            after: answer.time, through: min(end ?? .max, selection.now), notCancelledBy: selection.now)
        self.init(
            customer: isErased ? nil : answer.customer, survey: answer.survey, question: answer.question,
            score: answer.score, answeredAt: Timestamp(microseconds: answer.time),
            maturesAt: end.map { Timestamp(microseconds: $0) }, outcome: answer.outcome,
            orderedAt: order.map { Timestamp(microseconds: $0.placedAt) }, orderID: isErased ? nil : order?.id)
    }
}
