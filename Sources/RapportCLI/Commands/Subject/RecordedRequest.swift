import EventLog
import Rapport

/// What a person has asked for, as the log has it.
struct RecordedRequest {
    let id: EventID
    /// Who has asked, as the request names the person.
    let subject: Tag

    /// The request whose event has this id.
    ///
    /// - Throws: ``CommandFailure`` when no event has it, or one that is no request of a person.
    init(_ id: EventID, in log: EventLog) throws {
        guard let position = try log.position(of: id), let recorded = try log.event(at: position) else {
            throw CommandFailure(.notFound, "\(id): no event has this id; expected that of a request")
        }
        guard recorded.event.type == SubjectRequestReceived.eventType else {
            throw CommandFailure(
                .badInput,
                "\(id): is an event of type \(recorded.event.type) (position \(position)); expected a "
                    + "SubjectRequestReceived")
        }
        self.id = id
        subject = try Tag(try recorded.message(SubjectRequestReceived.self).subjectID)
    }

    /// - Throws: ``CommandFailure`` when somebody else has asked: none of the ids of the person stands in it.
    func requireAbout(_ person: Tag, in log: EventLog) throws {
        let ids = try PersonIDs(of: person, in: log).all
        guard ids.contains(subject) else {
            throw CommandFailure(.badInput, "\(id): is a request of \(subject); expected one of \(person)")
        }
    }
}
