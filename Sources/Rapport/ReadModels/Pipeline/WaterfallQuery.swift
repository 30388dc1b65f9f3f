public import EventLog
internal import LMDB
internal import Projection

extension CRMState {
    /// What moved the open value of the pipeline between the two moments that `question` names. O(changes of the deals
    /// opened by the last day).
    ///
    /// - Throws: ``UnknownTimeZone``, ``ReversedWaterfallPeriod``, `SumOverflow`; ``UnbalancedWaterfall`` when this
    ///   program has an error.
    public func waterfall(
        _ question: WaterfallQuestion, atLeast position: Position? = nil
    ) async throws -> PipelineWaterfall {
        try await wait(for: position, of: PipelineModel.name)
        let calendar = try ZonedCalendar(zone: question.zone)
        let period = try question.period(in: calendar)
        return try rows.read(PipelineModel.name) { reader in
            var tally = WaterfallTally()
            let texts = try question.forEachMovement(in: period, reader) { _, movement in try tally.add(movement) }
            return try tally.waterfall(question, texts, zone: calendar.name, at: reader.position)
        }
    }
}

extension WaterfallQuestion {
    /// Calls `body` with all movements of a period, deal by deal in order of opening; the texts that their numbers
    /// stand for.
    func forEachMovement(
        in period: Range<Int64>, _ reader: borrowing ModelReader, _ body: (DealHistory, DealMovement) throws -> Void
    ) throws -> DealTexts {
        var histories = DealHistories()
        var dimension: DealDimension?
        if let by { dimension = try DealDimension(by, reader, &histories.texts) }
        let days = closing.map { Int64($0.lowerBound.daysSinceEpoch)...Int64($0.upperBound.daysSinceEpoch) }
        let walk = WaterfallWalk(period: period, closing: days, dimension: dimension)
        try histories.forEach(reader, openedBefore: period.upperBound, pipeline: pipeline) { deal, texts in
            try walk.forEachMovement(of: deal, &texts) { try body(deal, $0) }
            return true
        }
        return histories.texts
    }
}

/// Adds up movements by group and currency.
struct WaterfallTally {
    /// Groups and currencies.
    private var places = PairTable()
    /// For each place the bars of all items, one behind the other.
    private var bars: [PipelineWaterfall.Bar] = []

    private static let items = WaterfallItem.allCases.count

    /// - Throws: `SumOverflow`.
    mutating func add(_ movement: DealMovement) throws {
        let start = places.number(of: movement.group, movement.currency) * Self.items
        while bars.count < start + Self.items { bars.append(.zero) }
        let bar = start + movement.item.index
        bars[bar] = try bars[bar] + PipelineWaterfall.Bar(count: 1, value: movement.value)
    }

    /// The answer.
    ///
    /// - Throws: `SumOverflow`, ``UnbalancedWaterfall``.
    func waterfall(
        _ question: WaterfallQuestion, _ texts: DealTexts, zone: String, at position: Position
    ) throws -> PipelineWaterfall {
        let isBounded = question.closing != nil
        var groups: [PipelineWaterfall.Balance] = []
        var currencies = PairTable()
        var together: [PipelineWaterfall.Bar] = []
        for (number, place) in places.pairs.enumerated() {
            let these = bars[number * Self.items..<(number + 1) * Self.items]
            groups.append(
                PipelineWaterfall.Balance(
                    currency: texts.text(place.1), group: texts.text(place.0), isBounded: isBounded, these))
            let start = currencies.number(of: 0, place.1) * Self.items
            while together.count < start + Self.items { together.append(.zero) }
            for (item, bar) in these.enumerated() { together[start + item] = try together[start + item] + bar }
        }
        let balances = currencies.pairs.enumerated().map { number, pair in
            PipelineWaterfall.Balance(
                currency: texts.text(pair.1), group: nil, isBounded: isBounded,
                together[number * Self.items..<(number + 1) * Self.items])
        }
        for balance in groups + balances { try balance.check() }
        return PipelineWaterfall(
            from: question.from.description, to: question.to.description, zone: zone, pipeline: question.pipeline,
            by: question.by, closingFrom: question.closing?.lowerBound.description,
            closingTo: question.closing?.upperBound.description,
            balances: balances.sorted { $0.currency < $1.currency },
            groups: question.by == nil
                ? nil : groups.sorted { ($0.group ?? "", $0.currency) < ($1.group ?? "", $1.currency) },
            position: position)
    }
}

extension PipelineWaterfall.Bar {
    fileprivate static let zero = PipelineWaterfall.Bar(count: 0, value: 0)

    fileprivate static func + (left: Self, right: Self) throws -> Self {
        Self(count: try sum(left.count, right.count), value: try sum(left.value, right.value))
    }
}
