public import EventLog

/// What somebody should do about a customer, and why. A rule over what is known, no forecast: each names the event that
/// it follows from.
public struct NextAction: Codable, Sendable, Hashable {
    /// What to do. The order is that of urgency.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// A request about the person's data is open.
        case answerRequest
        /// A case has no response, and is older than ``NextActionRules/responseWithin``.
        case respondToCase
        /// A case waits for us, or for anybody longer than ``NextActionRules/waitingWithin``.
        case followUpCase
        /// Nobody has told the customer what came of a complaint.
        case closeComplaintLoop
        /// A survey was answered by a detractor, and nobody was in touch since.
        case followUpDetractor
        /// A lead has no response, and one is due.
        case respondToLead
        /// The day on which a deal was to be decided is over.
        case moveDeal
        /// Somebody asked the customer for something on a channel that no consent covers.
        case obtainConsent
        /// The customer may be the same as another one.
        case reviewDuplicates
    }

    /// What to do.
    public let kind: Kind
    /// What it is about, as a tag: `case:S-9`, `opportunity:O-7`, or the customer.
    public let about: Tag
    /// By when it was, or is, due; nil where nothing says so.
    public let due: Timestamp?
    /// What the rule goes by, in codes: a status, a channel, a theme.
    public let because: [String]
    /// The event that it follows from.
    public let position: Position
}

/// From when on the rules of ``NextAction`` say that something is due.
public struct NextActionRules: Codable, Sendable, Hashable {
    /// How long a case may be without a response, in milliseconds.
    public var responseWithin: Int64
    /// How long a case may wait, in milliseconds.
    public var waitingWithin: Int64

    /// A day for a response, and three days of waiting.
    public init(responseWithin: Int64 = 86_400_000, waitingWithin: Int64 = 3 * 86_400_000) {
        self.responseWithin = responseWithin
        self.waitingWithin = waitingWithin
    }
}

/// What the rules of ``NextAction`` go by.
struct NextActionFacts {
    let customer: Tag
    let time: Timestamp
    let person: PersonEvents
    let deals: [Customer360.OpenDeal]
    let cases: [Customer360.OpenCase]
    let leads: [(entry: LeadEntry, position: Position)]
    let privacy: SubjectPrivacy?
    let rules: NextActionRules

    /// What to do: by urgency, then by when it is due, then by position.
    var actions: [NextAction] {
        var all = requests
        all += cases.compactMap { action(of: $0) }
        all += complaints
        all += detractors
        all += leads.compactMap { action(of: $0.entry, $0.position) }
        all += deals.compactMap { action(of: $0) }
        all += uncoveredChannels
        all += duplicates
        func rank(_ action: NextAction) -> (Int, Int64, UInt64) {
            (
                NextAction.Kind.allCases.firstIndex(of: action.kind) ?? .max,
                action.due?.microseconds ?? .max, action.position.rawValue
            )
        }
        return all.sorted { rank($0) < rank($1) }
    }

    private var requests: [NextAction] {
        (privacy?.requests ?? []).filter { $0.answeredAt == nil }.map { request in
            NextAction(
                kind: .answerRequest, about: request.subject, due: request.due, because: [request.kind],
                position: request.proof.position)
        }
    }

    private func action(of open: Customer360.OpenCase) -> NextAction? {
        guard let tag = try? Tag.case(open.id) else { return nil }
        let because = [open.status.rawValue, open.severity, open.category].compactMap { $0 }
        if open.firstRespondedAt == nil, open.ageMs >= rules.responseWithin {
            return NextAction(
                kind: .respondToCase, about: tag, due: open.openedAt.later(milliseconds: rules.responseWithin),
                because: because, position: open.position)
        }
        guard open.status == .waiting else { return nil }
        let isOurs = open.waitsFor.map { $0.isSameCode(as: "us") } ?? false
        let due = open.lastEventAt.later(milliseconds: rules.waitingWithin)
        guard isOurs || due.map({ $0 <= time }) ?? false else { return nil }
        return NextAction(
            kind: .followUpCase, about: tag, due: due, because: because + [open.waitsFor].compactMap { $0 },
            position: open.position)
    }

    private var complaints: [NextAction] {
        person.complaints.filter { !person.closedLoops.contains($0.eventID) }.map { complaint in
            NextAction(
                kind: .closeComplaintLoop, about: customer, due: nil, because: complaint.codes,
                position: complaint.position)
        }
    }

    private var detractors: [NextAction] {
        person.detractors.filter { answer in
            guard !person.closedLoops.contains(answer.eventID) else { return false }
            return !person.contacts.contains { $0.direction == "outbound" && $0.occurredAt > answer.occurredAt }
        }.map { answer in
            NextAction(
                kind: .followUpDetractor, about: customer, due: nil, because: answer.codes, position: answer.position)
        }
    }

    private func action(of lead: LeadEntry, _ position: Position) -> NextAction? {
        guard lead.status.isOpen, lead.firstResponseAt == nil, let due = lead.respondBy, due <= time,
            let tag = try? Tag.lead(lead.leadID)
        else { return nil }
        return NextAction(
            kind: .respondToLead, about: tag, due: due, because: [lead.status.rawValue], position: position)
    }

    private func action(of deal: Customer360.OpenDeal) -> NextAction? {
        guard let text = deal.closeDate, let date = CivilDate(text), let tag = try? Tag.opportunity(deal.id) else {
            return nil
        }
        let due = ZonedCalendar.utc.endOfDay(date)
        guard due <= time else { return nil }
        return NextAction(
            kind: .moveDeal, about: tag, due: due, because: [deal.stage, text].compactMap { $0 },
            position: deal.position)
    }

    /// Of each channel the last time that somebody asked for something.
    private var uncoveredChannels: [NextAction] {
        var last: [[UInt8]: Customer360.Contact] = [:]
        for contact in person.contacts where contact.direction == "outbound" && contact.purpose == "ask" {
            if let channel = contact.channel { last[channel.foldedCode] = contact }
        }
        let granted = (privacy?.consents ?? []).filter { $0.status == .granted }
        return last.values.compactMap { contact in
            guard let channel = contact.channel,
                !granted.contains(where: { $0.channel.map { $0.isSameCode(as: channel) } ?? true })
            else { return nil }
            return NextAction(
                kind: .obtainConsent, about: customer, due: nil, because: [channel], position: contact.position)
        }
    }

    private var duplicates: [NextAction] {
        guard let newest = person.suspected.max() else { return [] }
        return [
            NextAction(
                kind: .reviewDuplicates, about: customer, due: nil, because: ["\(person.suspected.count)"],
                position: newest)
        ]
    }
}

extension Timestamp {
    /// A time so much later; nil where that is no time.
    func later(milliseconds: Int64) -> Timestamp? {
        let (micros, overflow) = milliseconds.multipliedReportingOverflow(by: 1000)
        let (sum, isTooLate) = microseconds.addingReportingOverflow(micros)
        return overflow || isTooLate ? nil : Timestamp(microseconds: sum)
    }
}
