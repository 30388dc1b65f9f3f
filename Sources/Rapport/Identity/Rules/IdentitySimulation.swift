public import EventLog

/// Who would be who if rules decided about the whole history, beside who is.
///
/// The rules go by what events say: registrations, fields of profiles that are identifiers, and links, but for those
/// that were taken back or annulled. Each fact in the order of the log matches the persons who hold one of its
/// identifiers, and its own. Of several one person is made, unless a limit would be broken, both have ids of accounts
/// and the rules forbid that, or somebody said that two of them are different; then the fact's identifier that counts
/// least is dropped, and the rest tried again. So an identifier that two customers share at a counter stays with the
/// one who had it first. A link that would break a limit of the customer's own person is not used.
///
/// Ids of accounts count for their customers from the first fact on, also those that are linked later: a visitor who
/// logs in as somebody else afterwards was somebody else before. Where ids of accounts have a window, their limit goes
/// by it alone. Of one fact a hundred identifiers are looked at, those of the kinds that count most.
///
/// Merges that somebody made stay, and keep counting as one person.
public struct IdentitySimulation: Codable, Sendable, Hashable {
    /// A merge that a rule would make.
    public struct Link: Codable, Sendable, Hashable {
        /// The customer on the side whose id stays.
        public let survivor: Tag
        /// The customer on the other side.
        public let absorbed: Tag
        /// The kind of identifier that both have, as ``IdentifierType/code``.
        public let rule: String
        /// The events that say so, in position order.
        public let evidence: [EventID]
        /// The position of the last of them.
        public let position: Position
    }

    /// Persons of now that would be one.
    public struct Join: Codable, Sendable, Hashable {
        /// Their canonical ids, in byte order.
        public let persons: [Tag]
        /// Why, in position order.
        public let links: [Link]
    }

    /// A person of now that would be several.
    public struct Split: Codable, Sendable, Hashable {
        /// The canonical id of now.
        public let person: Tag
        /// Which of its ids would stay together: each group, and the groups, in byte order.
        public let groups: [[Tag]]
        /// The merges by rules that would be taken back, in position order.
        public let merges: [EventID]
    }

    /// How many persons hold so many identifiers.
    public struct Holding: Codable, Sendable, Hashable {
        /// The number of identifiers.
        public let identifiers: Int
        /// How many persons.
        public let persons: Int
    }

    /// How many identifiers of facts joined nobody for a reason.
    public struct Refused: Codable, Sendable, Hashable {
        /// `blocked`, `different`, `identified`, `limit`, `many` or `size`.
        public let reason: String
        /// How many.
        public let count: Int
    }

    /// The version of the rules that were tried; 0 for rules that were not set.
    public let rulesVersion: UInt32
    /// Up to where the log was read.
    public let position: Position
    /// How many events were read that decide who is who.
    public let eventsRead: Int
    /// How many customers these name.
    public let customers: Int
    /// How many persons they are.
    public let personsNow: Int
    /// How many persons they would be.
    public let personsUnderRules: Int
    /// In the byte order of their first ids.
    public let wouldMerge: [Join]
    /// In the byte order of their ids.
    public let wouldSplit: [Split]
    /// How many merges would be appended, and how many taken back. A merge whose evidence is gone is taken back and
    /// another one appended where other links say the same: then nobody merges or splits.
    public let newMerges: Int
    /// How many merges by rules would be taken back.
    public let goneMerges: Int
    /// How many are left alone because an id of the person is erased or restricted, or the evidence cannot be opened.
    public let leftAlone: Int
    /// Every reason, by the alphabet.
    public let refused: [Refused]
    /// By the number of identifiers.
    public let holdings: [Holding]
    /// Events of which a part does not open although nobody is erased; what they say is not known.
    public let unopened: Int
    /// Events that cannot be read, and say nothing.
    public let unreadable: Int

