import EventLog
import LMDB
@testable import Rapport
import TestSupport

/// Random histories of deals, step by step, of two months: all kinds of steps in any order, often several at one moment
/// or at midnight, and recorded in another order than they happened.
struct RandomDealSteps {
    private var random: SeededGenerator

    static let firstDay = CivilDate.on("2024-01-01")
    private static let days = 60

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func one<Element>(of elements: [Element]) -> Element { elements[number(in: 0...elements.count - 1)] }

    /// A day around the two months.
    mutating func day() -> CivilDate {
        CivilDate(daysSinceEpoch: Self.firstDay.daysSinceEpoch + number(in: -5...Self.days + 5))
    }

    mutating func deal() -> DealState {
        var deal = DealState()
        deal.pipeline = one(of: ["", "sales"])
        deal.customer = one(of: ["", "C-1", "C-2"])
        if number(in: 0...1) == 1 { deal.set("region", to: one(of: ["north", "south"])) }
        let positions = (1...UInt64(number(in: 1...12))).shuffled(using: &random)
        let start = Int64(Self.firstDay.daysSinceEpoch) * 86_400
        var moments: [(at: Int64, position: UInt64)] = []
        for position in positions {
            let quarter = Int64(number(in: 0...Self.days * 4))
            moments.append(((start + quarter * 21_600) * 1_000_000, position))
        }
        moments.sort { ($0.at, $0.position) < ($1.at, $1.position) }
        for (number, moment) in moments.enumerated() {
            for step in steps(isFirst: number == 0, moment.at, moment.position) { deal.append(step) }
        }
        return deal
    }

    private mutating func steps(isFirst: Bool, _ at: Int64, _ position: UInt64) -> [DealState.Step] {
        let isOpened = number(in: 1...8) > 1
        let kind: DealState.Step.Kind = isFirst && isOpened ? .opened : one(of: Self.kinds)
        var step = DealState.Step(kind: kind, at: at, position: position)
        switch kind {
        case .opened:
            step.text = one(of: ["", "new", "talk"])
            if number(in: 1...4) > 1 { state(amountOf: &step) }
            if number(in: 1...4) > 1 { step.closeDay = closeDay() }
            if number(in: 1...4) == 1 { return [step] }
            return [step, DealState.Step(kind: .owner, at: at, position: position, text: owner())]
        case .stage: step.text = one(of: ["new", "talk", "offer"])
        case .amount: state(amountOf: &step)
        case .owner: step.text = owner()
        case .won: if number(in: 1...2) == 1 { state(amountOf: &step) }
        case .lost: step.text = "price"
        case .reopened: step.text = one(of: ["", "talk"])
        case .closeDate: step.closeDay = number(in: 1...8) == 1 ? nil : closeDay()
        }
        return [step]
    }

    private static let kinds: [DealState.Step.Kind] = [
        .opened, .stage, .stage, .amount, .amount, .owner, .won, .won, .lost, .reopened, .reopened, .closeDate,
        .closeDate, .closeDate,
    ]

    private mutating func state(amountOf step: inout DealState.Step) {
        step.amount = Int64(number(in: -500...9_000))
        step.currency = one(of: ["EUR", "EUR", "USD", ""])
    }

    private mutating func owner() -> String { one(of: ["ada", "bo", ""]) }

    private mutating func closeDay() -> Int64 { Int64(day().daysSinceEpoch) }
}

extension DealState {
    /// How it stood after each step.
    func situations(_ isKnown: (Step) -> Bool = { _ in true }) -> [DealSituation] {
        var situations: [DealSituation] = []
        for step in steps where isKnown(step) {
            situations.append(DealSituation(after: step, from: situations.last))
        }
        return situations
    }

    /// Its facts, written as a row, and read back as a history.
    func history(id: String = "D-1", _ texts: inout DealTexts) throws -> DealHistory {
        var writer = DealFactsWriter(steps: steps.count)
        for (step, situation) in zip(steps, situations()) { try writer.add(step, situation) }
        let facts = writer.finish(self)
        let key = DealFacts.key(openedAt: steps[0].at, of: try Tag.opportunity(id))
        var history = DealHistory()
        try history.read(key.rawSpan, facts.rawSpan, &texts)
        return history
    }
}
