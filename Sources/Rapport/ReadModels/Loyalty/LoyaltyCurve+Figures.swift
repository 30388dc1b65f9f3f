internal import EventLog

extension LoyaltyCurve {
    /// The figures of a tally whose answers are on one scale, or of none.
    init(
        _ asked: LoyaltyQuestion, _ calendar: ZonedCalendar, _ tally: LoyaltyTally,
        _ anonymous: (scored: Int, withoutScore: Int), position: Position
    ) {
        let lowest = tally.scales.first?.lowerBound ?? 0
        let counts = tally.scores.map { Count($0) }
        let fitted = Self.fitted(counts)
        metric = asked.metric
        survey = asked.survey
        question = asked.question
        horizonDays = asked.horizonDays
        firstOnly = asked.firstOnly
        from = asked.from?.description
        to = asked.to?.description
        zone = calendar.name
        now = asked.now
        persons = tally.persons
        scores = counts.enumerated().map { number, count in
            Score(score: lowest + number, count: count, fitted: fitted[number])
        }
        overall = Count(tally.overall)
        topRatio = Ratio(scores)
        convexity = Convexity(scores)
        recovery = Recovery(tally)
        leftOut = LeftOut(
            withoutScore: tally.withoutScore, anonymous: anonymous.scored,
            anonymousWithoutScore: anonymous.withoutScore, repeated: tally.repeated)
        self.position = position
    }

    /// The shares that do not fall with the score and are closest to those that were found; nil where there is none.
    private static func fitted(_ counts: [Count]) -> [Double?] {
        var values = [Double?](repeating: nil, count: counts.count)
        let places = counts.indices.filter { counts[$0].matured > 0 }
        let points = places.map { place in
            IsotonicFit.Point(value: counts[place].share?.share ?? 0, weight: Double(counts[place].matured))
        }
        for (place, value) in zip(places, IsotonicFit(points).values) { values[place] = value }
        return values
    }
}

extension LoyaltyCurve.Count {
    fileprivate init(_ count: LoyaltyTally.Count) {
        answered = count.answered
        matured = count.matured
        immature = count.answered - count.matured
        repurchased = count.repurchased
        repurchasedBp = basisPoints(Int64(count.repurchased), of: Int64(count.matured))
        share = WilsonInterval(successes: count.repurchased, of: count.matured)
    }
}

extension LoyaltyCurve.Ratio {
    /// Of the two greatest scores; nil where one of them has no mature answers.
    fileprivate init?(_ scores: [LoyaltyCurve.Score]) {
        guard let top = scores.last, let below = scores.dropLast().last, let first = top.count.share,
            let second = below.count.share
        else { return nil }
        let found = RiskRatio(first, over: second)
        score = top.score
        other = below.score
        ratio = found.ratio
        lower = found.lower
        upper = found.upper
        corrected = found.corrected.map { Estimate(ratio: $0.ratio, lower: $0.lower, upper: $0.upper) }
    }
}

extension LoyaltyCurve.Convexity {
    /// Nil for other scales than of five scores, and where a score has no mature answers.
    fileprivate init?(_ scores: [LoyaltyCurve.Score]) {
        guard let lowest = scores.first?.score, scores.count == ConvexityTest.scores,
            let test = ConvexityTest(returned: scores.map(\.count.repurchased), of: scores.map(\.count.matured))
        else { return nil }
        // A step leads to the second score first, and the curve bends there first.
        steps = test.steps.enumerated().map { .init($0.element, at: lowest + 1 + $0.offset) }
        bends = test.bends.enumerated().map { .init($0.element, at: lowest + 1 + $0.offset) }
        affection = .init(test.affection, at: lowest + 3)
    }
}

extension LoyaltyCurve.Contrast {
    fileprivate init(_ contrast: ConvexityTest.Contrast, at score: Int) {
        self.score = score
        value = contrast.value
        standardError = contrast.standardError
        z = contrast.z
        pValue = contrast.pValue
    }
}

extension LoyaltyCurve.Recovery {
    fileprivate init(_ tally: LoyaltyTally) {
        func count(_ recovery: ComplaintRecovery) -> LoyaltyCurve.Count { .init(tally.recoveries[recovery.rawValue]) }
        let recovered = count(.recovered)
        let (never, unrecovered) = (count(.never), count(.unrecovered))
        self.never = never
        self.recovered = recovered
        self.unrecovered = unrecovered
        recoveredLessNever = LoyaltyCurve.Difference(recovered, less: never)
        recoveredLessUnrecovered = LoyaltyCurve.Difference(recovered, less: unrecovered)
    }
}

extension LoyaltyCurve.Difference {
    /// Nil where one of both has no mature answers.
    fileprivate init?(_ first: LoyaltyCurve.Count, less second: LoyaltyCurve.Count) {
        guard let share = first.share, let other = second.share else { return nil }
        let found = NewcombeInterval(share, less: other)
        difference = found.difference
        lower = found.lower
        upper = found.upper
    }
}
