import EventLog
import Rapport

/// A deal as a test tells it: whose it is, what happened to it, and when.
struct DealStory: Sendable {
    struct Amount: Hashable, Sendable {
        var minorUnits: Int64
        var currency: String
    }

    enum Change: Sendable {
        case opened(stage: String, amount: Amount?, owner: String)
        case moved(to: String)
        case revised(Amount)
        case handed(to: String)
        case won(Amount?)
        case lost
        case reopened(to: String)
    }

    struct Dated: Sendable {
        var at: Timestamp
        var change: Change
    }

    let id: String
    var pipeline = "sales"
    var customer = "C-1"
    var region = ""
    /// In order of occurrence.
    var changes: [Dated] = []

    /// A deal that enters `stages`, a day after the other, and then ends with `end`.
    static func through(
        _ stages: [String], then end: Change..., id: String = "D-1", from start: Timestamp = .at("2024-03-01T10:00:00Z")
    ) -> DealStory {
        var story = DealStory(id: id)
        for (number, stage) in stages.enumerated() {
            let change = number == 0 ? Change.opened(stage: stage, amount: nil, owner: "") : .moved(to: stage)
            story.changes.append(Dated(at: start.plus(days: Int64(number)), change: change))
        }
        for (number, change) in end.enumerated() {
            story.changes.append(Dated(at: start.plus(days: Int64(stages.count + number)), change: change))
        }
        return story
    }

    // MARK: As events

    /// In order of occurrence.
    func events() throws -> [NewEvent] { try changes.map { try event($0.change, at: $0.at) } }

    private func event(_ change: Change, at time: Timestamp) throws -> NewEvent {
        let tags = [try Tag.opportunity(id), try Tag.customer(customer)]
        switch change {
        case .opened(let stage, let amount, let owner):
            return try NewEvent(opened(stage, amount, owner), about: tags, occurredAt: time)
        case .moved(let stage):
            let message = OpportunityStageChanged.with { $0.toStage = stage }
            return try NewEvent(message, about: tags, occurredAt: time)
        case .revised(let amount):
            let message = OpportunityAmountRevised.with { $0.to = Money(amount.minorUnits, amount.currency) }
            return try NewEvent(message, about: tags, occurredAt: time)
        case .handed(let owner):
            return try NewEvent(OpportunityOwnerChanged.with { $0.to = owner }, about: tags, occurredAt: time)
        case .won(let amount):
            let message = OpportunityWon.with { message in
                if let amount { message.amount = Money(amount.minorUnits, amount.currency) }
            }
            return try NewEvent(message, about: tags, occurredAt: time)
        case .lost:
            return try NewEvent(OpportunityLost.with { $0.reason = "price" }, about: tags, occurredAt: time)
        case .reopened(let stage):
            return try NewEvent(OpportunityReopened.with { $0.toStage = stage }, about: tags, occurredAt: time)
        }
    }

    private func opened(_ stage: String, _ amount: Amount?, _ owner: String) -> OpportunityOpened {
        OpportunityOpened.with { message in
            message.opportunityID = id
            message.pipelineID = pipeline
            message.stage = stage
            message.owner = owner
            if let amount { message.amount = Money(amount.minorUnits, amount.currency) }
            if !region.isEmpty {
                var attribute = Attribute()
                attribute.name = "region"
                attribute.value = region
                message.attributes = [attribute]
            }
        }
    }

    // MARK: As it stood

    /// How a deal stood at some moment.
    struct Standing: Equatable, Sendable {
        var outcome = DealEnd.open
        var stage = ""
        var amount = Amount(minorUnits: 0, currency: "")
        var owner = ""
        var openedAt: Timestamp
        var closedAt: Timestamp?

        /// Whole days from opening to close.
        var cycleDays: Int64 {
            closedAt.map { ($0.microseconds - openedAt.microseconds) / 86_400_000_000 } ?? 0
        }
    }

    enum DealEnd: String, Sendable, CaseIterable {
        case open, won, lost
    }

    /// What had come of everything that happened before `end`; nil when the deal was not opened by then.
    func standing(before end: Timestamp?) -> Standing? {
        var standing: Standing?
        for dated in changes where end.map({ dated.at < $0 }) ?? true {
            var now = standing ?? Standing(openedAt: dated.at)
            switch dated.change {
            case .opened(let stage, let amount, let owner):
                (now.stage, now.owner) = (stage, owner)
                if let amount { now.amount = amount }
            case .moved(let stage): now.stage = stage
            case .revised(let amount): now.amount = amount
            case .handed(let owner): now.owner = owner
            case .won(let amount):
                (now.outcome, now.closedAt) = (.won, dated.at)
                if let amount { now.amount = amount }
            case .lost: (now.outcome, now.closedAt) = (.lost, dated.at)
            case .reopened(let stage): (now.outcome, now.stage) = (.open, stage)
            }
            standing = now
        }
        return standing
    }
}

/// A definition of a pipeline, long before any deal of these tests.
func pipelineDefined(_ stages: [String], id pipeline: String = "sales") throws -> NewEvent {
    let message = PipelineDefined.with { message in
        message.pipelineID = pipeline
        message.version = 1
        message.stages = stages.enumerated().map { number, id in
            var stage = PipelineStage()
            stage.id = id
            stage.order = UInt32(number + 1)
            return stage
        }
    }
    return try NewEvent(
        message, about: [try Tag.pipeline(pipeline)], occurredAt: .at("2020-01-01T00:00:00Z"))
}
