internal import EventLog
internal import Projection

// Forecasts are computed with fractions, and said in whole minor units.

extension Int64 {
    /// The nearest whole number; of two the greater.
    ///
    /// - Throws: `SumOverflow` when it does not fit into 64 bits.
    init(halfUp value: Double) throws {
        let floor = value.rounded(.down)
        guard let whole = Int64(exactly: value - floor < 0.5 ? floor : floor + 1) else {
            throw SumOverflow(row: "a forecast", column: 0)
        }
        self = whole
    }

    /// The whole number nearest to a quotient; of two the greater.
    ///
    /// - Precondition: `divisor` is above 0.
    /// - Throws: `SumOverflow` when it does not fit into 64 bits.
    init(halfUp dividend: Int128, over divisor: Int128) throws {
        let quotient = (2 * dividend + divisor).dividedFlooring(by: 2 * divisor).quotient
        guard let whole = Int64(exactly: quotient) else { throw SumOverflow(row: "a forecast", column: 0) }
        self = whole
    }
}

extension StandardNormal {
    /// The 90 % quantile: half the width, in standard errors, of a two-sided 80 % interval.
    static let z80 = 1.2815515655446004
}

/// So many deals, and what they come to.
struct DealSum: Equatable {
    private(set) var deals: Int64 = 0
    /// Minor units.
    private(set) var value: Int64 = 0

    /// - Throws: `SumOverflow`.
    mutating func add(_ amount: Int64) throws {
        deals += 1
        value = try sum(value, amount)
    }

    var answer: SalesForecast.Deals { SalesForecast.Deals(deals: deals, value: value) }
}

/// What deals come to that are won with some probability each, and independently of each other.
struct ExpectedSum {
    /// The sum of amount times probability, each rounded half up; minor units.
    private(set) var value: Int64 = 0
    /// Σ amount² p (1 − p), in squares of minor units.
    private(set) var variance = 0.0

    /// - Throws: `SumOverflow`.
    mutating func add(_ expected: Int64, of amount: Int64, probability: Double) throws {
        value = try sum(value, expected)
        variance += Double(amount) * Double(amount) * probability * (1 - probability)
    }

    /// The 80 % interval of the normal distribution around the sum, on top of what was won.
    ///
    /// - Throws: `SumOverflow`.
    func band(above won: Int64) throws -> ClosedRange<Int64> {
        try Self.band(around: try sum(won, value), won: won, deviation: variance.squareRoot())
    }

    /// From z σ below a forecast, but not less than what was won, to z σ above it.
    ///
    /// - Throws: `SumOverflow`.
    static func band(around forecast: Int64, won: Int64, deviation: Double) throws -> ClosedRange<Int64> {
        let half = try Int64(halfUp: StandardNormal.z80 * deviation)
        let (lower, upper) = (try sum(forecast, -half), try sum(forecast, half))
        // Amounts below zero may bring the forecast below what was won.
        return min(forecast, max(won, lower))...upper
    }
}
