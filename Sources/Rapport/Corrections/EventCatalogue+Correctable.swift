public import EventLog

extension EventCatalogue {
    /// Whether an event of this type can be seen otherwise than it was stored, or not at all. O(1).
    ///
    /// Events that decide something stand as they are, and another event takes the decision back: who is who, what is
    /// corrected, what was imported, which funnels and service levels are saved, what people allow and are owed, and
    /// where a log was forked. So do events of the catalogue of a newer program, of which this one cannot tell what an
    /// amendment would mean. All others can be corrected, an integrator's own types among them.
    public static func isCorrectable(_ type: EventType) -> Bool {
        if fixedTypes.contains(type) { return false }
        return !isReserved(type.name) || catalogueType(of: type) != nil
    }

    /// The type of the catalogue that stored events of this type are of. Only a whole name stands for one.
    static func catalogueType(of type: EventType) -> (any CatalogueEvent.Type)? {
        guard let known = self.type(named: type.name), known.eventType == type else { return nil }
        return known
    }

    /// The types whose events stand as they are.
    static let fixedTypes: Set<EventType> = [
        // Who is who.
        CustomersMerged.eventType, CustomersUnmerged.eventType, DuplicateReviewed.eventType, IdentityRulesSet.eventType,
        // What is seen otherwise.
        EventCorrected.eventType, ImportStarted.eventType, ImportCompleted.eventType, ImportReverted.eventType,
        // Which funnels are saved.
        FunnelDefined.eventType, FunnelRetired.eventType,
        // What is promised about cases.
        WorkingCalendarDefined.eventType, ServiceLevelDefined.eventType, ServiceLevelRetired.eventType,
        // What people allow, ask for and are owed.
        ConsentGranted.eventType, ConsentWithdrawn.eventType, ProcessingRestricted.eventType,
        SubjectRequestReceived.eventType, SubjectRequestFulfilled.eventType, SubjectErased.eventType,
        KeyDestroyed.eventType, LegalHoldPlaced.eventType, LegalHoldReleased.eventType, RetentionPolicySet.eventType,
        PersonalDataAccessed.eventType,
        // What the log itself says.
        LogForked.eventType,
    ]
}
