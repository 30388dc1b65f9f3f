internal import EventLog
internal import SwiftProtobuf

extension PrivacyState {
    /// The erased person of whom a correction would say something; nil where there is none.
    ///
    /// What an event about an erased person says may be annulled and restored. New content of it is new content about
    /// that person, unless the amended event is about somebody else: then the erased id stands in the tags of the
    /// correction only, by which it is found.
    func erasedSubject(ofCorrection event: NewEvent, in log: EventLog) throws -> Erasure? {
        for subject in event.subjects where subject.part != nil {
            if let erasure = erasure(of: subject.id) { return erasure }
        }
        let message = try? EventCorrected(serializedBytes: event.data)
        if message?.kind == .annul || message?.kind == .restore { return nil }
        for id in try ids(ofAmendment: message, event, in: log) {
            if let erasure = erasure(of: id) { return erasure }
        }
        return nil
    }

    /// Whom the amended event would be about. An amendment without tags leaves those of the stored event.
    private func ids(ofAmendment message: EventCorrected?, _ event: NewEvent, in log: EventLog) throws -> [String] {
        let subjects = event.subjects.map(\.id)
        guard let message else { return subjects + event.tags.map(\.text) }
        if message.kind == .amend, !message.tags.isEmpty { return subjects + message.tags }
        var tags = event.tags
        if let id = EventID(message.eventID), let position = try log.position(of: id) {
            tags += try log.withEvent(at: position, { $0.tags }) ?? []
        }
        return subjects + tags.map(\.text)
    }
}
