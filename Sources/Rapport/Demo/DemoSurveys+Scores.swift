/// How content customers are, and what they answer.
extension DemoSurveys {
    /// How content the customer is that day, in tenths of a point of the net promoter scale: about 70, seldom below 0
    /// or above 120. Better year by year, less so in the busy months before the holidays.
    static func contentment(of customer: DemoCustomer, _ moment: inout DemoMoment) -> Int {
        let trend = 7 * moment.day / DemoClock.days
        let luck = moment.random.below(23) + moment.random.below(23) - 22
        let trouble = moment.random.happens(6) ? moment.random.within(20...70) : 0
        return 58 + customer.mood * 45 / 100 + customer.region.contentment + trend
            + seasons[DemoClock.month(ofDay: moment.day)] + luck - trouble
    }

    private static let seasons = [-5, -2, 0, 2, 3, 5, 4, 2, 1, 0, -4, -6]

    static func answers(_ survey: String, _ contentment: Int, _ random: inout DemoRandom) -> [SurveyAnswer] {
        if survey == relationship { return [answer("recommend", .nps, (contentment + 5) / 10, 0...10, &random)] }
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
}
