import EventLog
import Rapport

/// What was said of a person, as a test tells it.
struct Said: Sendable {
    enum Content: Sendable {
        case granted(_ purpose: String, _ channel: String, separate: Bool = false, until: Timestamp? = nil)
        case withdrawn(_ purpose: String, _ channel: String)
        case restricted(_ scope: String, until: Timestamp? = nil)
        case lifted(_ scope: String)
        case held(_ matter: String, until: Timestamp? = nil)
        case released(_ matter: String)
        case asked(_ kind: SubjectRequestKind, law: String, due: Timestamp? = nil)
        case answered(EventID, _ outcome: String)
        case erased(retained: [String] = [])
    }

    let id: EventID
    let subject: String
    let at: Timestamp
    let content: Content
    /// Tags besides that of the person.
    var otherTags: [String] = []

    /// Said of the customer C-1.
    init(_ at: String, _ content: Content) { self.init("customer:C-1", at: .at(at), content) }

    init(_ subject: String, _ at: String, _ content: Content) { self.init(subject, at: .at(at), content) }

    init(_ subject: String, at: Timestamp, _ content: Content) {
        id = EventID()
        self.subject = subject
        self.at = at
        self.content = content
    }

    func event() throws -> NewEvent {
        switch content {
        case .granted(let purpose, let channel, let isSeparate, let until):
            try event(
                ConsentGranted.with { message in
                    message.subjectID = subject
                    message.purpose = purpose
                    message.channel = channel
                    message.legalBasis = "consent"
                    message.isSeparate = isSeparate
                    message.policyVersion = "v1"
                    message.textSha256 = String(repeating: "ab", count: 32)
                    message.evidenceRef = "F-1"
                    message.expiresAtUs = until?.microseconds ?? 0
                })
        case .withdrawn(let purpose, let channel):
            try event(
                ConsentWithdrawn.with { message in
                    message.subjectID = subject
                    message.purpose = purpose
                    message.channel = channel
                    message.via = "link"
                })
        case .restricted(let scope, let until): try event(restriction(scope, isOn: true, until))
        case .lifted(let scope): try event(restriction(scope, isOn: false, nil))
        case .held(let matter, let until):
            try event(
                LegalHoldPlaced.with { message in
                    message.subjectID = subject
                    message.matter = matter
                    message.untilUs = until?.microseconds ?? 0
                })
        case .released(let matter):
            try event(
                LegalHoldReleased.with { message in
                    message.subjectID = subject
                    message.matter = matter
                })
        case .asked(let kind, let law, let due):
            try event(
                SubjectRequestReceived.with { message in
                    message.subjectID = subject
                    message.kind = kind
                    message.law = law
                    message.identityProof = "login"
                    message.dueAtUs = due?.microseconds ?? 0
                })
        case .answered(let request, let outcome):
            try event(
                SubjectRequestFulfilled.with { message in
                    message.subjectID = subject
                    message.requestEventID = request.description
                    message.outcome = outcome
                })
        case .erased(let retained):
            try event(
                SubjectErased.with { message in
                    message.subjectIds = [subject]
                    message.reason = "request"
                    message.retained = retained.map { name in
                        var category = RetainedCategory()
                        category.category = name
                        category.lawRef = "AO 147"
                        return category
                    }
                })
        }
    }

    private func restriction(_ scope: String, isOn: Bool, _ until: Timestamp?) -> ProcessingRestricted {
        ProcessingRestricted.with { message in
            message.subjectID = subject
            message.isOn = isOn
            message.scope = scope
            message.untilUs = until?.microseconds ?? 0
            message.lawRef = "GDPR 18(1)(a)"
        }
    }

    private func event(_ message: some CatalogueEvent) throws -> NewEvent {
        let tags = try ([subject] + otherTags).map { try EntityTag($0) }
        return try NewEvent(message, about: tags, id: id, occurredAt: at)
    }
}

extension [Said] {
    func events() throws -> [NewEvent] { try map { try $0.event() } }
}

/// The receipt for an erasure, with the tags of whom it is for or, of many, without.
func receipt(for erasure: EventID, at time: String, about tags: [String] = [], id: EventID = EventID()) throws
    -> NewEvent
{
    let message = KeyDestroyed.with { message in
        message.erasureEventIds = [erasure.description]
        message.keyCount = 3
        message.epoch = 2
    }
    return try NewEvent(message, about: try tags.map { try EntityTag($0) }, id: id, occurredAt: .at(time))
}
