import EventLog
import Rapport

/// A case as a test tells it: what it is about, what happened to it, and when.
struct CaseStory: Sendable {
    enum Happening: Sendable {
        /// The values of channel, category, severity and region; "" says nothing.
        case opened(channel: String, category: String, severity: String, region: String)
        case classified(category: String, severity: String)
        case assigned(to: String, queue: String)
        case responded
        case waiting
        case resolved
        case reopened
        case closed(outcome: String)
    }

    struct Dated: Sendable {
        var at: Timestamp
        var happening: Happening
        /// Who is waited for, where it waits.
        var waitsOn = "vendor"
    }

    let id: String
    /// "" for a case of nobody.
    var customer = "C-1"
    /// In order of occurrence.
    var happenings: [Dated] = []

    /// A case whose happenings lie an hour apart, the first one at `start`.
    init(_ id: String, from start: Timestamp = .at("2024-03-01T10:00:00Z"), _ happenings: Happening...) {
        self.id = id
        for (number, happening) in happenings.enumerated() {
            self.happenings.append(Dated(at: start.plus(seconds: Int64(number) * 3600), happening: happening))
        }
    }

    // MARK: As events

    /// In order of occurrence.
    func events() throws -> [NewEvent] { try happenings.map { try event($0) } }

    private func event(_ dated: Dated) throws -> NewEvent {
        let time = dated.at
        var tags = [try EntityTag.case(id)]
        if !customer.isEmpty { tags.append(try EntityTag.customer(customer)) }
        switch dated.happening {
        case .opened(let channel, let category, let severity, let region):
            let message = CaseOpened.with { message in
                message.caseID = id
                message.channel = channel
                message.category = category
                message.severity = severity
                if !region.isEmpty {
                    var attribute = Attribute()
                    attribute.name = "region"
                    attribute.value = region
                    message.attributes = [attribute]
                }
            }
            return try NewEvent(message, about: tags, occurredAt: time)
        case .classified(let category, let severity):
            let message = CaseClassified.with { message in
                message.category = category
                message.severity = severity
            }
            return try NewEvent(message, about: tags, occurredAt: time)
        case .assigned(let owner, let queue):
            let message = CaseAssigned.with { message in
                message.to = owner
                message.queue = queue
            }
            return try NewEvent(message, about: tags, occurredAt: time)
        case .responded: return try NewEvent(CaseResponded.with { $0.by = "U-1" }, about: tags, occurredAt: time)
        case .waiting: return try NewEvent(CaseWaiting.with { $0.on = dated.waitsOn }, about: tags, occurredAt: time)
        case .resolved:
            return try NewEvent(CaseResolved.with { $0.resolution = "fixed" }, about: tags, occurredAt: time)
        case .reopened: return try NewEvent(CaseReopened.with { $0.reason = "again" }, about: tags, occurredAt: time)
        case .closed(let outcome):
            return try NewEvent(CaseClosed.with { $0.outcome = outcome }, about: tags, occurredAt: time)
        }
    }

    // MARK: As it stood

    /// What had come of a case at some moment.
    struct Standing: Equatable, Sendable {
        var status = CaseStatus.open
        var openedAt: Timestamp
        var responses: [Timestamp] = []
        var firstResolvedAt: Timestamp?
        var firstClosedAt: Timestamp?
        var resolvedAt: Timestamp?
        var closedAt: Timestamp?
        var outcome = ""
        /// Every time it became closed, and every time work began again.
        var closings: [Timestamp] = []
        var reopenings: [Timestamp] = []
        var assignments = 0
        var lastEventAt: Timestamp
        /// By dimension; "" for what nobody has said.
        var values: [String: String] = [:]
    }

    /// What had come of everything that happened before `end`; nil when nothing had happened by then.
    func standing(before end: Timestamp? = nil) -> Standing? {
        let past = happenings.filter { dated in end.map { dated.at < $0 } ?? true }
        guard let first = past.first, let last = past.last else { return nil }
        let opening = past.first { if case .opened = $0.happening { true } else { false } }
        var standing = Standing(openedAt: (opening ?? first).at, lastEventAt: last.at)
        standing.values["customer"] = customer
        for dated in past { standing.apply(dated) }
        return standing
    }
}

extension CaseStory.Standing {
    fileprivate mutating func apply(_ dated: CaseStory.Dated) {
        let wasDone = status == .resolved || status == .closed
        switch dated.happening {
        case .opened(let channel, let category, let severity, let region):
            say(["channel": channel, "category": category, "severity": severity, "region": region])
        case .classified(let category, let severity): say(["category": category, "severity": severity])
        case .assigned(let owner, let queue):
            if wasDone { workAgain(at: dated.at) }
            status = .assigned
            assignments += 1
            say(["owner": owner, "queue": queue])
        case .responded: responses.append(dated.at)
        case .waiting:
            if wasDone { workAgain(at: dated.at) }
            status = .waiting
        case .resolved:
            firstResolvedAt = firstResolvedAt ?? dated.at
            resolvedAt = resolvedAt ?? dated.at
            if !wasDone { status = .resolved }
        case .reopened:
            if wasDone { workAgain(at: dated.at) }
        case .closed(let outcome):
            if !outcome.isEmpty { self.outcome = outcome }
            firstClosedAt = firstClosedAt ?? dated.at
            closedAt = closedAt ?? dated.at
            if status != .closed { closings.append(dated.at) }
            status = .closed
        }
    }

    private mutating func workAgain(at time: Timestamp) {
        reopenings.append(time)
        status = .open
        (resolvedAt, closedAt, outcome) = (nil, nil, "")
    }

    private mutating func say(_ newValues: [String: String]) {
        for (name, value) in newValues where !value.isEmpty { values[name] = value }
    }
}
