package import EventLog
internal import Rapport
internal import SwiftProtobuf
package import TestSupport

extension CustomerSketch {
    /// The first `count` customers of the demo company, as they registered.
    package static func ofDemo(_ count: Int) throws -> [CustomerSketch] {
        var company = DemoCompany(seed: 1, events: count * 20)
        var sketches: [CustomerSketch] = []
        while sketches.count < count, let batch = try company.nextBatch(5000) {
            for event in batch where event.type == CustomerRegistered.eventType {
                sketches.append(try CustomerSketch(event))
            }
        }
        return Array(sketches.prefix(count))
    }

    /// The customer whose registration this is, its part being in clear.
    private init(_ registration: NewEvent) throws {
        let message = try CustomerRegistered(serializedBytes: registration.data)
        let part = registration.subjects.first?.part
        let personal = try part.map { try CustomerRegisteredPersonal(serializedBytes: $0.bytes) }
        func value(_ type: IdentifierType) -> String? { personal?.identifiers.first { $0.type == type }?.value }
        let isOrganisation = message.kind == .organisation
        self.init(
            id: message.customerID, name: isOrganisation ? message.organisationName : personal?.displayName ?? "",
            isOrganisation: isOrganisation, email: value(.email), phone: value(.phone), wechat: value(.wechat))
    }

    /// A registration, and a change of the profile where more is known.
    package func events() throws -> [NewEvent] {
        let customer = try Tag.customer(id)
        let registration = CustomerRegistered.with { message in
            message.customerID = id
            message.kind = isOrganisation ? .organisation : .person
            message.channel = "web"
            if isOrganisation { message.organisationName = name }
        }
        var person = CustomerRegisteredPersonal()
        if !isOrganisation { person.displayName = name }
        for (type, value) in [(IdentifierType.email, email), (.phone, phone), (.wechat, wechat)] {
            guard let value else { continue }
            var identifier = Identifier()
            identifier.type = type
            identifier.value = value
            person.identifiers.append(identifier)
        }
        var events = [try NewEvent(registration, about: [customer], personal: person, of: customer)]
        var changes = CustomerProfileChangedPersonal()
        for (field, value) in [("address", address), ("city", city), ("birthday", birthday)] {
            guard let value else { continue }
            var change = FieldChange()
            change.field = field
            change.value = value
            changes.changes.append(change)
        }
        if !changes.changes.isEmpty {
            let change = CustomerProfileChanged.with { $0.customerID = id }
            events.append(try NewEvent(change, about: [customer], personal: changes, of: customer))
        }
        return events
    }
}
