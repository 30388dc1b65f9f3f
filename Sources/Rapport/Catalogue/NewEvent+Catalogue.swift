public import EventLog
internal import SwiftProtobuf

extension NewEvent {
    /// A catalogue event about `entities`, ready to be appended.
    ///
    /// - Parameters:
    ///   - personal: the fields about a person, kept apart from the rest.
    ///   - person: whom they are about; needed with `personal`.
    /// - Throws: ``UnfitEvent`` when the content or the entities do not fit the type, and what SwiftProtobuf says of a
    ///   message that cannot be serialized.
    public init<Event: CatalogueEvent>(
        _ message: Event, about entities: [Tag], personal: Event.Personal? = nil, of person: Tag? = nil,
        id: EventID = EventID(), occurredAt: Timestamp = .now(), provenance: Provenance = .init()
    ) throws {
        try message.check()
        var subjects: [Subject] = []
        if let person {
            let part = try personal.map { SealedPart.unsealed(try $0.serializedBytes()) }
            subjects.append(Subject(id: person.text, part: part))
        } else {
            precondition(personal == nil, "a personal part needs the person it is about")
        }
        self.init(
            id: id, type: Event.eventType, schemaRevision: EventCatalogue.revision(of: Event.eventType), tags: entities,
            subjects: subjects, occurredAt: occurredAt, provenance: provenance, data: try message.serializedBytes())
        try EventCatalogue.check(self)
    }
}
