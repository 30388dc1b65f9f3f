public import EventLog

extension EventCatalogue {
    /// The category of the personal part of a type: a person has a data key for each, so that a law can keep one of
    /// them from being erased. An integrator's own types are of the category `other`.
    public static func personalCategory(of type: EventType) -> String { categories[type] ?? "other" }

    /// All categories, in the order of the schemas.
    public static let personalCategories = [
        "identity", "interactions", "leads", "sales", "orders", "cases", "surveys", "voice", "corrections", "other",
    ]

    private static let categories: [EventType: String] = {
        var categories: [EventType: String] = [:]
        func add(_ category: String, _ types: [any CatalogueEvent.Type]) {
            for type in types { categories[type.eventType] = category }
        }
        add("identity", [CustomerRegistered.self, CustomerProfileChanged.self, IdentifierLinked.self])
        add("interactions", [InteractionLogged.self])
        add("leads", [LeadCaptured.self])
        add("sales", [OpportunityLost.self])
        add("cases", [CaseOpened.self])
        add("surveys", [SurveyAnswered.self])
        add("voice", [ComplaintRaised.self, SuggestionSubmitted.self])
        add("corrections", [EventCorrected.self])
        return categories
    }()
}

/// Opens nothing: where no fold runs, or none that holds personal values.
public struct NoParts: PartOpening {
    public init() {}

    /// Parts in clear as they are; of sealed ones nothing.
    public func open(_ part: SealedPart, of subject: String, in context: SealingContext) -> OpenedPart {
        part.algorithm == .unsealed ? .bytes(part.bytes) : .keyMissing
    }
}
