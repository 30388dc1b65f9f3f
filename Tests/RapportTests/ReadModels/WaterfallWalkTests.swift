import EventLog
import Projection
@testable import Rapport
import Testing

/// Waterfalls over random histories, against plain counts over their steps. That a waterfall balances is checked where
/// it is made: one that does not is an error.
@Suite struct WaterfallWalkTests {
    /// What moves deals, counted over the steps: the bars without amounts.
    fileprivate struct Moves: Equatable {
        var created: Int64 = 0
        var reopened: Int64 = 0
        var pulledIn: Int64 = 0
        var pushedOut: Int64 = 0
        var won: Int64 = 0
        var lost: Int64 = 0
    }

    private struct Open: Equatable {
        var count: Int64 = 0
        var value: Int64 = 0
    }

    fileprivate static func isInScope(_ deal: DealSituation, _ closing: ClosedRange<Int64>?) -> Bool {
        guard let closing else { return true }
        guard let day = deal.closeDay else { return false }
        return closing.contains(day)
    }

    fileprivate static func isCounted(_ deal: DealSituation, _ closing: ClosedRange<Int64>?) -> Bool {
        deal.outcome == .open && isInScope(deal, closing)
    }

    /// What is open before a moment, by currency.
    private static func open(
        _ deals: [DealState], before end: Int64, _ closing: ClosedRange<Int64>?
    ) -> [String: Open] {
        var open: [String: Open] = [:]
        for deal in deals {
            guard let last = deal.situations({ $0.at < end }).last, isCounted(last, closing) else { continue }
            open[last.currency, default: Open()].count += 1
            open[last.currency, default: Open()].value += last.amount
        }
        return open
    }

    private static func moves(
        _ deals: [DealState], _ period: Range<Int64>, _ closing: ClosedRange<Int64>?
    ) -> Moves {
        var moves = Moves()
        for deal in deals {
            let standings = Array(zip(deal.steps, deal.situations()))
            var before: DealSituation?
            for (index, (step, after)) in standings.enumerated() {
                // An opening and its owner are one event.
                if index + 1 < standings.count, standings[index + 1].0.position == step.position { continue }
                if period.contains(step.at) { moves.count(before, after, closing) }
                before = after
            }
        }
        return moves
    }

    private static func waterfall(
        _ deals: [DealState], _ question: WaterfallQuestion, _ period: Range<Int64>, _ closing: ClosedRange<Int64>?
    ) throws -> PipelineWaterfall {
        let walk = WaterfallWalk(period: period, closing: closing, dimension: nil)
        var texts = DealTexts()
        var tally = WaterfallTally()
        for deal in deals {
            let history = try deal.history(&texts)
            try walk.forEachMovement(of: history, &texts) { try tally.add($0) }
        }
        return try tally.waterfall(question, texts, zone: "UTC", at: .zero)
    }

    @Test(
        "it balances, begins and ends with what is open, and counts what happened",
        arguments: Seeds.from(1, 4))
    func balances(seed: UInt64) throws {
        var random = RandomDealSteps(seed: seed)
        let deals = (0..<400).map { _ in random.deal() }
        for round in 0..<12 {
            let days = [random.day(), random.day()].sorted()
            let expected = [random.day(), random.day()].sorted()
            var question = WaterfallQuestion(from: days[0], to: days[1])
            if round % 2 == 1 { question.closing = expected[0]...expected[1] }
            let closing = question.closing.map {
                Int64($0.lowerBound.daysSinceEpoch)...Int64($0.upperBound.daysSinceEpoch)
            }
            let period = try question.period(in: .utc)
            let found = try Self.waterfall(deals, question, period, closing)
            #expect(found.balances.map(\.currency) == found.balances.map(\.currency).sorted())
            for (moment, item) in [(period.lowerBound, WaterfallItem.start), (period.upperBound, .end)] {
                let open = Self.open(deals, before: moment, closing)
                var bars: [String: Open] = [:]
                for balance in found.balances {
                    guard let bar = balance.bar(item), bar.count != 0 else { continue }
                    bars[balance.currency] = Open(count: bar.count, value: bar.value)
                }
                #expect(bars == open, "\(item) of \(question)")
            }
            #expect(Moves(found) == Self.moves(deals, period, closing), "\(question)")
            #expect(found.balances.allSatisfy { ($0.pulledIn == nil) == (closing == nil) })
        }
    }

    @Test("the smallest and the greatest amount after each other are an error, not the end of the process")
    func overflow() throws {
        var deal = DealState()
        for (number, amount) in [Int64.min, .max].enumerated() {
            let kind: DealState.Step.Kind = number == 0 ? .opened : .amount
            let at = Int64(number)
            deal.append(.init(kind: kind, at: at, position: UInt64(number), amount: amount, currency: "EUR"))
        }
        let question = WaterfallQuestion(from: .on("1970-01-01"), to: .on("1970-01-01"))
        let stated = deal
        #expect(throws: SumOverflow.self) {
            _ = try Self.waterfall([stated], question, try question.period(in: .utc), nil)
        }
    }

    @Test("what does not lead from the start to the end is refused, and by how much is said")
    func unbalanced() throws {
        var bars = WaterfallItem.allCases.map { _ in PipelineWaterfall.Bar(count: 0, value: 0) }
        bars[WaterfallItem.start.index] = .init(count: 2, value: 300)
        bars[WaterfallItem.shrunk.index] = .init(count: 5, value: 40)
        bars[WaterfallItem.end.index] = .init(count: 2, value: 260)
        try PipelineWaterfall.Balance(currency: "EUR", group: nil, isBounded: true, bars).check()
        bars[WaterfallItem.end.index] = .init(count: 1, value: 250)
        let wrong = PipelineWaterfall.Balance(currency: "EUR", group: "ada", isBounded: true, bars)
        let refusal = UnbalancedWaterfall(currency: "EUR", group: "ada", deals: 1, value: 10)
        #expect(throws: refusal) { try wrong.check() }
        #expect(refusal.description.contains("EUR, group 'ada'"))
    }
}

extension WaterfallWalkTests.Moves {
    fileprivate mutating func count(
        _ before: DealSituation?, _ after: DealSituation, _ closing: ClosedRange<Int64>?
    ) {
        let isIn = WaterfallWalkTests.isCounted(after, closing)
        guard let before else {
            if !WaterfallWalkTests.isInScope(after, closing) { return }
            created += 1
            return close(after)
        }
        switch (WaterfallWalkTests.isCounted(before, closing), isIn) {
        case (true, true), (false, false): break
        case (true, false): if after.outcome == .open { pushedOut += 1 } else { close(after) }
        case (false, true): if before.outcome == .open { pulledIn += 1 } else { reopened += 1 }
        }
    }

    private mutating func close(_ deal: DealSituation) {
        if deal.outcome == .won { won += 1 }
        if deal.outcome == .lost { lost += 1 }
    }

    fileprivate init(_ waterfall: PipelineWaterfall) {
        for balance in waterfall.balances {
            created += balance.created.count
            reopened += balance.reopened.count
            pulledIn += balance.pulledIn?.count ?? 0
            pushedOut += balance.pushedOut?.count ?? 0
            won += balance.won.count
            lost += balance.lost.count
        }
    }
}
