/// What the answers of a period say of the figure of their metric.
struct FigureEstimate {
    /// How many scores; above 0.
    let n: Int
    /// The figure.
    let value: Double
    /// The squared deviations of what the scores add to the figure from its mean, added up.
    let squares: Double
    /// The standard error of the figure by the formula of its metric; 0 where all scores agree, or where there is one.
    let standardError: Double

    /// Nil when no score was given.
    init?(_ figure: SatisfactionFigure, _ counts: ScoreCounts) {
        let n = Double(counts.validCount)
        switch figure {
        case .netPromoterScore:
            guard let nps = NetPromoterScore(counts) else { return nil }
            value = nps.score
            standardError = nps.standardError
            squares = nps.standardError * nps.standardError * n * n
        case .topTwoShare:
            guard let csat = CustomerSatisfactionScore(counts) else { return nil }
            value = csat.share
            squares = Double(csat.satisfied) * Double(csat.n - csat.satisfied) / n
            standardError = squares.squareRoot() / n
        case .mean:
            guard let mean = MeanInterval(counts) else { return nil }
            value = mean.mean
            standardError = mean.standardError ?? 0
            squares = standardError * standardError * n * (n - 1)
        }
        self.n = counts.validCount
    }
}

extension FigureEstimate {
    /// The control chart of periods in order, nil for those without scores; O(n).
    ///
    /// A period with 30 scores or more that differ has its own standard error. For all others it is √(s²/n) with the
    /// variance s² of a score within its period, Σ squares / Σ (n − 1) over all periods: a few agree by chance. Nil
    /// where s² is not above 0.
    static func chart(_ estimates: [FigureEstimate?]) -> ControlChart? {
        let known = estimates.compactMap { $0 }
        let freedom = known.reduce(0.0) { $0 + Double($1.n - 1) }
        let variance = known.reduce(0.0) { $0 + $1.squares } / max(freedom, 1)
        guard variance > 0 else { return nil }
        return ControlChart(
            estimates.map { estimate in
                estimate.map { estimate in
                    let isOwn = estimate.n >= NetShare.smallestWaldSample && estimate.standardError > 0
                    return ControlChart.Sample(
                        n: estimate.n, mean: estimate.value,
                        standardError: isOwn ? estimate.standardError : (variance / Double(estimate.n)).squareRoot())
                }
            })
    }
}

extension SatisfactionFigure {
    /// The figure of a metric on a scale.
    init(metric: String, scale: ClosedRange<Int>) {
        switch metric {
        case "nps", "enps": self = scale == 0...10 ? .netPromoterScore : .mean
        case "csat": self = scale.count > 2 ? .topTwoShare : .mean
        default: self = .mean
        }
    }
}

extension SatisfactionTrend.TrendTest {
    /// The test of the figures of periods, nil for those without one; nil of fewer than three figures. O(n² log n).
    init?(_ figures: [Double?]) {
        let points = figures.enumerated().compactMap { number, value in
            value.map { MannKendall.Point(time: Int64(number), value: $0) }
        }
        guard let test = MannKendall(points) else { return nil }
        let direction: Direction? =
            test.pValue >= Self.significance || test.score == 0 ? nil : test.score > 0 ? .rises : .falls
        self.init(
            score: test.score, z: test.z, pValue: test.pValue, method: test.method == .exact ? .exact : .normal,
            tau: test.tau, slope: test.slope, direction: direction)
    }
}

extension SatisfactionTrend.GroupTrend {
    /// Of a group's periods in order, without gaps.
    init(_ group: String?, _ figure: SatisfactionFigure, _ periods: [SatisfactionPeriod], _ chart: ControlChart?) {
        let estimates = periods.map(\.estimate)
        let known = estimates.compactMap { $0 }
        var untested: SatisfactionTrend.Untested?
        if known.count < MannKendall.fewest { untested = .tooFewPeriods }
        if known.count > SatisfactionTrend.mostTestedPeriods { untested = .tooManyPeriods }
        var signals: [SatisfactionTrend.Signal] = []
        for (period, point) in zip(periods, chart?.points ?? []) {
            guard let signal = point.signal else { continue }
            signals.append(.init(period: period.label, side: signal == .above ? .above : .below))
        }
        self.init(
            group: group, figure: figure, periods: known.count,
            smallSamples: known.count { $0.n < NetShare.smallestWaldSample },
            test: untested == nil ? SatisfactionTrend.TrendTest(estimates.map { $0?.value }) : nil, untested: untested,
            centre: chart?.centre, signals: signals)
    }
}
