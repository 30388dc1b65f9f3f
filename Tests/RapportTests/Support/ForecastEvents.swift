import EventLog
import Rapport
import Testing

/// Events of deals that go through the stages of a pipeline, at ten o'clock UTC of a day, and what is forecast of them.
enum ForecastEvents {
    typealias Stage = (id: String, category: String, probabilityBp: UInt32)

    /// One stage for each category of the roll-up, and one for another.
    static let stages: [Stage] = [
        ("new", "pipeline", 1_000), ("talk", "best_case", 3_000), ("offer", "commit", 6_000),
        ("side", "upside", 3_333),
    ]

    static func defined(
        _ stages: [Stage] = stages, version: UInt32 = 1, on day: String = "2020-01-01", pipeline: String = "sales"
    ) throws -> NewEvent {
        let message = PipelineDefined.with { message in
            message.pipelineID = pipeline
            message.version = version
            message.stages = stages.enumerated().map { number, known in
                var stage = PipelineStage()
                stage.id = known.id
                stage.order = UInt32(number + 1)
                stage.probabilityBp = known.probabilityBp
                stage.forecastCategory = known.category
                stage.rotAfterMs = Int64(number) * 1_000
                return stage
            }
        }
        return try NewEvent(message, about: [try EntityTag.pipeline(pipeline)], occurredAt: DealEvents.time(day))
    }

    static func opened(
        _ id: String, _ day: String, in stage: String, _ amount: Int64? = nil, _ currency: String = "EUR",
        closes: String = "", owner: String = ""
    ) throws -> NewEvent {
        let message = OpportunityOpened.with { message in
            message.opportunityID = id
            message.pipelineID = "sales"
            message.stage = stage
            message.owner = owner
            if let amount { message.amount = Money(amount, currency) }
            if !closes.isEmpty { message.closeDate.date = closes }
        }
        return try NewEvent(message, about: [try EntityTag.opportunity(id)], occurredAt: DealEvents.time(day))
    }

    static func moved(_ id: String, _ day: String, to stage: String) throws -> NewEvent {
        let message = OpportunityStageChanged.with { $0.toStage = stage }
        return try NewEvent(message, about: [try EntityTag.opportunity(id)], occurredAt: DealEvents.time(day))
    }
}

extension SalesForecast {
    /// The line of all deals in euros.
    var euros: Line {
        get throws { try #require(totals.first { $0.currency == "EUR" }) }
    }
}

extension SalesForecast.Line {
    /// What a method says: forecast, and the bounds of its band.
    func says(_ method: ForecastMethod) -> [Int64?] {
        estimates.first { $0.method == method }.map { [$0.value, $0.lower, $0.upper] } ?? []
    }

    /// Deals and minor units of each category.
    var byCategory: [String] { categories.map { "\($0.category) \($0.deals) \($0.value)" } }
}
