internal import EventLog
internal import LMDB
internal import Projection

/// Folds what a person answered, ordered and complained of.
///
/// An order is the person's whom its events name first, as is an answer; a complaint, and that somebody was told what
/// came of it, is everybody's whom its event names. Events of an order that name somebody else do not belong to it
/// here.
struct LoyaltyFold: EntityFold {
    let types = [
        SurveyAnswered.eventType, OrderPlaced.eventType, OrderCancelled.eventType, ComplaintRaised.eventType,
        FeedbackLoopClosed.eventType,
    ]
    let entityKind = "customer"
    let order = FoldOrder.any

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout LoyaltyState) throws {
        let time = event.occurredAt.microseconds
        switch type {
        case 0: if isOfFirst(event) { try answered(event, &state) }
        case 1: if isOfFirst(event) { forEachOrder(of: event) { state.placed($0, at: time) } }
        case 2: if isOfFirst(event) { forEachOrder(of: event) { state.cancelled($0, at: time) } }
        case 3:
            let complaint = try ComplaintRaisedView(event.view.data)
            state.complained(event.view.id, of: complaint.complaintID.text(), at: time)
        default:
            // What names no event tells of none.
            let closed = try FeedbackLoopClosedView(event.view.data)
            if let id = EventID(closed.ofEventID.text()) { state.wasTold(of: id, at: time) }
        }
    }

    /// Whether the person is the first that the event names.
    private func isOfFirst(_ event: borrowing ProjectedEvent) -> Bool {
        guard let first = event.firstTag(of: "customer") else { return false }
        return event.view.tagText(first).sameBytes(as: event.entity)
    }

    /// Calls `body` with the id of each order that the event is about.
    private func forEachOrder(of event: borrowing ProjectedEvent, _ body: (String) -> Void) {
        let kind = "order"
        for index in 0..<event.view.tagCount {
            let text = event.view.tagText(index)
            if kind.withRawSpan({ text.hasKind($0) }) { body(text.text(kind.utf8.count + 1..<text.byteCount)) }
        }
    }

    private func answered(_ event: borrowing ProjectedEvent, _ state: inout LoyaltyState) throws {
        let (time, position) = (event.occurredAt.microseconds, event.position.rawValue)
        let survey = try SurveyAnsweredView(event.view.data)
        var stated: [Dimensions.Pair] = []
        try survey.forEachDimensions { dimension in
            if dimension.name.isEmpty || dimension.value.isEmpty { return }
            stated.append(Dimensions.Pair(name: dimension.name.text(), value: dimension.value.text()))
        }
        let dimensions = stated
        var place: UInt64 = 0
        try survey.forEachAnswers { answer in
            let (low, high) = (Int(answer.scaleMin), Int(answer.scaleMax))
            guard high > low, high - low < SatisfactionModel.maximumScale else {
                throw MalformedBytes("a scale of 2 to \(SatisfactionModel.maximumScale) scores, not \(low)...\(high)")
            }
            if let score = answer.score, Int(score) < low || Int(score) > high {
                throw MalformedBytes("a score within \(low)...\(high), not \(score)")
            }
            state.answered(
                LoyaltyState.Answer(
                    at: time, position: position, place: place, score: answer.score, dimensions: dimensions),
                metric: answer.metric.word, survey: survey.surveyID, question: answer.question,
                low: answer.scaleMin, high: answer.scaleMax)
            place += 1
        }
    }

    // MARK: Contributions

    func contribute(_ state: LoyaltyState, of entity: Tag, to contributions: inout Contributions) throws {
        if state.questions.isEmpty { return }
        contributions.put(LoyaltyRow.encode(state), at: LoyaltyRow.key(of: entity.id))
    }

    /// Whether there is a row.
    func mark(_ state: LoyaltyState) -> Bool { !state.questions.isEmpty }

    /// Events only add to a state: a row that is there stays, and is written over.
    func contribute(
        from mark: Bool, to state: LoyaltyState, of entity: Tag, into contributions: inout Contributions
    ) throws {
        try contribute(state, of: entity, to: &contributions)
    }
}
