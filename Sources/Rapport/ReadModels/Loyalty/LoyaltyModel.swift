internal import EventLog
internal import LMDB
internal import Projection

/// What scores are worth (R26): what each person answered, ordered and complained of, so that answers meet the orders
/// that came after them.
///
/// | table | kind | parts | what stands there |
/// |---|---|---|---|
/// | `persons` | rows in order of ids | customer | ``LoyaltyRow``, of those who answered anything |
/// | `anonymous` | series, at each answer | metric, survey, question | ``Anonymous`` |
///
/// The state of a customer is ``LoyaltyState``; the row says the same, without the ids that events are put together
/// by, so that it is read in place.
enum LoyaltyModel {
    static let name = "loyalty"
    static let model = ReadModel(
        name: name, version: 2, folds: [LoyaltyFold(), AnonymousAnswerFold()], upcasters: EventCatalogue.upcasters)

    static let persons: UInt8 = 1
    static let anonymous: UInt8 = 2

    /// Columns of `anonymous`.
    enum Anonymous {
        static let scored = 0
        static let withoutScore = 1
        static let count = 2
    }
}

/// Counts the answers of nobody who is known: no order can be looked for after them.
struct AnonymousAnswerFold: EventFold {
    let types = [SurveyAnswered.eventType]

    func contribute(_ event: borrowing ProjectedEvent, type: Int, to contributions: inout Contributions) throws {
        if event.firstTag(of: "customer") != nil { return }
        let time = event.occurredAt
        let survey = try SurveyAnsweredView(event.view.data)
        try survey.forEachAnswers { answer in
            contributions.name(LoyaltyModel.anonymous)
            contributions.part(answer.metric.word)
            contributions.part(survey.surveyID)
            contributions.part(answer.question)
            let series = contributions.series(columns: LoyaltyModel.Anonymous.count)
            let column = answer.score == nil ? LoyaltyModel.Anonymous.withoutScore : LoyaltyModel.Anonymous.scored
            try contributions.add(1, to: column, of: series, at: time)
        }
    }
}

extension ProjectedEvent {
    /// The number of the first tag of a kind; nil where there is none.
    func firstTag(of kind: String) -> Int? {
        for index in 0..<view.tagCount {
            let text = view.tagText(index)
            if kind.withRawSpan({ text.hasKind($0) }) { return index }
        }
        return nil
    }
}