    /// Whether persons are what these rules make of them: nothing would be appended.
    public var isSettled: Bool { newMerges == 0 && goneMerges == 0 }
}

/// How far the log was read for rules.
public struct IdentityRulesProgress: Sendable, Hashable {
    /// Up to where.
    public let position: Position
    /// Where it ends.
    public let end: Position
}

// MARK: - Making it

extension IdentitySimulation {
    /// - Parameter engine: the one that `plan` was made of.
    init(_ plan: IdentityPlan, _ engine: IdentityEngine, _ identity: IdentityView, _ tally: LinkFactReader.Tally) {
        rulesVersion = engine.rules.version
        position = identity.position
        eventsRead = tally.events
        customers = engine.names.customers.count
        personsNow = plan.before.setCount
        personsUnderRules = plan.after.setCount
        wouldMerge = Self.joins(plan, engine, identity)
        wouldSplit = Self.splits(plan, engine, identity)
        newMerges = plan.merges.count
        goneMerges = plan.unmerges.count
        leftAlone = plan.leftAlone
        var counts: [IdentityOutcome.Reason: Int] = [:]
        for refusal in engine.refusals { counts[refusal.reason, default: 0] += 1 }
        refused = IdentityOutcome.Reason.allCases.map { Refused(reason: $0.rawValue, count: counts[$0] ?? 0) }
        holdings = Self.holdings(engine)
        unopened = tally.unopened.count
        unreadable = tally.unreadable
    }

    /// Each person of the rules that is made of several of now: every one of them is at an end of a new merge.
    private static func joins(
        _ plan: IdentityPlan, _ engine: IdentityEngine, _ identity: IdentityView
    ) -> [Join] {
        var persons: [Int32: Set<Tag>] = [:]
        var links: [Int32: [Link]] = [:]
        for merge in plan.merges {
            guard let survivor = engine.names.known(merge.survivor), let absorbed = engine.names.known(merge.absorbed)
            else { continue }
            let person = plan.after.root(of: survivor)
            persons[person, default: []].formUnion([
                identity.canonical(of: merge.survivor), identity.canonical(of: merge.absorbed),
            ])
            if plan.before.areOne(survivor, absorbed) { continue }
            links[person, default: []].append(
                Link(
                    survivor: merge.survivor, absorbed: merge.absorbed, rule: merge.rule, evidence: merge.evidence,
                    position: merge.position))
        }
        return persons.filter { $0.value.count > 1 }
            .map { Join(persons: $0.value.sorted(), links: links[$0.key] ?? []) }
            .sorted { $0.persons.lexicographicallyPrecedes($1.persons) }
    }

    private static func splits(
        _ plan: IdentityPlan, _ engine: IdentityEngine, _ identity: IdentityView
    ) -> [Split] {
        var merges: [Tag: [EventID]] = [:]
        for merge in plan.unmerges { merges[identity.canonical(of: merge.survivor), default: []].append(merge.eventID) }
        var splits: [Split] = []
        for (person, gone) in merges {
            let members = identity.members(of: person)
            // Each of them is named by a merge, and so is known.
            let groups = Dictionary(grouping: members) { engine.names.known($0).map { plan.after.root(of: $0) } }
            guard groups.count > 1 else { continue }
            splits.append(
                Split(
                    person: person,
                    groups: groups.values.map { $0.sorted() }.sorted { $0.lexicographicallyPrecedes($1) },
                    merges: gone))
        }
        return splits.sorted { $0.person < $1.person }
    }

    private static func holdings(_ engine: IdentityEngine) -> [Holding] {
        var persons: [Int: Int] = [:]
        for number in engine.names.customers.indices {
            let customer = Int32(number)
            guard engine.graph.person(of: customer) == customer, engine.graph.isSeen(customer) else { continue }
            persons[engine.graph.identifierCount(of: customer), default: 0] += 1
        }
        return persons.sorted { $0.key < $1.key }.map { Holding(identifiers: $0.key, persons: $0.value) }
    }
}
