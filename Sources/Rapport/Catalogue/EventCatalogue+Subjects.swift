internal import EventLog
internal import LMDB

extension EventCatalogue {
    /// Reads the ids of the persons that data is about.
    private typealias Subjects = @Sendable (RawSpan) throws -> [String]

    /// The types of events whose data names the persons that they are about.
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
        return subjects
    }()

    /// Refuses an event about a person without that person's tag: it would say something of nobody. Bytes that are no
    /// event, and what they leave out, are the business of ``CatalogueEvent/check()``.
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
