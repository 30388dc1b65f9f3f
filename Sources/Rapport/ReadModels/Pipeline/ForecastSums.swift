internal import LMDB

/// An open deal at the moment of a forecast.
struct ForecastDeal {
    /// Minor units.
    let amount: Int64
    /// In days since 1970; nil where nobody expects a day.
    let closeDay: Int64?
    /// What the definition in force said of its stage; nil where it had none such.
    let terms: ForecastTerms.Terms?
    /// How likely it is won within the rest of the period.
    let probability: Double
    /// What that was taken from.
    let basis: ForecastBasis
}

/// What one line of a forecast adds up.
struct ForecastSums {
    // The categories that count in the roll-up; others are shown.
    private static let commit = "commit"
    private static let bestCase = "best_case"
    private static let pipeline = "pipeline"

    private(set) var won = DealSum()
    private(set) var open = DealSum()
    /// By the numbers of the categories' names, in order of first appearance.
    private(set) var categories: [(category: Int, deals: DealSum)] = []
    private(set) var otherDays = DealSum()
    private(set) var noDay = DealSum()
    private(set) var unweighted = DealSum()
    private var weighted = ExpectedSum()
    private var historic = ExpectedSum()
    private var expectedWins = 0.0
    /// In the order of the cases.
    private var bases = [Int64](repeating: 0, count: ForecastBasis.allCases.count)

    mutating func addWon(_ amount: Int64) throws { try won.add(amount) }

    mutating func add(_ deal: ForecastDeal, _ moment: ForecastMoment) throws {
        try open.add(deal.amount)
        try addExpected(deal, moment)
        if moment.isOver { return }
        let expected = try Int64(halfUp: Double(deal.amount) * deal.probability)
        try historic.add(expected, of: deal.amount, probability: deal.probability)
        expectedWins += deal.probability
        for (index, basis) in ForecastBasis.allCases.enumerated() where basis == deal.basis { bases[index] += 1 }
    }

    /// By the day on which it is expected to be closed.
    private mutating func addExpected(_ deal: ForecastDeal, _ moment: ForecastMoment) throws {
        guard let day = deal.closeDay else { return try noDay.add(deal.amount) }
        guard moment.days.contains(day), !moment.isOver else { return try otherDays.add(deal.amount) }
        let category = deal.terms?.category ?? 0
        let place = categories.firstIndex { $0.category == category } ?? categories.count
        if place == categories.count { categories.append((category, DealSum())) }
        try categories[place].deals.add(deal.amount)
        guard let terms = deal.terms else { return try unweighted.add(deal.amount) }
        let expected = try Int64(halfUp: Int128(deal.amount) * Int128(terms.probabilityBp), over: 10_000)
        try weighted.add(expected, of: deal.amount, probability: Double(terms.probabilityBp) / 10_000)
    }

    // MARK: The answer

    /// - Parameter number: that of the line among those of the run rates.
    func line(
        group: String?, currency: String, _ moment: ForecastMoment, _ rates: ForecastRunRates, _ number: Int,
        _ texts: DealTexts
    ) throws -> SalesForecast.Line {
        let named = categories.map { (name: texts.text($0.category), deals: $0.deals.answer) }.sorted { left, right in
            let (leftRank, rightRank) = (Self.rank(left.name), Self.rank(right.name))
            return leftRank == rightRank ? left.name.compareBytes(to: right.name) < 0 : leftRank < rightRank
        }
        func value(_ category: String) -> Int64 { named.first { $0.name.sameBytes(as: category) }?.deals.value ?? 0 }
        let commit = try sum(won.value, value(Self.commit))
        let bestCase = try sum(commit, value(Self.bestCase))
        let all = try sum(bestCase, value(Self.pipeline))
        let rollUp = min(commit, all)...max(commit, all)
        let rate = try rates.forecast(number, won: won.value, moment)
        return SalesForecast.Line(
            group: group, currency: currency, won: won.answer, open: open.answer,
            categories: named.map { name, deals in
                SalesForecast.Category(category: name, deals: deals.deals, value: deals.value)
            },
            otherDays: otherDays.answer, noDay: noDay.answer, unweighted: unweighted.answer,
            bases: zip(ForecastBasis.allCases, bases).filter { $0.1 > 0 }
                .map { SalesForecast.Basis(basis: $0.0, deals: $0.1) },
            expectedWinsCenti: try Int64(halfUp: expectedWins * 100), trailingWon: rates.trailing[number],
            windows: rates.windows,
            estimates: [
                SalesForecast.Estimate(.commit, commit, rollUp), SalesForecast.Estimate(.bestCase, bestCase, rollUp),
                try SalesForecast.Estimate(.stageWeighted, weighted, above: won.value),
                try SalesForecast.Estimate(.historic, historic, above: won.value),
                SalesForecast.Estimate(.runRate, rate.value, rate.band),
            ])
    }

    /// The place of a category among all.
    private static func rank(_ category: String) -> Int {
        if category.isEmpty { return .max }
        return [commit, bestCase, pipeline].firstIndex { $0.sameBytes(as: category) } ?? 3
    }
}

extension SalesForecast.Estimate {
    /// Of deals that are won with some probability each, on top of what was won.
    fileprivate init(_ method: ForecastMethod, _ expected: ExpectedSum, above won: Int64) throws {
        self.init(method, try sum(won, expected.value), try expected.band(above: won))
    }

    fileprivate init(_ method: ForecastMethod, _ value: Int64, _ band: ClosedRange<Int64>?) {
        self.init(method: method, value: value, lower: band?.lowerBound, upper: band?.upperBound)
    }
}
