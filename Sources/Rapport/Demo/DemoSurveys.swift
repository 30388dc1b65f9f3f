internal import EventLog

/// Answers to the two surveys: "relationship" (net promoter score) and "service" (satisfaction and effort).
struct DemoSurveys {
    static let relationship = "relationship"
    static let service = "service"

    private var answered = 0

    /// What the answers of one response depend on.
    private struct Respondent {
        let survey: String
        /// In tenths of a point of the net promoter scale: about 70, seldom below 0 or above 120.
        let contentment: Int
        let region: DemoRegion
    }

    /// The next response: of the customer, or once in a while of somebody who does not say who it is.
    mutating func next(of customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        answered += 1
        let survey = moment.random.happens(60) ? Self.relationship : Self.service
        let respondent = Respondent(
            survey: survey, contentment: Self.contentment(of: customer, &moment), region: customer.region)
        var message = SurveyAnswered()
        message.surveyID = survey
        message.responseID = DemoID.response(answered)
        if moment.random.happens(80) { message.invitationID = DemoID.invitation(answered) }
        message.answers = Self.answers(of: respondent, &moment.random)
        message.dimensions = Self.dimensions(in: customer.region, &moment.random)
        message.language = customer.region.language
        if moment.random.happens(75) { message.latencyMs = Int64(moment.random.within(600...700_000)) * 1000 }
        let tag = survey == Self.relationship ? Self.relationshipTag : Self.serviceTag
        if moment.random.happens(3) { return try moment.event(message, about: tag, by: customer.owner) }
        message.customerID = customer.id
        let personal = moment.random.happens(15) ? Self.personal(respondent, &moment.random) : nil
        return try moment.event(message, about: customer, and: tag, personal: personal, by: customer.owner)
    }

    private static func personal(_ respondent: Respondent, _ random: inout DemoRandom) -> SurveyAnsweredPersonal {
        var personal = SurveyAnsweredPersonal()
        personal.text = DemoTexts.comment(respondent.region, isContent: respondent.contentment > 75, &random)
        return personal
    }

    // MARK: Scores

    /// How content the customer is that day: better year by year, less so in the busy months before the holidays.
    private static func contentment(of customer: DemoCustomer, _ moment: inout DemoMoment) -> Int {
        let trend = 7 * moment.day / DemoClock.days
        let luck = moment.random.below(23) + moment.random.below(23) - 22
        let trouble = moment.random.happens(6) ? moment.random.within(20...70) : 0
        return 58 + customer.mood * 45 / 100 + customer.region.contentment + trend
            + seasons[DemoClock.month(ofDay: moment.day)] + luck - trouble
    }

    private static let seasons = [-5, -2, 0, 2, 3, 5, 4, 2, 1, 0, -4, -6]

    private static func answers(of respondent: Respondent, _ random: inout DemoRandom) -> [SurveyAnswer] {
        let contentment = respondent.contentment
        if respondent.survey == relationship {
            return [answer("recommend", .nps, (contentment + 5) / 10, 0...10, &random)]
        }
        return [
            answer("satisfaction", .csat, (contentment - 8) / 18 + random.below(2), 1...5, &random),
            answer("ease", .ces, contentment / 15 + random.below(2), 1...7, &random),
        ]
    }

    /// The score, within the scale, unless the question was left open or did not apply.
    private static func answer(
        _ question: String, _ metric: SurveyMetric, _ score: Int, _ scale: ClosedRange<Int>, _ random: inout DemoRandom
    ) -> SurveyAnswer {
        var answer = SurveyAnswer()
        answer.question = question
        answer.metric = metric
        answer.scaleMin = Int32(scale.lowerBound)
        answer.scaleMax = Int32(scale.upperBound)
        switch random.below(100) {
        case ..<4: answer.noAnswer = .notAnswered
        case ..<6: answer.noAnswer = .notApplicable
        default: answer.score = Int32(max(scale.lowerBound, min(scale.upperBound, score)))
        }
        return answer
    }

    // MARK: Dimensions

    private static func dimensions(in region: DemoRegion, _ random: inout DemoRandom) -> [SurveyDimension] {
        [
            SurveyDimension("region", region.name), SurveyDimension("product", random.pick(DemoProduct.all).name),
            SurveyDimension("channel", random.pick(region.isChinese ? chineseChannels : europeanChannels)),
        ]
    }

    private static let chineseChannels = ["wechat", "wechat", "wechat", "phone", "web"]
    private static let europeanChannels = ["email", "email", "web", "phone"]
    private static let relationshipTag = Tag(unchecked: "survey:" + relationship)
    private static let serviceTag = Tag(unchecked: "survey:" + service)
}

extension SurveyDimension {
    init(_ name: String, _ value: String) {
        self.init()
        self.name = name
        self.value = value
    }
}
