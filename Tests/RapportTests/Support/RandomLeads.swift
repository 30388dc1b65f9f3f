import EventLog
@testable import Rapport
import TestSupport

/// A lead as a test tells it: what happened to it, and when.
struct LeadStory: Sendable {
    enum Change: Sendable {
        case captured(source: String, medium: String, organisation: String, region: String)
        case scored(UInt32)
        /// `due` 0 states none.
        case assigned(to: String, due: Int64)
        case contacted
        case heard
        case qualified
        case disqualified(String)
        case converted(customer: String, opportunity: String, isExisting: Bool)
    }

    struct Dated: Sendable {
        var at: Timestamp
        var change: Change
    }

    let id: String
    /// In order of occurrence, no two at the same time.
    var changes: [Dated] = []

    init(_ id: String, _ changes: (String, Change)...) {
        self.id = id
        self.changes = changes.map { Dated(at: .at($0.0), change: $0.1) }
    }

    // MARK: As events

    /// In order of occurrence.
    func events() throws -> [NewEvent] { try changes.map { try event($0.change, at: $0.at) } }

    private func event(_ change: Change, at time: Timestamp) throws -> NewEvent {
        let tags = [try Tag.lead(id)]
        switch change {
        case .captured(let source, let medium, let organisation, let region):
            let message = LeadCaptured.with { message in
                message.leadID = id
                message.source = source
                message.medium = medium
                message.organisationName = organisation
                if !region.isEmpty {
                    var attribute = Attribute()
                    attribute.name = "region"
                    attribute.value = region
                    message.attributes = [attribute]
                }
            }
            return try NewEvent(message, about: tags, occurredAt: time)
        case .scored(let score):
            return try NewEvent(LeadScored.with { $0.scoreBp = score }, about: tags, occurredAt: time)
        case .assigned(let owner, let due):
            let message = LeadAssigned.with { message in
                message.to = owner
                message.respondByUs = due
            }
            return try NewEvent(message, about: tags, occurredAt: time)
        case .contacted:
            return try NewEvent(InteractionLogged.with { $0.direction = .outbound }, about: tags, occurredAt: time)
        case .heard:
            return try NewEvent(InteractionLogged.with { $0.direction = .inbound }, about: tags, occurredAt: time)
        case .qualified:
            return try NewEvent(LeadQualified.with { $0.framework = "BANT" }, about: tags, occurredAt: time)
        case .disqualified(let reason):
            return try NewEvent(LeadDisqualified.with { $0.reason = reason }, about: tags, occurredAt: time)
        case .converted(let customer, let opportunity, let isExisting):
            let message = LeadConverted.with { message in
                message.customerID = customer
                message.opportunityID = opportunity
                message.isExistingOpportunity = isExisting
            }
            return try NewEvent(message, about: tags, occurredAt: time)
        }
    }
}

// MARK: - As it stands, by plain searches

extension LeadStory.Change {
    var isCapture: Bool { if case .captured = self { true } else { false } }
    var isAssignment: Bool { if case .assigned = self { true } else { false } }
    var isResponse: Bool { if case .contacted = self { true } else { false } }
    var isQualification: Bool { if case .qualified = self { true } else { false } }
    var isConversion: Bool { if case .converted = self { true } else { false } }
    var opensAgain: Bool { isCapture || isAssignment || isQualification }

    var isDisqualification: Bool { if case .disqualified = self { true } else { false } }
}

extension LeadStory {
    private func first(_ isWanted: (Change) -> Bool) -> Timestamp? { changes.first { isWanted($0.change) }?.at }

    var capturedAt: Timestamp { first(\.isCapture) ?? changes[0].at }
    var respondedAt: Timestamp? { first(\.isResponse) }
    var qualifiedAt: Timestamp? { first(\.isQualification) }
    var convertedAt: Timestamp? { first(\.isConversion) }

    /// Each time that the lead was given up while it was open.
    var disqualifications: [Timestamp] {
        changes.indices.filter { index in
            let before = changes[..<index].map(\.change)
            guard changes[index].change.isDisqualification, !before.contains(where: \.isConversion) else {
                return false
            }
            return !(before.last { $0.opensAgain || $0.isDisqualification }?.isDisqualification ?? false)
        }.map { changes[$0].at }
    }

    var owner: String {
        for dated in changes.reversed() { if case .assigned(let owner, _) = dated.change { return owner } }
        return ""
    }

    /// After everything that happened before `end`.
    func status(before end: Timestamp? = nil) -> LeadStatus {
        let past = changes.filter { dated in end.map { dated.at < $0 } ?? true }.map(\.change)
        if past.contains(where: \.isConversion) { return .converted }
        if let given = past.lastIndex(where: \.isDisqualification), !past[given...].contains(where: \.opensAgain) {
            return .disqualified
        }
        if past.contains(where: \.isQualification) { return .qualified }
        if past.contains(where: \.isResponse) { return .contacted }
        return owner.isEmpty ? .new : .assigned
    }

