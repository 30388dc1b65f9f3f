internal import EventLog
internal import LMDB

/// Reads stored bytes through the generated views to their ends, for the check of what is stored: a view that refuses
/// them would stop a read model.
enum CatalogueViews {
    /// Reads the bytes of a message; what it finds is not kept.
    typealias Check = @Sendable (RawSpan) throws -> Void

    /// The views of personal parts, by the name of the event's type; of types whose parts no projection reads, none.
    static let ofParts: [String: Check] = {
        var checks: [String: Check] = [:]
        func add(_ type: any CatalogueEvent.Type, _ check: @escaping Check) { checks[type.eventType.name] = check }
        add(CustomerRegistered.self) { try CustomerRegisteredPersonalView($0).forEachIdentifiers { _ in } }
        add(CustomerProfileChanged.self) { try CustomerProfileChangedPersonalView($0).forEachChanges { _ in } }
        add(IdentifierLinked.self) { _ = try IdentifierLinkedPersonalView($0) }
        return checks
    }()

    /// The views of data, by the name of the type: one for each type of the catalogue.
    static let ofData: [String: Check] = {
        var checks: [String: Check] = [:]
        func add(_ type: any CatalogueEvent.Type, _ check: @escaping Check) { checks[type.eventType.name] = check }
        // Customers.
        add(CustomerRegistered.self) { try CustomerRegisteredView($0).forEachAttributes { _ in } }
        add(CustomerProfileChanged.self) { try CustomerProfileChangedView($0).forEachChanges { _ in } }
        add(IdentifierLinked.self) { _ = try IdentifierLinkedView($0) }
        add(IdentifierUnlinked.self) { _ = try IdentifierUnlinkedView($0) }
        add(InteractionLogged.self) { _ = try InteractionLoggedView($0) }
        add(TouchpointRecorded.self) { try TouchpointRecordedView($0).forEachProperties { _ in } }
        // Leads.
        add(LeadCaptured.self) { try LeadCapturedView($0).forEachAttributes { _ in } }
        add(LeadScored.self) { try LeadScoredView($0).forEachFactors { _ in } }
        add(LeadAssigned.self) { _ = try LeadAssignedView($0) }
        add(LeadQualified.self) { try LeadQualifiedView($0).forEachAnswers { _ in } }
        add(LeadDisqualified.self) { _ = try LeadDisqualifiedView($0) }
        add(LeadConverted.self) { _ = try LeadConvertedView($0) }
        // Deals.
        add(PipelineDefined.self) { try PipelineDefinedView($0).forEachStages { _ in } }
        add(OpportunityOpened.self) { try OpportunityOpenedView($0).forEachAttributes { _ in } }
        add(OpportunityStageChanged.self) { _ = try OpportunityStageChangedView($0) }
        add(OpportunityAmountRevised.self) { _ = try OpportunityAmountRevisedView($0) }
        add(OpportunityCloseDateMoved.self) { _ = try OpportunityCloseDateMovedView($0) }
        add(OpportunityOwnerChanged.self) { _ = try OpportunityOwnerChangedView($0) }
        add(OpportunityWon.self) { _ = try OpportunityWonView($0) }
        add(OpportunityLost.self) { _ = try OpportunityLostView($0) }
        add(OpportunityReopened.self) { _ = try OpportunityReopenedView($0) }
        add(UserAssigned.self) { _ = try UserAssignedView($0) }
        // Orders.
        add(OrderPlaced.self) {
            let view = try OrderPlacedView($0)
            try view.forEachLines { _ in }
            try view.forEachAttributes { _ in }
        }
        add(OrderChanged.self) { try OrderChangedView($0).forEachLines { _ in } }
        add(OrderCancelled.self) { _ = try OrderCancelledView($0) }
        add(OrderDelivered.self) { _ = try OrderDeliveredView($0) }
        add(OrderReturned.self) { try OrderReturnedView($0).forEachLines { _ in } }
        add(DeliveryPromised.self) { _ = try DeliveryPromisedView($0) }
        // Cases.
        add(CaseOpened.self) { try CaseOpenedView($0).forEachAttributes { _ in } }
        add(CaseClassified.self) { _ = try CaseClassifiedView($0) }
        add(CaseAssigned.self) { _ = try CaseAssignedView($0) }
        add(CaseResponded.self) { _ = try CaseRespondedView($0) }
        add(CaseWaiting.self) { _ = try CaseWaitingView($0) }
        add(CaseResolved.self) { _ = try CaseResolvedView($0) }
        add(CaseReopened.self) { _ = try CaseReopenedView($0) }
        add(CaseClosed.self) { _ = try CaseClosedView($0) }
        // What customers say.
        add(SurveyInvited.self) { try SurveyInvitedView($0).forEachDimensions { _ in } }
        add(SurveyAnswered.self) {
            let view = try SurveyAnsweredView($0)
            try view.forEachAnswers { _ in }
            try view.forEachDimensions { _ in }
        }
        add(ComplaintRaised.self) { _ = try ComplaintRaisedView($0) }
        add(SuggestionSubmitted.self) { _ = try SuggestionSubmittedView($0) }
        add(SuggestionDecided.self) { _ = try SuggestionDecidedView($0) }
        add(FeedbackLoopClosed.self) { _ = try FeedbackLoopClosedView($0) }
        add(ReferralMade.self) { try ReferralMadeView($0).forEachAttributes { _ in } }
        // Funnels.
        add(FunnelDefined.self) { _ = try FunnelDefinedView($0) }
        add(FunnelRetired.self) { _ = try FunnelRetiredView($0) }
        // Service levels.
        add(WorkingCalendarDefined.self) { _ = try WorkingCalendarDefinedView($0) }
        add(ServiceLevelDefined.self) { _ = try ServiceLevelDefinedView($0) }
        add(ServiceLevelRetired.self) { _ = try ServiceLevelRetiredView($0) }
        add(ServiceCostAttributed.self) { _ = try ServiceCostAttributedView($0) }
        addPrivacy(&checks)
        addIdentity(&checks)
        return checks
    }()

