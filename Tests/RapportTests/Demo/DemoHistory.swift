import EventLog
import Rapport
import SwiftProtobuf

/// The events of a demo company, taken apart.
struct DemoHistory {
    let events: [NewEvent]

    init(seed: UInt64 = 1, events: Int, batch: Int = 1000) throws {
        var company = DemoCompany(seed: seed, events: events)
        var all: [NewEvent] = []
        while let batch = try company.nextBatch(batch) { all += batch }
        self.events = all
    }

    /// One that is long enough for shares of rare things; made once for all tests.
    static func long() throws -> DemoHistory { try madeOnce.get() }

    private static let madeOnce = Result { try DemoHistory(seed: 7, events: 20_000) }

    /// The messages of one type with their events, as they were written down.
    func all<Event: CatalogueEvent>(_ type: Event.Type) throws -> [(event: NewEvent, message: Event)] {
        try events.filter { $0.type == Event.eventType }.map { ($0, try Event(serializedBytes: $0.data)) }
    }

    /// The events of each entity of a kind, as they were written down or as they happened; sorted by entity. Of other
    /// types than those whose names begin with `prefix` there are none.
    func lives(of kind: String, _ prefix: String, byOccurrence: Bool) -> [(entity: Tag, events: [NewEvent])] {
        let ordered = byOccurrence ? events.sorted { ($0.occurredAt, $0.id) < ($1.occurredAt, $1.id) } : events
        var lives: [Tag: [NewEvent]] = [:]
        for event in ordered where event.type.name.hasPrefix(EventCatalogue.package + prefix) {
            guard let entity = event.tags.first(where: { $0.kind == kind }) else { continue }
            lives[entity, default: []].append(event)
        }
        return lives.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Every piece of text in the personal parts that could tell who somebody is, or that somebody wrote.
    func personalTexts() throws -> Set<String> {
        var texts: Set<String> = []
        for event in events {
            for part in event.subjects.compactMap(\.part) {
                texts.formUnion(try Self.texts(of: event.type, part.bytes))
            }
        }
        return texts.subtracting([""])
    }

    private static func texts(of type: EventType, _ bytes: [UInt8]) throws -> [String] {
        switch type {
        case CustomerRegistered.eventType:
            let personal = try CustomerRegisteredPersonal(serializedBytes: bytes)
            return [personal.displayName] + personal.identifiers.map(\.value)
        case CustomerProfileChanged.eventType:
            // A year is digits that ids have as well.
            let personal = try CustomerProfileChangedPersonal(serializedBytes: bytes)
            return personal.changes.filter { $0.field != "birthday" }.map(\.value)
        case InteractionLogged.eventType: return [try InteractionLoggedPersonal(serializedBytes: bytes).summary]
        case SurveyAnswered.eventType: return [try SurveyAnsweredPersonal(serializedBytes: bytes).text]
        case OpportunityLost.eventType: return [try OpportunityLostPersonal(serializedBytes: bytes).note]
        case LeadCaptured.eventType:
            let personal = try LeadCapturedPersonal(serializedBytes: bytes)
            return [personal.displayName] + personal.identifiers.map(\.value)
        case IdentifierLinked.eventType:
            return [try IdentifierLinkedPersonal(serializedBytes: bytes).identifier.value]
        case CaseOpened.eventType: return [try CaseOpenedPersonal(serializedBytes: bytes).text]
        case ComplaintRaised.eventType: return [try ComplaintRaisedPersonal(serializedBytes: bytes).text]
        default: return [try SuggestionSubmittedPersonal(serializedBytes: bytes).text]
        }
    }
}

/// A deal as its events tell its life, which must be a possible one.
struct DealLife {
    private(set) var complaint: String?
    private(set) var isClosed = false
    private(set) var isWon = false
    private var stage = ""
    private var amount = Money()
    private var closeDate = LocalDate()
    private var owner = ""

    private mutating func expect(_ isTrue: Bool, _ otherwise: String) {
        if !isTrue, complaint == nil { complaint = otherwise }
    }

    init(_ opened: OpportunityOpened) {
        stage = opened.stage
        amount = opened.amount
        closeDate = opened.closeDate
        owner = opened.owner
        expect(opened.pipelineID == "sales" && opened.pipelineVersion == 1, "opened in an unknown pipeline")
        expect(opened.amount.minorUnits > 0, "opened without an amount")
        expect(opened.attributes.map(\.name) == ["product", "region", "manager"], "opened without its attributes")
    }

    mutating func take(_ event: NewEvent) throws {
        expect(isClosed == (event.type == OpportunityReopened.eventType), "\(event.type) when closed: \(isClosed)")
        switch event.type {
        case OpportunityStageChanged.eventType:
            let message = try OpportunityStageChanged(serializedBytes: event.data)
            expect(message.fromStage == stage && message.toStage != stage, "left another stage")
            stage = message.toStage
        case OpportunityAmountRevised.eventType:
            let message = try OpportunityAmountRevised(serializedBytes: event.data)
            expect(message.from == amount && message.to != amount, "revised another amount")
            expect(message.to.currency == amount.currency && message.to.minorUnits > 0, "revised to another currency")
            amount = message.to
        case OpportunityCloseDateMoved.eventType:
            let message = try OpportunityCloseDateMoved(serializedBytes: event.data)
            expect(message.to != closeDate && CivilDate(message.to.date) != nil, "moved to no date")
            closeDate = message.to
        case OpportunityOwnerChanged.eventType:
            let message = try OpportunityOwnerChanged(serializedBytes: event.data)
            expect(message.from == owner && message.to != owner, "left another owner")
            owner = message.to
        case OpportunityReopened.eventType:
            stage = try OpportunityReopened(serializedBytes: event.data).toStage
            isClosed = false
        case OpportunityWon.eventType:
            let message = try OpportunityWon(serializedBytes: event.data)
            expect(message.amount.currency == amount.currency && message.amount.minorUnits > 0, "won another amount")
            (isClosed, isWon, amount) = (true, true, message.amount)
        case OpportunityLost.eventType: (isClosed, isWon) = (true, false)
        default: expect(false, "unexpected \(event.type)")
        }
        expect(["qualify", "discover", "propose", "negotiate"].contains(stage), "in an unknown stage \(stage)")
    }
}
