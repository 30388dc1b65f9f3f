import EventLog
import Foundation
import Rapport

/// An answer as a test tells it.
struct SurveyStory: Sendable {
    enum Outcome: Sendable {
        case score(Int)
        case notAnswered
        case notApplicable
    }

    var metric = SurveyMetric.nps
    var survey = "service"
    var question = "q1"
    var scale = 0...10
    var outcome = Outcome.score(9)
    /// By name; one with an empty value is not known.
    var dimensions: [(name: String, value: String)] = []
    var at: Timestamp
    /// Who answered; nil is nobody who is known.
    var customer: String?
    /// The invitation that was answered; nil is none.
    var invitation: String?

    func event() throws -> NewEvent {
        var answer = SurveyAnswer()
        answer.question = question
        answer.metric = metric
        answer.scaleMin = Int32(scale.lowerBound)
        answer.scaleMax = Int32(scale.upperBound)
        switch outcome {
        case .score(let score): answer.score = Int32(score)
        case .notAnswered: answer.noAnswer = .notAnswered
        case .notApplicable: answer.noAnswer = .notApplicable
        }
        let message = SurveyAnswered.with { message in
            message.surveyID = survey
            message.customerID = customer ?? ""
            message.invitationID = invitation ?? ""
            message.answers = [answer]
            message.dimensions = dimensions.map { name, value in
                var dimension = SurveyDimension()
                dimension.name = name
                dimension.value = value
                return dimension
            }
        }
        var tags = [try Tag.survey(survey)]
        if let customer { tags.append(try Tag.customer(customer)) }
        if let invitation { tags.append(try Tag.invitation(invitation)) }
        return try NewEvent(message, about: tags, occurredAt: at)
    }

    /// The metric as questions name it.
    var metricName: String {
        switch metric {
        case .nps: "nps"
        case .csat: "csat"
        case .ces: "ces"
        default: "another"
        }
    }

    var score: Int? {
        guard case .score(let score) = outcome else { return nil }
        return score
    }

    func value(of dimension: String) -> String { dimensions.first { $0.name == dimension }?.value ?? "" }

    /// Adds the outcome to `counts`, which are on the same scale.
    func count(in counts: inout ScoreCounts) throws {
        switch outcome {
        case .score(let score): try counts.add(score: score)
        case .notAnswered: counts.addNoAnswer()
        case .notApplicable: counts.addNotApplicable()
        }
    }
}

/// Days and periods as Foundation's calendar sees them, apart from the calendar under test.
struct WallCalendar {
    private let gregorian: Calendar
    private let iso8601: Calendar

    init(zone name: String) {
        guard let zone = TimeZone(identifier: name) else { preconditionFailure("not a zone: \(name)") }
        var gregorian = Calendar(identifier: .gregorian)
        gregorian.timeZone = zone
        self.gregorian = gregorian
        var iso8601 = Calendar(identifier: .iso8601)
        iso8601.timeZone = zone
        self.iso8601 = iso8601
    }

    func day(of time: Timestamp) -> CivilDate? {
        let parts = gregorian.dateComponents([.year, .month, .day], from: time.date)
        guard let year = parts.year, let month = parts.month, let day = parts.day else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    func label(_ granularity: Granularity, of time: Timestamp) -> String {
        let date = day(of: time)?.description ?? ""
        switch granularity {
        case .day: return date
        case .month: return String(date.prefix(7))
        case .year: return String(date.prefix(4))
        case .quarter: return "\(date.prefix(4))-Q\(((Int(date.dropFirst(5).prefix(2)) ?? 0) + 2) / 3)"
        case .week:
            let parts = iso8601.dateComponents([.yearForWeekOfYear, .weekOfYear], from: time.date)
            let week = parts.weekOfYear ?? 0
            return "\(parts.yearForWeekOfYear ?? 0)-W\(week < 10 ? "0" : "")\(week)"
        }
    }
}
