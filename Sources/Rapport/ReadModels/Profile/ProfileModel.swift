internal import EventLog
internal import LMDB
internal import Projection

/// Customer profiles (R1): what is known of each customer, since when, and from which event.
enum ProfileModel {
    static let name = "profile"
    static let model = ReadModel(name: name, version: 5, folds: [ProfileFold()], upcasters: EventCatalogue.upcasters)
}

/// Folds a customer's events into the profile. Newest value wins, by occurredAt, then position: so order of arrival
/// does not matter, and late events cost no more than others.
///
/// Of a person with several ids the values are kept id by id: which of them counts may have been chosen when the ids
/// were merged, and is decided when somebody asks (``FieldValues``).
struct ProfileFold: EntityFold {
    let types = [
        CustomerRegistered.eventType, CustomerProfileChanged.eventType, InteractionLogged.eventType,
        SurveyAnswered.eventType, IdentifierLinked.eventType, IdentifierUnlinked.eventType,
        TouchpointRecorded.eventType, ComplaintRaised.eventType, SuggestionSubmitted.eventType,
        ReferralMade.eventType, OrderPlaced.eventType, CaseOpened.eventType,
        // From here on an event says only that the customer was seen.
        OpportunityOpened.eventType, OpportunityStageChanged.eventType, OpportunityAmountRevised.eventType,
        OpportunityCloseDateMoved.eventType, OpportunityOwnerChanged.eventType, OpportunityWon.eventType,
        OpportunityLost.eventType, OpportunityReopened.eventType, LeadConverted.eventType, OrderChanged.eventType,
        OrderCancelled.eventType, OrderDelivered.eventType, OrderReturned.eventType, CaseClassified.eventType,
        CaseAssigned.eventType, CaseResponded.eventType, CaseWaiting.eventType, CaseResolved.eventType,
        CaseReopened.eventType, CaseClosed.eventType, SurveyInvited.eventType, SuggestionDecided.eventType,
        FeedbackLoopClosed.eventType, DeliveryPromised.eventType, ServiceCostAttributed.eventType,
    ]
    let entityKind = "customer"
    let order = FoldOrder.any
    let contributes = false

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout ProfileState) throws {
        let moment = Moment(event)
        state.seen(moment)
        switch type {
        case 0:
            let origin = Self.origin(of: event)
            try registered(CustomerRegisteredView(event.view.data), moment, origin, &state)
            state.rememberPersonalPart(of: event, moment, origin)
        case 1:
            let origin = Self.origin(of: event)
            try CustomerProfileChangedView(event.view.data).forEachChanges { change in
                state.set(change.field, to: change.value, moment, origin)
            }
            state.rememberPersonalPart(of: event, moment, origin)
        case 2: state.interacted(through: try InteractionLoggedView(event.view.data).channel, moment)
        case 3: try answered(SurveyAnsweredView(event.view.data), moment, Self.origin(of: event), &state)
        case 4: state.rememberPersonalPart(of: event, moment, Self.origin(of: event))
        case 5: state.rememberUnlinking(moment)
        case 6: state.tallies.touchpoints += 1
        case 7: state.tallies.complaints += 1
        case 8: state.tallies.suggestions += 1
        case 9: state.tallies.referrals += 1
        case 10: state.tallies.orders += 1
        case 11: state.tallies.cases += 1
        default: break
        }
    }

    /// The tag that the event is stored under where it is seen under another one; else empty.
    private static func origin(of event: borrowing ProjectedEvent) -> String {
        event.isEntity(event.entity) ? "" : event.storedEntity.text
    }

    private func registered(
        _ registration: borrowing CustomerRegisteredView, _ moment: Moment, _ origin: String,
        _ state: inout ProfileState
    ) throws {
        if registration.kind != .unspecified { state.set("kind", to: registration.kind.word, moment, origin) }
        if !registration.channel.isEmpty { state.set("channel", to: registration.channel.text(), moment, origin) }
        if !registration.organisationName.isEmpty {
            state.set("name", to: registration.organisationName.text(), moment, origin)
        }
        try registration.forEachAttributes { state.set($0.name, to: $0.value, moment, origin) }
    }

    private func answered(
        _ survey: borrowing SurveyAnsweredView, _ moment: Moment, _ origin: String, _ state: inout ProfileState
    ) throws {
        try survey.forEachAnswers { answer in
            guard let score = answer.score else { return }
            state.set("last \(answer.metric.word) score", to: String(score), moment, origin)
        }
    }

    func contribute(_ state: ProfileState, of entity: Tag, to contributions: inout Contributions) {}
}

/// When something became true and when we knew it: what decides which value is the newest.
struct Moment: Equatable {
    let occurredAt: Int64
    let recordedAt: Int64
    let position: UInt64

    init(_ event: borrowing ProjectedEvent) {
        occurredAt = event.occurredAt.microseconds
        recordedAt = event.recordedAt.microseconds
        position = event.position.rawValue
    }

    init(occurredAt: Int64, recordedAt: Int64, position: UInt64) {
        self.occurredAt = occurredAt
        self.recordedAt = recordedAt
        self.position = position
    }

    func isNewer(than other: Moment) -> Bool {
        (occurredAt, position) > (other.occurredAt, other.position)
    }
}

extension CustomerKind {
    var word: String {
        switch self {
        case .person: "person"
        case .organisation: "organisation"
        case .visitor: "visitor"
        case .merchant: "merchant"
        case .dealer: "dealer"
        case .employee: "employee"
        case .unspecified, .UNRECOGNIZED: "unspecified"
        }
    }
}
