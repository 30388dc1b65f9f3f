import EventLog
import Rapport

/// Deals of three years in one pipeline, three in euros for each in dollars. Each event is recorded when it happens, so
/// that what was known at a moment of the past is what had happened by then.
struct DealSample {
    /// 2023-01-01.
    static let firstDay = 19_358
    /// 2026-01-31: by the last event all months of 2025 are over.
    static let lastDay = 20_484

    private static let day: Int64 = 86_400_000_000
    private static let times = Int64(firstDay) * day..<Int64(lastDay + 1) * day
    private static let stages = ["qualify", "discover", "propose", "negotiate"]
    private static let pipelineID = "sales"

    /// In order of time.
    private let steps: [DealStep]

    init(deals: Int) {
        var random = SplitMix(state: 51)
        var steps: [DealStep] = []
        for deal in 0..<deals { Self.add(deal, to: &steps, &random) }
        steps.sort { ($0.at, $0.deal) < ($1.at, $1.deal) }
        self.steps = steps
    }

    /// A change every three to 26 days, until nothing happens any more.
    private static func add(_ deal: Int, to steps: inout [DealStep], _ random: inout SplitMix) {
        var at = Int64.random(in: times, using: &random)
        var sampled = SampledDeal(openedOn: Int(at / day), &random)
        steps.append(DealStep(at: at, deal: deal, change: sampled.opening))
        while let change = sampled.next(&random) {
            at += Int64.random(in: 3 * day..<26 * day, using: &random)
            guard times.contains(at) else { return }
            steps.append(DealStep(at: at, deal: deal, change: change))
        }
    }

    /// Makes the log in a data directory; answers how many events it has.
    func write(to path: String) throws -> Int {
        let writer = try LogCopyWriter(into: path)
        var position = Position.zero
        func append(_ event: NewEvent) throws {
            position = position.next
            try writer.append(RecordedEvent(position: position, recordedAt: event.occurredAt, event: event))
        }
        try append(Self.pipeline())
        for owner in 0..<SampledDeal.owners { try append(Self.assignment(of: owner)) }
        for step in steps { try append(Self.event(step)) }
        return Int(try writer.finish().rawValue)
    }

    // MARK: As events

    private static func pipeline() throws -> NewEvent {
        var message = PipelineDefined()
        message.pipelineID = pipelineID
        message.version = 1
        message.stages = stages.indices.map { number in
            var stage = PipelineStage()
            stage.id = stages[number]
            stage.order = UInt32(number + 1)
            stage.probabilityBp = [1_500, 3_000, 5_000, 7_500][number]
            stage.forecastCategory = ["pipeline", "pipeline", "best_case", "commit"][number]
            return stage
        }
        return try NewEvent(message, about: [try Tag.pipeline(pipelineID)], occurredAt: time(times.lowerBound))
    }

    /// Eight in a team.
    private static func assignment(of owner: Int) throws -> NewEvent {
        var message = UserAssigned()
        message.userID = user(owner)
        message.team = "T-\(owner / 8)"
        return try NewEvent(message, about: [try Tag.user(user(owner))], occurredAt: time(times.lowerBound))
    }

    private static func event(_ step: DealStep) throws -> NewEvent {
        let id = "O-\(step.deal)"
        switch step.change {
        case .opened(let amount, let closes, let owner):
            return try event(opened(id, of: step.deal, amount, closes, owner), step)
        case .moved(let from, let to):
            var message = OpportunityStageChanged()
            message.opportunityID = id
            message.fromStage = stages[from]
            message.toStage = stages[to]
            return try event(message, step)
        case .revised(let amount):
            var message = OpportunityAmountRevised()
            message.opportunityID = id
            message.to = money(amount, of: step.deal)
            return try event(message, step)
        case .rescheduled(let day):
            var message = OpportunityCloseDateMoved()
            message.opportunityID = id
            message.to.date = CivilDate(daysSinceEpoch: day).description
            return try event(message, step)
        case .handed(let owner):
            var message = OpportunityOwnerChanged()
            message.opportunityID = id
            message.to = user(owner)
            return try event(message, step)
        case .won(let amount):
            var message = OpportunityWon()
            message.opportunityID = id
            message.amount = money(amount, of: step.deal)
            return try event(message, step)
        case .lost:
            var message = OpportunityLost()
            message.opportunityID = id
            message.reason = "price"
            return try event(message, step)
        case .reopened(let stage):
            var message = OpportunityReopened()
            message.opportunityID = id
            message.toStage = stages[stage]
            return try event(message, step)
        }
    }

    private static func opened(
        _ id: String, of deal: Int, _ amount: Int64, _ closes: Int, _ owner: Int
    ) -> OpportunityOpened {
        var message = OpportunityOpened()
        message.opportunityID = id
        message.customerID = customer(of: deal)
        message.pipelineID = pipelineID
        message.pipelineVersion = 1
        message.stage = stages[0]
        message.amount = money(amount, of: deal)
        message.closeDate.date = CivilDate(daysSinceEpoch: closes).description
        message.owner = user(owner)
        return message
    }

    private static func event<Event: CatalogueEvent>(_ message: Event, _ step: DealStep) throws -> NewEvent {
        let tags = [try Tag.opportunity("O-\(step.deal)"), try Tag.customer(customer(of: step.deal))]
        return try NewEvent(message, about: tags, occurredAt: time(step.at))
    }

    private static func time(_ microseconds: Int64) -> Timestamp { Timestamp(microseconds: microseconds) }

    private static func user(_ owner: Int) -> String { "U-\(owner)" }

    /// Each has five deals.
    private static func customer(of deal: Int) -> String { "C-\(deal / 5)" }

    private static func money(_ amount: Int64, of deal: Int) -> Money { Money(amount, deal % 4 == 0 ? "USD" : "EUR") }
}
