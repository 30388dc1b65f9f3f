internal import LMDB
internal import Projection

/// Adds up what a forecast is made of, from the histories of deals. Texts are numbers of a ``DealTexts``.
struct ForecastTally {
    /// An open deal, and the numbers of the lines that it counts in.
    private struct OpenDeal {
        let line: Int
        let groupLine: Int?
        let pipeline: Int
        let stage: Int
        let amount: Int64
        let closeDay: Int64?
        let standing: ForecastLandmarks.Standing
    }

    private let moment: ForecastMoment
    /// Groups and currencies: 0 is all deals together, 1 those without a group, and so on.
    private(set) var places = PairTable()
    private var sums: [ForecastSums] = []
    private var open: [OpenDeal] = []
    private var wins: [ForecastWin] = []
    private var landmarks = ForecastLandmarks()
    /// When the first deal was opened, as far as it is known.
    private var first = Int64.max
    private var rates: ForecastRunRates?

    init(_ moment: ForecastMoment) { self.moment = moment }

    /// Goes through the deals; to be called once.
    ///
    /// - Throws: `SumOverflow`.
    mutating func read(
        _ histories: inout DealHistories, by dimension: DealDimension?, pipeline: String?,
        _ reader: borrowing ModelReader
    ) throws {
        try histories.forEach(reader, openedBefore: moment.cut, pipeline: pipeline) { deal, texts in
            deal.keepKnown(upTo: moment.known)
            try add(deal, dimension, &texts)
            return true
        }
        landmarks.sort()
        var odds = ForecastOdds(landmarks.tables, within: moment.horizon)
        var terms = ForecastTerms(moment)
        for deal in open {
            let (probability, basis) = odds.odds(of: deal.standing)
            let placed = ForecastDeal(
                amount: deal.amount, closeDay: deal.closeDay,
                terms: try terms.terms(pipeline: deal.pipeline, stage: deal.stage, &histories.texts, reader),
                probability: probability, basis: basis)
            try sums[deal.line].add(placed, moment)
            if let line = deal.groupLine { try sums[line].add(placed, moment) }
        }
        rates = try ForecastRunRates(wins, lines: sums.count, since: first, moment)
    }

    private mutating func add(_ deal: DealHistory, _ dimension: DealDimension?, _ texts: inout DealTexts) throws {
        guard let course = deal.course(before: moment.cut) else { return }
        first = min(first, course.opening.at)
        let standing = landmarks.add(deal, before: moment.cut)
        let now = course.last
        if now.outcome == .lost { return }
        let line = self.line(of: 0, now.currency)
        var groupLine: Int?
        if let dimension {
            let group = try dimension.value(of: deal, in: now, at: moment.cut - 1, knownAt: moment.known, &texts)
            groupLine = self.line(of: group + 1, now.currency)
        }
        if let standing {
            open.append(
                OpenDeal(
                    line: line, groupLine: groupLine, pipeline: deal.pipeline, stage: now.stage, amount: now.amount,
                    closeDay: now.closeDay, standing: standing))
        } else if let closing = course.closing {
            let isInPeriod = moment.start <= closing.at && closing.at < moment.end
            for line in [line, groupLine].compactMap({ $0 }) {
                wins.append(ForecastWin(line: line, at: closing.at, amount: now.amount))
                if isInPeriod { try sums[line].addWon(now.amount) }
            }
        }
    }

    private mutating func line(of group: Int, _ currency: Int) -> Int {
        let line = places.number(of: group, currency)
        if line == sums.count { sums.append(ForecastSums()) }
        return line
    }

    /// The lines in the order of their places.
    ///
    /// - Throws: `SumOverflow`.
    func unsortedLines(_ texts: DealTexts) throws -> [SalesForecast.Line] {
        guard let rates else { return [] }
        var lines: [SalesForecast.Line] = []
        for (number, place) in places.pairs.enumerated() {
            lines.append(
                try sums[number].line(
                    group: place.0 == 0 ? nil : texts.text(place.0 - 1), currency: texts.text(place.1), moment, rates,
                    number, texts))
        }
        return lines
    }

    /// The lines sorted by group and currency, those of all deals first.
    ///
    /// - Throws: `SumOverflow`.
    func lines(_ texts: DealTexts) throws -> [SalesForecast.Line] {
        try unsortedLines(texts).sorted { Self.precedes(($0.group, $0.currency), ($1.group, $1.currency)) }
    }

    /// Byte order by group and currency; no group comes first.
    static func precedes(
        _ left: (group: String?, currency: String), _ right: (group: String?, currency: String)
    ) -> Bool {
        switch (left.group, right.group) {
        case (nil, .some): return true
        case (.some, nil): return false
        case (let group?, let other?) where !group.sameBytes(as: other): return group.compareBytes(to: other) < 0
        default: return left.currency.compareBytes(to: right.currency) < 0
        }
    }
}

extension DealDimension {
    /// As ``value(of:in:at:_:)``, by the assignments of users that stand at `known` or before in the log.
    fileprivate func value(
        of deal: DealHistory, in change: DealHistory.Change, at time: Int64, knownAt known: UInt64,
        _ texts: inout DealTexts
    ) throws -> Int {
        let assignments = assignments(of: change.owner, after: .min, through: time)
        if assignments.isEmpty { return try value(of: deal, in: change, at: time, &texts) }
        if let known = assignments.last(where: { $0.position <= known }) { return known.value }
        return try opening(of: deal, &texts)
    }
}
