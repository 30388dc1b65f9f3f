import EventLog
import Foundation
import Rapport

extension EventLine {
    /// The members of a line as the columns of a table.
    static let columns = [
        "position", "recordedAt", "id", "type", "schemaRevision", "occurredAt", "tags", "subjects", "data",
        "dataBase64",
        "actor", "source", "correlationId", "causationId", "timeZone", "purpose",
    ]

    /// The line for a stored event as cells, one for each of ``columns``, empty where there is nothing to say. Tags,
    /// subjects and data are JSON, as in the line.
    ///
    /// - Parameter withheld: why parts are not there, by subject.
    static func cells(
        of recorded: RecordedEvent, personal: Bool, withheld: [String: Withheld] = [:]
    ) -> [String] {
        let event = recorded.event
        let json = EventPayload(stored: event.type).json(ofData: event.data)
        let provenance = event.provenance
        let subjects =
            event.subjects.isEmpty ? "" : subjectsText(of: event, personal: personal, withheld: withheld)
        return [
            recorded.position.description, recorded.recordedAt.description, event.id.description, event.type.name,
            String(event.schemaRevision), event.occurredAt.description, text(of: event.tags),
            subjects, json ?? "", json == nil ? Data(event.data).base64EncodedString() : "", provenance.actor ?? "",
            provenance.source ?? "",
            provenance.correlationID ?? "", provenance.causationID?.description ?? "", provenance.timeZone ?? "",
            provenance.purpose ?? "",
        ]
    }
}
