internal import EventLog
internal import LMDB

extension EventCatalogue {
    /// Reads the ids of what data is about, as they stand in tags.
    private typealias Subjects = @Sendable (RawSpan) throws -> [String]

    /// The types of events whose data names the persons that they are about, or what else they are found by.
    private static let subjects: [String: Subjects] = {
        var subjects: [String: Subjects] = [:]
        func add(_ type: any CatalogueEvent.Type, _ read: @escaping Subjects) { subjects[type.eventType.name] = read }
        add(ConsentGranted.self) { [try ConsentGrantedView($0).subjectID.text()] }
        add(ConsentWithdrawn.self) { [try ConsentWithdrawnView($0).subjectID.text()] }
        add(ProcessingRestricted.self) { [try ProcessingRestrictedView($0).subjectID.text()] }
        add(SubjectRequestReceived.self) { [try SubjectRequestReceivedView($0).subjectID.text()] }
        add(SubjectRequestFulfilled.self) { [try SubjectRequestFulfilledView($0).subjectID.text()] }
        add(LegalHoldPlaced.self) { [try LegalHoldPlacedView($0).subjectID.text()] }
        add(LegalHoldReleased.self) { [try LegalHoldReleasedView($0).subjectID.text()] }
        add(PersonalDataAccessed.self) { [try PersonalDataAccessedView($0).subjectID.text()] }
        add(SubjectErased.self) { data in
            var ids: [String] = []
            try SubjectErasedView(data).forEachSubjectIds { ids.append($0.text()) }
            return ids
        }
        add(UserAssigned.self) { tagTexts("user", [try UserAssignedView($0).userID.text()]) }
        add(FunnelDefined.self) { tagTexts("funnel", [try FunnelDefinedView($0).funnelID.text()]) }
        add(FunnelRetired.self) { tagTexts("funnel", [try FunnelRetiredView($0).funnelID.text()]) }
        add(WorkingCalendarDefined.self) {
            tagTexts("calendar", [try WorkingCalendarDefinedView($0).calendarID.text()])
        }
        add(ServiceLevelDefined.self) {
            tagTexts("service-level", [try ServiceLevelDefinedView($0).serviceLevelID.text()])
        }
        add(ServiceLevelRetired.self) {
            tagTexts("service-level", [try ServiceLevelRetiredView($0).serviceLevelID.text()])
        }
        addIdentity(&subjects)
        return subjects
    }()

    /// Who is who, corrections and imports. A merge is about both customers; a correction has the tags that the
    /// corrected event gets, so that it is found by them, too.
    private static func addIdentity(_ subjects: inout [String: Subjects]) {
        func add(_ type: any CatalogueEvent.Type, _ read: @escaping Subjects) { subjects[type.eventType.name] = read }
        add(CustomersMerged.self) { data in
            let view = try CustomersMergedView(data)
            return tagTexts("customer", [view.survivorID.text(), view.absorbedID.text()])
        }
        add(CustomersUnmerged.self) { data in
            let view = try CustomersUnmergedView(data)
            return tagTexts("customer", [view.survivorID.text(), view.absorbedID.text()])
        }
        add(DuplicateReviewed.self) { data in
            let view = try DuplicateReviewedView(data)
            return [view.first.text(), view.second.text()]
        }
        add(EventCorrected.self) { data in
            var tags: [String] = []
            try EventCorrectedView(data).forEachTags { tags.append($0.text()) }
            return tags
        }
        add(ImportStarted.self) { tagTexts("import", [try ImportStartedView($0).importID.text()]) }
        add(ImportCompleted.self) { tagTexts("import", [try ImportCompletedView($0).importID.text()]) }
        add(ImportReverted.self) { tagTexts("import", [try ImportRevertedView($0).importID.text()]) }
    }

    /// The tags of entities of a kind; of an id that is left out, none.
    private static func tagTexts(_ kind: String, _ ids: [String]) -> [String] {
        ids.filter { !$0.isEmpty }.map { "\(kind):\($0)" }
    }

    /// Refuses an event about a person without that person's tag: it would say something of nobody. Likewise one about
    /// anything else that its data names. Bytes that are no event, and what they leave out, are the business of
    /// ``CatalogueEvent/check()``.
    static func checkSubjects(of event: NewEvent) throws(UnfitEvent) {
        guard let read = subjects[event.type.name] else { return }
        let data = event.data
        for subject in (try? read(data.rawSpan)) ?? [] where !subject.isEmpty {
            if event.tags.contains(where: { $0.text.sameBytes(as: subject) }) { continue }
            let found = event.tags.isEmpty ? "none" : event.tags.map(\.text).joined(separator: ", ")
            throw UnfitEvent(
                reason: "\(event.type.name.dropFirst(package.count)) is about \(subject.debugDescription) and needs "
                    + "that tag, by which it is found; found \(found)")
        }
    }
}
