import EventLog
import Foundation
import Rapport

/// An event of each type of the catalogue with all of its fields filled in, from which fixtures are made. Together they
/// tell a story: leads, deals, orders and cases of the customer C-1, the rights of C-9, and how C-3
/// was taken for C-1, U-1 got a team, and a funnel was saved.
struct StoredSample: Sendable {
    /// Without the package of the catalogue.
    let type: String
    /// The tags.
    let about: [String]
    /// The data in its JSON form.
    let data: String
    /// The personal part, about the customer C-1, in its JSON form; nil where there is none.
    let personal: String?

    init(_ type: String, _ about: String..., data: String, personal: String? = nil) {
        self.type = type
        self.about = about
        self.data = data
        self.personal = personal
    }

    private struct Unknown: Error {
        let type: String
    }

    /// The event as it would be appended as the `number`th of all; the same at every call.
    func event(number: Int) throws -> NewEvent {
        guard let known = EventCatalogue.type(named: type) else { throw Unknown(type: type) }
        let part = try personal.map { try EventCatalogue.personalData(of: known, json: Data($0.utf8)) }
        let day: Int64 = 86_400_000_000
        return NewEvent(
            id: EventID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 + UInt64(number)),
            type: known.eventType, schemaRevision: EventCatalogue.revision(of: known.eventType),
            tags: try about.map { try EntityTag($0) },
            subjects: part.map { [Subject(id: "customer:C-1", part: .unsealed($0))] } ?? [],
            occurredAt: Timestamp(microseconds: 1_483_228_800_000_000 + Int64(number) * day),
            provenance: Provenance(
                actor: "user:1", source: "fixtures", correlationID: "K-\(number / 4)",
                causationID: EventID(high: 1, low: UInt64(number)), timeZone: "Europe/Berlin", purpose: "test"),
            data: try EventCatalogue.data(of: known, json: Data(data.utf8)))
    }

    /// All samples as events, in their order.
    static func events() throws -> [NewEvent] {
        try all.enumerated().map { number, sample in try sample.event(number: number) }
    }

    static let all: [StoredSample] = [
        customers, leads, deals, orders, cases, voice, privacy, identity, corrections, users, funnels,
        serviceLevels, promises, serviceCosts,
    ].flatMap { $0 }
}
