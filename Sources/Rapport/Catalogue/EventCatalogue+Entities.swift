public import EventLog
internal import LMDB

extension EventCatalogue {
    /// The kinds of entity that an event of a type must have tags of: one of each group.
    typealias Needs = [[String]]

    /// What the events of the catalogue are about: their read models look for them under tags of these kinds. An
    /// order is always a customer's, so each event about one says whose, and the customer's timeline is whole.
    private static let needs: [String: Needs] = {
        var needs: [String: Needs] = [:]
        func about(_ kinds: Needs, _ types: [any CatalogueEvent.Type]) {
            for type in types { needs[type.eventType.name] = kinds }
        }
        about(
            [["customer"]],
            [
                CustomerRegistered.self, CustomerProfileChanged.self, IdentifierLinked.self, IdentifierUnlinked.self,
                ComplaintRaised.self, SuggestionSubmitted.self, SuggestionDecided.self, FeedbackLoopClosed.self,
                ReferralMade.self, CustomersMerged.self, CustomersUnmerged.self, ServiceCostAttributed.self,
            ])
        about(
            [["customer", "lead"]], [InteractionLogged.self, TouchpointRecorded.self, DuplicateReviewed.self])
        about([["pipeline"]], [PipelineDefined.self])
        about(
            [["lead"]],
            [
                LeadCaptured.self, LeadScored.self, LeadAssigned.self, LeadQualified.self, LeadDisqualified.self,
                LeadConverted.self,
            ])
        about(
            [["opportunity"]],
            [
                OpportunityOpened.self, OpportunityStageChanged.self, OpportunityAmountRevised.self,
                OpportunityCloseDateMoved.self, OpportunityOwnerChanged.self, OpportunityWon.self, OpportunityLost.self,
                OpportunityReopened.self,
            ])
        about(
            [["order"], ["customer"]],
            [
                OrderPlaced.self, OrderChanged.self, OrderCancelled.self, OrderDelivered.self, OrderReturned.self,
                DeliveryPromised.self,
            ])
        about(
            [["case"]],
            [
                CaseOpened.self, CaseClassified.self, CaseAssigned.self, CaseResponded.self, CaseWaiting.self,
                CaseResolved.self, CaseReopened.self, CaseClosed.self,
            ])
        about([["survey"], ["invitation"]], [SurveyInvited.self])
        about([["survey"]], [SurveyAnswered.self])
        about([["retention"]], [RetentionPolicySet.self])
        about([["identity"]], [IdentityRulesSet.self])
        about([["user"]], [UserAssigned.self])
        about([["funnel"]], [FunnelDefined.self, FunnelRetired.self])
        about([["calendar"]], [WorkingCalendarDefined.self])
        about([["service-level"]], [ServiceLevelDefined.self, ServiceLevelRetired.self])
        about([["import"]], [ImportStarted.self, ImportCompleted.self, ImportReverted.self])
        return needs
    }()

    /// The namespace that no integrator's own type is in.
    private static let namespace = "rapport."

    /// The kinds of entity that an event of this type must have tags of; none for an integrator's own type.
    static func needs(of type: EventType) -> Needs { needs[type.name] ?? [] }

    /// Whether only the catalogue can have a type of this name: an integrator's own has a namespace, and another one.
    public static func isReserved(_ name: String) -> Bool { !name.contains(".") || name.hasPrefix(namespace) }

    /// Refuses an event of the catalogue without the tag of what it is about: it would stand in the log, and no read
    /// model would ever find it. An integrator's own types pass.
    ///
    /// - Throws: ``UnfitEvent`` saying which tag was expected.
    public static func check(_ event: NewEvent) throws(UnfitEvent) {
        for kinds in needs(of: event.type) where !event.tags.contains(where: { $0.names(oneOf: kinds) }) {
            throw lack(of: kinds, event, "says what it is about")
        }
        try checkInvitation(of: event)
        try checkSubjects(of: event)
    }

    /// Refuses an answer that names an invitation without being about it: nobody would count it as answered.
    static func checkInvitation(of event: NewEvent) throws(UnfitEvent) {
        guard event.type == SurveyAnswered.eventType, !event.tags.contains(where: { $0.names(oneOf: ["invitation"]) }),
            let invitation = try? SurveyAnsweredView(event.data.rawSpan).invitationID.text(), !invitation.isEmpty
        else { return }
        throw lack(of: ["invitation"], event, "the response rate is counted by")
    }

    private static func lack(of kinds: [String], _ event: NewEvent, _ why: String) -> UnfitEvent {
        let found = event.tags.isEmpty ? "none" : event.tags.map(\.text).joined(separator: ", ")
        return UnfitEvent(
            reason: "\(event.type.name.dropFirst(package.count)) needs a tag \(tagForm(kinds)), which \(why); "
                + "found \(found)")
    }

    /// `customer:ID or lead:ID`.
    static func tagForm(_ kinds: [String], id: String = "ID") -> String {
        kinds.map { "\($0):\(id)" }.joined(separator: " or ")
    }
}

extension Tag {
    /// Whether it is one of these kinds, a colon and an id.
    func names(oneOf kinds: [String]) -> Bool {
        kinds.contains { kind in
            var rest = text.utf8[...]
            for byte in kind.utf8 where rest.popFirst() != byte { return false }
            return rest.popFirst() == UInt8(ascii: ":") && !rest.isEmpty
        }
    }
}
