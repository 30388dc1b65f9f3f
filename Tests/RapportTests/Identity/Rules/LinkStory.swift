import EventLog
@testable import Rapport

/// What is said of customers and their identifiers, one position after the other, as a test tells it.
struct LinkStory {
    static let start = Timestamp.at("2024-03-01T10:00:00Z")

    private(set) var steps: [IdentityStep] = []

    /// The position of the next step.
    private var next: UInt64 { UInt64(steps.count + 1) }

    /// The id of the event at a position.
    static func id(_ position: UInt64) -> EventID { EventID(high: 9, low: position) }

    /// A customer is recognised by some values.
    @discardableResult
    mutating func link(
        _ customer: String, _ identifiers: (IdentifierType, String)..., source: String = "", after days: Int64 = 0
    ) throws -> EventID {
        let linked = identifiers.compactMap { LinkedIdentifier($0.0, $0.1, source: source) }
        return try link(customer, linked, at: Self.start.plus(days: days))
    }

    @discardableResult
    mutating func link(
        _ customer: String, _ identifiers: [LinkedIdentifier], at time: Timestamp
    ) throws -> EventID {
        let id = Self.id(next)
        steps.append(
            .fact(
                LinkFact(
                    position: Position(next), eventID: id, occurredAt: time, customer: try .customer(customer),
                    identifiers: identifiers)))
        return id
    }

    mutating func takeBack(_ link: EventID) {
        steps.append(.takenBack(link: link))
    }

    /// Somebody, or a rule, merges two customers.
    @discardableResult
    mutating func merge(_ survivor: String, _ absorbed: String, isByRule: Bool = false) throws -> EventID {
        let id = Self.id(next)
        steps.append(
            .merged(
                StatedMerge(
                    id: id, position: Position(next), survivor: try .customer(survivor),
                    absorbed: try .customer(absorbed), isByRule: isByRule)))
        return id
    }

    mutating func unmerge(
        _ merge: EventID, isByRule: Bool = false, moving moved: [EventID: MergeSide] = [:], among members: String...
    ) throws {
        let members = try members.map { try EntityTag.customer($0) }
        steps.append(
            .unmerged(StatedUnmerge(merge: merge, isByRule: isByRule, moved: moved, members: Set(members))))
    }

    mutating func review(_ first: String, _ second: String, _ decision: DuplicateDecision) throws {
        steps.append(
            .reviewed(try .customer(first), try .customer(second), decision, at: Position(next)))
    }

    /// What rules make of it.
    func outcome(_ rules: IdentityRules = .builtIn) -> IdentityOutcome {
        var engine = IdentityEngine(rules)
        for step in steps { engine.add(step) }
        return engine.outcome()
    }

    /// The ids of each person: the canonical one first.
    func persons(_ rules: IdentityRules = .builtIn) -> [[String]] { outcome(rules).people }
}

extension IdentityOutcome {
    /// The ids of each person: the canonical one first.
    var people: [[String]] { persons.map { person in person.members.map { String($0.id) } } }

    /// The kind and the reason of each refusal.
    var reasons: [String] { refusals.map { "\($0.customer.id) \($0.type.code) \($0.reason.rawValue)" } }
}
