import EventLog
import LMDB
@testable import Rapport
import SwiftProtobuf

/// An event of the catalogue that can be read in two ways.
protocol ViewedEvent: CatalogueEvent {
    /// The keys of its fields that hold one message.
    static var singularMessages: Set<UInt64> { get }
    /// The keys of its lists whose elements have fields that hold one message, and the keys of those fields.
    static var singularMessagesInLists: [UInt64: Set<UInt64>] { get }
    /// An event with random content.
    init(random: inout RandomEvents)
    /// What SwiftProtobuf has read.
    var fields: FieldList { get }
    /// What the view reads; all its lists are walked to their ends.
    static func fields(viewing bytes: [UInt8]) throws -> FieldList
}

extension ViewedEvent {
    static var singularMessages: Set<UInt64> { [] }
    static var singularMessagesInLists: [UInt64: Set<UInt64>] { [:] }
}

/// An event of the catalogue, without its type.
struct WireSample: Sendable {
    let name: String
    /// The bytes of a random event.
    let random: @Sendable (inout RandomEvents) throws -> [UInt8]
    /// What SwiftProtobuf reads.
    let decoded: @Sendable ([UInt8]) throws -> FieldList
    /// What the view reads.
    let viewed: @Sendable ([UInt8]) throws -> FieldList
    private let singularMessages: Set<UInt64>
    private let singularMessagesInLists: [UInt64: Set<UInt64>]

    init<Event: ViewedEvent>(_ type: Event.Type) {
        name = type.eventType.name
        random = { (random: inout RandomEvents) in try Event(random: &random).serializedBytes() }
        decoded = { bytes in try Event(serializedBytes: bytes).fields }
        viewed = { bytes in try Event.fields(viewing: bytes) }
        singularMessages = type.singularMessages
        singularMessagesInLists = type.singularMessagesInLists
    }

    static let all: [WireSample] = [
        WireSample(CustomerRegistered.self),
        WireSample(CustomerProfileChanged.self),
        WireSample(InteractionLogged.self),
        WireSample(PipelineDefined.self),
        WireSample(OpportunityOpened.self),
        WireSample(OpportunityStageChanged.self),
        WireSample(OpportunityAmountRevised.self),
        WireSample(OpportunityCloseDateMoved.self),
        WireSample(OpportunityOwnerChanged.self),
        WireSample(OpportunityWon.self),
        WireSample(OpportunityLost.self),
        WireSample(OpportunityReopened.self),
        WireSample(SurveyAnswered.self),
        WireSample(IdentifierLinked.self),
        WireSample(IdentifierUnlinked.self),
        WireSample(TouchpointRecorded.self),
        WireSample(LeadCaptured.self),
        WireSample(LeadScored.self),
        WireSample(LeadAssigned.self),
        WireSample(LeadQualified.self),
        WireSample(LeadDisqualified.self),
        WireSample(LeadConverted.self),
        WireSample(OrderPlaced.self),
        WireSample(OrderChanged.self),
        WireSample(OrderCancelled.self),
        WireSample(OrderDelivered.self),
        WireSample(OrderReturned.self),
        WireSample(DeliveryPromised.self),
        WireSample(CaseOpened.self),
        WireSample(CaseClassified.self),
        WireSample(CaseAssigned.self),
        WireSample(CaseResponded.self),
        WireSample(CaseWaiting.self),
        WireSample(CaseResolved.self),
        WireSample(CaseReopened.self),
        WireSample(CaseClosed.self),
        WireSample(SurveyInvited.self),
        WireSample(ComplaintRaised.self),
        WireSample(SuggestionSubmitted.self),
        WireSample(SuggestionDecided.self),
        WireSample(FeedbackLoopClosed.self),
        WireSample(ReferralMade.self),
        WireSample(ConsentGranted.self),
        WireSample(ConsentWithdrawn.self),
        WireSample(ProcessingRestricted.self),
        WireSample(SubjectRequestReceived.self),
        WireSample(SubjectRequestFulfilled.self),
        WireSample(SubjectErased.self),
        WireSample(KeyDestroyed.self),
        WireSample(LegalHoldPlaced.self),
        WireSample(LegalHoldReleased.self),
        WireSample(RetentionPolicySet.self),
        WireSample(PersonalDataAccessed.self),
        WireSample(CustomersMerged.self),
        WireSample(CustomersUnmerged.self),
        WireSample(DuplicateReviewed.self),
        WireSample(IdentityRulesSet.self),
        WireSample(EventCorrected.self),
        WireSample(ImportStarted.self),
        WireSample(ImportCompleted.self),
        WireSample(ImportReverted.self),
        WireSample(UserAssigned.self),
        WireSample(FunnelDefined.self),
        WireSample(FunnelRetired.self),
        WireSample(WorkingCalendarDefined.self),
        WireSample(ServiceLevelDefined.self),
        WireSample(ServiceLevelRetired.self),
        WireSample(ServiceCostAttributed.self),
    ]

    /// How the view differs from SwiftProtobuf over `bytes`; nil when they agree, and for bytes that SwiftProtobuf
    /// refuses: those a view may read, as long as it does not crash.
    func difference(on bytes: [UInt8]) -> String? {
        var seen = FieldList()
        var failure: (any Error)?
        do {
            seen = try viewed(bytes)
        } catch {
            failure = error
        }
        guard let expected = try? decoded(bytes), !aMessageStandsTwice(in: bytes) else { return nil }
        if let failure { return "the view refuses \(bytes.prefix(400)): \(failure)" }
        if seen == expected { return nil }
        return "the view reads of \(bytes.prefix(400)): \(seen.firstDifference(from: expected))"
    }

    /// Whether a field that holds one message is there twice: SwiftProtobuf puts both together, a view takes the last.
    private func aMessageStandsTwice(in bytes: [UInt8]) -> Bool {
        if singularMessages.isEmpty, singularMessagesInLists.isEmpty { return false }
        do {
            return try Self.oneStandsTwice(of: singularMessages, lists: singularMessagesInLists, in: bytes.rawSpan)
        } catch {
            return false
        }
    }

    private static func oneStandsTwice(
        of messages: Set<UInt64>, lists: [UInt64: Set<UInt64>], in wire: RawSpan
    ) throws -> Bool {
        var met: Set<UInt64> = []
        var reader = WireReader(wire)
        while let key = try reader.key() {
            if messages.contains(key), !met.insert(key).inserted { return true }
            if let within = lists[key] {
                if try oneStandsTwice(of: within, lists: [:], in: reader.message()) { return true }
            } else {
                try reader.skip(key)
            }
        }
        return false
    }
}