    /// The views of who is who, of corrections and of imports.
    private static func addIdentity(_ checks: inout [String: Check]) {
        func add(_ type: any CatalogueEvent.Type, _ check: @escaping Check) { checks[type.eventType.name] = check }
        add(CustomersMerged.self) {
            let view = try CustomersMergedView($0)
            try view.forEachEvidence { _ in }
            try view.forEachFieldChoice { _ in }
        }
        add(CustomersUnmerged.self) { try CustomersUnmergedView($0).forEachExceptions { _ in } }
        add(DuplicateReviewed.self) { _ = try DuplicateReviewedView($0) }
        add(IdentityRulesSet.self) {
            let view = try IdentityRulesSetView($0)
            try view.forEachRules { _ in }
            try view.forEachBlocked { _ in }
            try view.forEachFieldChoice { _ in }
        }
        add(EventCorrected.self) { try EventCorrectedView($0).forEachTags { _ in } }
        add(ImportStarted.self) { try ImportStartedView($0).forEachFiles { _ in } }
        add(ImportCompleted.self) { _ = try ImportCompletedView($0) }
        add(ImportReverted.self) { try ImportRevertedView($0).forEachKept { _ in } }
    }

    /// The views of what people allow, ask for and are owed.
    private static func addPrivacy(_ checks: inout [String: Check]) {
        func add(_ type: any CatalogueEvent.Type, _ check: @escaping Check) { checks[type.eventType.name] = check }
        add(ConsentGranted.self) { _ = try ConsentGrantedView($0) }
        add(ConsentWithdrawn.self) { _ = try ConsentWithdrawnView($0) }
        add(ProcessingRestricted.self) { _ = try ProcessingRestrictedView($0) }
        add(SubjectRequestReceived.self) { _ = try SubjectRequestReceivedView($0) }
        add(SubjectRequestFulfilled.self) { try SubjectRequestFulfilledView($0).forEachRefusedParts { _ in } }
        add(SubjectErased.self) {
            let view = try SubjectErasedView($0)
            try view.forEachSubjectIds { _ in }
            try view.forEachRetained { _ in }
        }
        add(KeyDestroyed.self) {
            let view = try KeyDestroyedView($0)
            try view.forEachErasureEventIds { _ in }
            try view.forEachVerified { _ in }
        }
        add(LegalHoldPlaced.self) { _ = try LegalHoldPlacedView($0) }
        add(LegalHoldReleased.self) { _ = try LegalHoldReleasedView($0) }
        add(RetentionPolicySet.self) { _ = try RetentionPolicySetView($0) }
        add(PersonalDataAccessed.self) { _ = try PersonalDataAccessedView($0) }
    }
}
