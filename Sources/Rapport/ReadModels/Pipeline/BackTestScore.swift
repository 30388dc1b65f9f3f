/// Adds up how good one method was. Scores are sums of whole numbers until the end.
struct BackTestScore {
    /// 2/α of an 80 % band.
    private static let penalty: Int128 = 10

    private var periods: Int64 = 0
    private var actual: Int128 = 0
    private var error: Int128 = 0
    /// Σ |error| / |actual| over the periods in which anything was won, and how many there are.
    private var shares = (sum: 0.0, count: 0)
    private var bands: Int64 = 0
    private var hits: Int64 = 0
    /// Σ of interval scores.
    private var interval: Int128 = 0
    /// Σ of |error| over the periods with a band.
    private var distance: Int128 = 0

    mutating func add(_ point: ForecastBackTest.Point) {
        let error = Int128(point.forecast) - Int128(point.actual)
        periods += 1
        actual += Int128(point.actual)
        self.error += error
        if point.actual != 0 {
            shares = (shares.sum + Double(error.magnitude) / Double(point.actual.magnitude), shares.count + 1)
        }
        guard let lower = point.lower, let upper = point.upper else { return }
        bands += 1
        if point.isWithin == true { hits += 1 }
        interval += Self.intervalScore(Int128(lower), Int128(upper), Int128(point.actual))
        distance += Int128(error.magnitude)
    }

    /// (u − l) + 2/α (l − y) where y < l, + 2/α (y − u) where y > u.
    static func intervalScore(_ lower: Int128, _ upper: Int128, _ actual: Int128) -> Int128 {
        upper - lower + penalty * (max(0, lower - actual) + max(0, actual - upper))
    }

    /// - Precondition: a point was added.
    /// - Throws: `SumOverflow`.
    func summary(_ point: ForecastBackTest.Point) throws -> ForecastBackTest.Summary {
        let (count, bandCount) = (Int128(periods), Int128(bands))
        return ForecastBackTest.Summary(
            group: point.group, currency: point.currency, method: point.method, periods: periods,
            meanActual: try Int64(halfUp: actual, over: count),
            mapeBp: try shares.count == 0 ? nil : Int64(halfUp: shares.sum / Double(shares.count) * 10_000),
            bias: try Int64(halfUp: error, over: count),
            biasBp: try actual > 0 ? Int64(halfUp: error * 10_000, over: actual) : nil, bands: bands,
            coverageBp: basisPoints(hits, of: bands),
            intervalScore: try bands == 0 ? nil : Int64(halfUp: interval, over: bandCount),
            // (½ d + IS / 10) / 1½ is (5 d + IS) / 15.
            weightedIntervalScore: try bands == 0 ? nil : Int64(halfUp: 5 * distance + interval, over: 15 * bandCount))
    }
}

extension ForecastBackTest.Point {
    /// What came of an estimate.
    ///
    /// - Throws: `SumOverflow`.
    init(
        _ period: String, group: String?, currency: String, _ estimate: SalesForecast.Estimate, actual: Int64
    ) throws {
        let error = Int128(estimate.value) - Int128(actual)
        var errorBp: Int64?
        if actual != 0 {
            errorBp = try Int64(halfUp: error * 10_000 * Int128(actual.signum()), over: Int128(actual.magnitude))
        }
        var isWithin: Bool?
        if let lower = estimate.lower, let upper = estimate.upper { isWithin = lower <= actual && actual <= upper }
        self.init(
            period: period, group: group, currency: currency, method: estimate.method, forecast: estimate.value,
            lower: estimate.lower, upper: estimate.upper, actual: actual, error: try Int64(halfUp: error, over: 1),
            errorBp: errorBp, isWithin: isWithin)
    }
}
