import EventLog
import Rapport
import Sealing

/// Events that stories about erasing persons are made of.
enum ErasureStory {
    static func registered(_ id: String, _ name: String, at time: Timestamp = .now()) throws -> NewEvent {
        let customer = try EntityTag.customer(id)
        return try NewEvent(
            CustomerRegistered.with { $0.customerID = id }, about: [customer],
            personal: CustomerRegisteredPersonal.with { $0.displayName = name }, of: customer, occurredAt: time)
    }

    /// A case with what the customer has said.
    static func caseOpened(
        _ id: String, of customer: String, _ text: String, at time: Timestamp = .now()
    ) throws -> NewEvent {
        let person = try EntityTag.customer(customer)
        return try NewEvent(
            CaseOpened.with { $0.customerID = customer }, about: [.case(id), person],
            personal: CaseOpenedPersonal.with { $0.text = text }, of: person, occurredAt: time)
    }

    static func leadCaptured(_ id: String, _ name: String, at time: Timestamp = .now()) throws -> NewEvent {
        let lead = try EntityTag.lead(id)
        return try NewEvent(
            LeadCaptured.with { $0.leadID = id }, about: [lead],
            personal: LeadCapturedPersonal.with { $0.displayName = name }, of: lead, occurredAt: time)
    }

    /// - Parameter isTagged: whether the event has the customer's tag, too.
    static func converted(
        _ lead: String, to customer: String, isTagged: Bool = true, at time: Timestamp = .now()
    ) throws -> NewEvent {
        let message = LeadConverted.with { message in
            message.leadID = lead
            message.customerID = customer
        }
        return try NewEvent(
            message, about: isTagged ? [.lead(lead), .customer(customer)] : [.lead(lead)], occurredAt: time)
    }

    static func held(_ id: String, matter: String = "M-1", until: Timestamp? = nil) throws -> NewEvent {
        let person = try EntityTag.customer(id)
        let message = LegalHoldPlaced.with { message in
            message.subjectID = person.text
            message.matter = matter
            message.untilUs = until?.microseconds ?? 0
        }
        return try NewEvent(message, about: [person])
    }

    static func released(_ id: String, matter: String = "M-1") throws -> NewEvent {
        let person = try EntityTag.customer(id)
        let message = LegalHoldReleased.with { message in
            message.subjectID = person.text
            message.matter = matter
        }
        return try NewEvent(message, about: [person])
    }

    static func policy(
        _ category: String, _ rule: RetentionPolicy.Rule, days: UInt32, at time: Timestamp = .now()
    ) throws -> NewEvent {
        let message = RetentionPolicySet.with { message in
            message.category = category
            message.rule = rule.message
            message.days = days
            message.lawRef = "law"
        }
        return try NewEvent(message, about: [EntityTag("retention", category)], occurredAt: time)
    }

    /// What the key store has of a person: `key`, `erased` or `missing`; `none` without a key store.
    static func key(of subject: String, _ category: String, in crm: Rapport) throws -> String {
        guard let store = try crm.personal.keyStore() else { return "none" }
        switch try store.key(KeyName(subject: subject, category: category)) {
        case .key: return "key"
        case .erased: return "erased"
        case .missing: return "missing"
        }
    }
}
