/// A deal on its way: what may happen to it next is drawn by how it stands.
struct SampledDeal {
    /// How many owners there are.
    static let owners = 40
    /// How many stages there are.
    static let stages = 4

    private var stage = 0
    /// Minor units.
    private var amount: Int64
    /// The day on which it is expected to be closed, since 1970.
    private var closes: Int
    private var owner: Int
    private var isClosed = false

    /// A deal that is opened on a day.
    init(openedOn day: Int, _ random: inout SplitMix) {
        amount = Int64.random(in: 1_000...100_000, using: &random) * 100
        closes = day + Int.random(in: 30...120, using: &random)
        owner = Int.random(in: 0..<Self.owners, using: &random)
    }

    var opening: DealStep.Change { .opened(amount: amount, closes: closes, owner: owner) }

    /// What happens next; nil when nothing does any more. At each step one open deal in a hundred is forgotten; of a
    /// hundred closed ones four are opened again.
    mutating func next(_ random: inout SplitMix) -> DealStep.Change? {
        let share = Int.random(in: 0..<100, using: &random)
        if isClosed {
            guard share < 4 else { return nil }
            isClosed = false
            return .reopened(to: stage)
        }
        switch share {
        case ..<1: return nil
        case ..<13:
            amount = max(10_000, amount * Int64.random(in: 70...140, using: &random) / 100)
            return .revised(to: amount)
        case ..<25:
            closes += Int.random(in: 1...45, using: &random)
            return .rescheduled(to: closes)
        case ..<30:
            owner = (owner + Int.random(in: 1..<Self.owners, using: &random)) % Self.owners
            return .handed(to: owner)
        case ..<34 where stage > 0:
            stage -= 1
            return .moved(from: stage + 1, to: stage)
        default: return progress(&random)
        }
    }

    private mutating func progress(_ random: inout SplitMix) -> DealStep.Change {
        let isLastStage = stage == Self.stages - 1
        if Int.random(in: 0..<100, using: &random) < (isLastStage ? 50 : 18) {
            isClosed = true
            return .lost
        }
        guard isLastStage else {
            stage += 1
            return .moved(from: stage - 1, to: stage)
        }
        isClosed = true
        amount = amount * 95 / 100
        return .won(amount)
    }
}
