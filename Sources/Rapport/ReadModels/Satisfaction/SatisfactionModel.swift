internal import EventLog
internal import LMDB
internal import Projection

/// Satisfaction over time (R25): how many answers gave which score, per survey, question and recorded dimension.
///
/// Series `answers`: metric, survey, question, scale "1..5", dimension, value ("" and "" for all answers together)
/// -> respondents, no answer, not applicable, then one column for each score of the scale.
///
/// Series `invitations`, at the time of the invitation: survey, dimension, value -> invited, answered since.
///
/// Series `responses`, at the time of the response: survey -> responses, those of them to no invitation, those without
/// an answer to any question.
///
/// Series `unknownInvitations`, at the time of the first response: survey -> invitations that responses name and that
/// nobody has sent.
enum SatisfactionModel {
    static let name = "satisfaction"
    static let answers: UInt8 = 1
    static let invitations: UInt8 = 2
    static let responses: UInt8 = 3
    static let unknownInvitations: UInt8 = 4
    static let model = ReadModel(
        name: name, version: 4, folds: [SatisfactionFold(), InvitationFold()], upcasters: EventCatalogue.upcasters)

    enum Column {
        static let respondents = 0
        static let noAnswer = 1
        static let notApplicable = 2
        static let firstScore = 3
    }

    /// The widest scale whose scores get a column each.
    static let maximumScale = 101
}

/// Counts each answer in its series. Nothing to retract but by the same event: it keeps no state.
struct SatisfactionFold: EventFold {
    let types = [SurveyAnswered.eventType]

    func contribute(_ event: borrowing ProjectedEvent, type: Int, to contributions: inout Contributions) throws {
        let survey = try SurveyAnsweredView(event.view.data)
        var hasAnswers = false
        try survey.forEachAnswers { answer in
            hasAnswers = true
            let (low, high) = (Int(answer.scaleMin), Int(answer.scaleMax))
            guard high > low, high - low < SatisfactionModel.maximumScale else {
                throw MalformedBytes("a scale of 2 to \(SatisfactionModel.maximumScale) scores, not \(low)...\(high)")
            }
            var column =
                answer.noAnswer == .notApplicable
                ? SatisfactionModel.Column.notApplicable : SatisfactionModel.Column.noAnswer
            if let score = answer.score.map({ Int($0) }) {
                guard score >= low, score <= high else {
                    throw MalformedBytes("a score within \(low)...\(high), not \(score)")
                }
                column = SatisfactionModel.Column.firstScore + score - low
            }
            let width = SatisfactionModel.Column.firstScore + high - low + 1
            contributions.name(SatisfactionModel.answers)
            contributions.part(answer.metric.word)
            contributions.part(survey.surveyID)
            contributions.part(answer.question)
            contributions.part("\(low)..\(high)")
            let mark = contributions.mark
            func count(under name: RawSpan, _ value: RawSpan) throws {
                contributions.rewind(to: mark)
                contributions.part(name)
                contributions.part(value)
                let series = contributions.series(columns: width)
                try contributions.add(1, to: SatisfactionModel.Column.respondents, of: series, at: event.occurredAt)
                try contributions.add(1, to: column, of: series, at: event.occurredAt)
            }
            let all = answer.question.extracting(0..<0)
            try count(under: all, all)
            try survey.forEachDimensions { dimension in
                if dimension.name.isEmpty || dimension.value.isEmpty { return }
                try count(under: dimension.name, dimension.value)
            }
        }
        contributions.name(SatisfactionModel.responses)
        contributions.part(survey.surveyID)
        let responses = contributions.series(columns: 3)
        try contributions.add(1, to: 0, of: responses, at: event.occurredAt)
        if survey.invitationID.isEmpty { try contributions.add(1, to: 1, of: responses, at: event.occurredAt) }
        if !hasAnswers { try contributions.add(1, to: 2, of: responses, at: event.occurredAt) }
    }
}

extension SurveyMetric {
    /// The word for it in rows, on the command line and in JSON.
    var word: String {
        switch self {
        case .nps: "nps"
        case .csat: "csat"
        case .ces: "ces"
        case .employeeNps: "enps"
        case .rating: "rating"
        case .unspecified, .UNRECOGNIZED: "unspecified"
        }
    }
}