    /// The value that it counts under; empty without one.
    func value(of dimension: String) -> String {
        var source = ""
        var medium = ""
        var region = ""
        for dated in changes {
            guard case .captured(let from, let through, _, let place) = dated.change else { continue }
            if source.isEmpty { source = from }
            if medium.isEmpty { medium = through }
            if !place.isEmpty { region = place }
        }
        return ["source": source, "medium": medium, "region": region, "owner": owner][dimension] ?? ""
    }

    var entry: LeadEntry {
        var organisation = ""
        var score: Int64?
        var due: Int64?
        var reason = ""
        var deal: (customer: String, opportunity: String, isExisting: Bool)?
        for dated in changes {
            switch dated.change {
            case .captured(_, _, let name, _): if !name.isEmpty { organisation = name }
            case .scored(let points): score = Int64(points)
            case .assigned(_, let until): if until != 0 { due = until }
            case .disqualified(let why):
                // One that begins anew forgets the reasons before.
                if disqualifications.contains(dated.at) { reason = "" }
                if !why.isEmpty { reason = why }
            case .converted(let customer, let opportunity, let isExisting):
                if deal == nil { deal = (customer, opportunity, isExisting) }
            case .contacted, .heard, .qualified: break
            }
        }
        func known(_ text: String) -> String? { text.isEmpty ? nil : text }
        let status = status()
        let closedAt = status == .converted ? convertedAt : status == .disqualified ? disqualifications.last : nil
        return LeadEntry(
            leadID: id, status: status, organisation: known(organisation), source: known(value(of: "source")),
            medium: known(value(of: "medium")), owner: known(owner), scoreBp: score, capturedAt: capturedAt,
            respondBy: due.map { Timestamp(microseconds: $0) }, firstResponseAt: respondedAt,
            firstResponseMs: respondedAt.map {
                Int64((Double($0.microseconds - capturedAt.microseconds) / 1000).rounded(.down))
            },
            qualifiedAt: qualifiedAt, closedAt: closedAt, reason: status == .disqualified ? known(reason) : nil,
            customer: known(deal?.customer ?? ""), opportunity: known(deal?.opportunity ?? ""),
            isExistingOpportunity: deal?.isExisting)
    }
}

// MARK: - Random stories

/// Random leads of the year 2024: all kinds of changes at any microsecond, in any order.
struct RandomLeads {
    private var random: SeededGenerator

    static let zones = RandomDeals.zones

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func one<Element>(of elements: [Element]) -> Element { elements[number(in: 0...elements.count - 1)] }

    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] { elements.shuffled(using: &random) }

    /// A day around the year 2024, or none.
    mutating func day() -> CivilDate? {
        if number(in: 1...4) == 1 { return nil }
        return CivilDate(daysSinceEpoch: CivilDate.on("2023-12-20").daysSinceEpoch + number(in: 0...450))
    }

    mutating func stories(_ count: Int) -> [LeadStory] {
        (1...count).map { story($0.isMultiple(of: 3) ? "线索-\($0)" : "L-\($0)") }
    }

    private mutating func story(_ id: String) -> LeadStory {
        var story = LeadStory(id)
        var time = Timestamp.at("2024-01-01T00:00:00Z").plus(seconds: Int64(number(in: 0...330 * 86_400)))
        let count = number(in: 1...10)
        // Most begin with their capture; some are captured later, or never.
        for step in 0..<count {
            let next = step == 0 && number(in: 1...4) > 1 ? capture() : anyChange(at: time)
            story.changes.append(LeadStory.Dated(at: time, change: next))
            time = time.advanced(byMicroseconds: Int64(number(in: 1...9 * 86_400_000_000)))
        }
        return story
    }

    private mutating func capture() -> LeadStory.Change {
        .captured(
            source: one(of: ["", "fair", "web", "推荐"]), medium: one(of: ["", "form", "phone"]),
            organisation: one(of: ["", "Acme", "海尔"]), region: one(of: ["", "north", "south"]))
    }

    private mutating func anyChange(at time: Timestamp) -> LeadStory.Change {
        switch number(in: 1...20) {
        case 1...2: return capture()
        case 3...4: return .scored(UInt32(number(in: 0...10_000)))
        case 5...8:
            let due = number(in: 1...3) == 1 ? 0 : time.plus(seconds: 7200).microseconds
            return .assigned(to: one(of: ["", "ada", "bo", "组"]), due: due)
        case 9...11: return .contacted
        case 12: return .heard
        case 13...15: return .qualified
        case 16...18: return .disqualified(one(of: ["", "budget", "spam"]))
        default:
            return .converted(
                customer: one(of: ["", "C-1", "C-2"]), opportunity: one(of: ["", "O-1"]),
                isExisting: number(in: 1...2) == 1)
        }
    }
}
