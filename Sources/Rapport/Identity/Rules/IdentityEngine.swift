internal import EventLog
internal import LMDB

/// Makes persons of what the log says, by rules. Pure: the same steps under the same rules make the same persons.
///
/// Segment's flat matching, fact by fact in the order of positions. What a fact matches are the persons who hold one of
/// its identifiers that is not blocked, and the person of its own customer. One person gets the identifiers; of several
/// is made one. Unless a limit would be broken, two persons with ids of accounts are never to be one, or two of them
/// were said to be different: then the identifier that counts least is dropped (``IdentityOutcome/Refusal``), and the
/// rest of the fact tried again. So whose identifier it is that two persons have depends on who came first.
///
/// What somebody says goes before the rules. A merge is an edge, whatever the limits; an unmerge, or a review that says
/// "different", keeps rules from making one person of the two, as if it had been said before the first fact; the last
/// word about any of their ids counts (``SamenessWord``). A link that was taken back, and a merge that was undone, was
/// never there. Merges by rules decide nothing: they are what comes of this.
///
/// Whose accounts are whose is known before the first fact, too: of each customer all ids of accounts that the history
/// says count where two persons would be made one, held or not. So a login that comes later forbids an earlier merge.
///
/// Practically O(1) for each step; a step that changes what came before has everything made anew before the next
/// answer, O(steps).
package struct IdentityEngine: Sendable {
    /// One step in numbers.
    struct Entry: Sendable {
        enum Kind: UInt8, Sendable {
            case fact, link, merge, mention
        }

        let kind: Kind
        let position: UInt64
        let occurredAt: Int64
        let eventID: EventID
        let customer: Int32
        /// The other customer of a merge or a review.
        let other: Int32
        /// Where the identifiers of a fact stand.
        let identifiers: Range<Int32>
    }

    /// One event about one customer.
    struct FactKey: Hashable, Sendable {
        let customer: Int32
        let event: EventID
    }

    /// Two customers, in whatever order.
    struct Pair: Hashable, Sendable {
        let low: Int32
        let high: Int32

        init(_ first: Int32, _ second: Int32) {
            (low, high) = (min(first, second), max(first, second))
        }
    }

    /// A customer, and an id of an account that something says of it.
    private struct OwnAccount: Hashable, Sendable {
        let customer: Int32
        let account: Int32
    }

    private struct Merge: Sendable {
        let survivor: Int32
        let absorbed: Int32
        let isByRule: Bool
        var isActive = true
    }

    /// The rules that it goes by.
    package let rules: IdentityRules
    /// How many ids of accounts a person may have in the whole history; 0 is any number.
    let accountLimit: Int
    private(set) var names: IdentityNames
    private(set) var entries: [Entry] = []
    /// The identifiers of all facts.
    private(set) var lists: [Int32] = []
    /// Where the facts of an event begin among the entries.
    private var places: [EventID: Int32] = [:]
    private var takenBack: Set<EventID> = []
    /// Whose a fact is that an unmerge has given to somebody.
    private var moved: [FactKey: Int32] = [:]
    private var merges: [EventID: Merge] = [:]
    /// The last word about whether two are the same, from the first on that says that two are not.
    private var words: [Pair: SamenessWord] = [:]
    /// How many words there were.
    private var wordCount: UInt64 = 0
    /// Whether something was said that changes what came of the entries.
    private var isUnsettled = false

    // What comes of the entries.
    var graph = PersonGraph()
    private var ownAccounts: Set<OwnAccount> = []
    var decisions: [Decision] = []
    var refusals: [CompactRefusal] = []

    /// Without steps: nobody is anybody.
    package init(_ rules: IdentityRules) {
        self.rules = rules
        let rule = rules.rule(for: .userID, source: "")
        accountLimit = rule.map { $0.windowDays == 0 ? Int($0.limit) : 0 } ?? 0
        names = IdentityNames(rules)
    }

    // MARK: Steps

    /// Takes in the next step of the log.
    package mutating func add(_ step: IdentityStep) {
        switch step {
        case .fact(let fact): add(fact)
        case .takenBack(let link): takeBack(link)
        case .merged(let merge): add(merge)
        case .unmerged(let unmerge): add(unmerge)
        case .reviewed(let first, let second, let decision, let position):
            review(first, second, decision, at: position)
        }
    }

    private mutating func add(_ fact: LinkFact) {
        let customer = names.number(of: fact.customer)
        let start = Int32(lists.count)
        lists += names.numbers(of: fact.identifiers)
        let number = Int32(entries.count)
        if places[fact.eventID] == nil { places[fact.eventID] = number }
        append(
            Entry(
                kind: fact.isLink ? .link : .fact, position: fact.position.rawValue,
                occurredAt: fact.occurredAt.microseconds, eventID: fact.eventID, customer: customer,
                other: PersonGraph.none, identifiers: start..<Int32(lists.count)))
    }

    private mutating func takeBack(_ link: EventID) {
        guard takenBack.insert(link).inserted else { return }
        if entries(of: link).contains(where: { entries[$0].kind == .link }) { isUnsettled = true }
    }

    private mutating func add(_ merge: StatedMerge) {
        guard merge.survivor != merge.absorbed, merges[merge.id] == nil else { return }
        let (survivor, absorbed) = (names.number(of: merge.survivor), names.number(of: merge.absorbed))
        merges[merge.id] = Merge(survivor: survivor, absorbed: absorbed, isByRule: merge.isByRule)
        if !merge.isByRule { say(Pair(survivor, absorbed), areDifferent: false) }
        mention(survivor, absorbed, merge.isByRule ? .mention : .merge, merge.id, at: merge.position)
    }

    private mutating func add(_ unmerge: StatedUnmerge) {
        guard let merge = merges[unmerge.merge], merge.isActive else { return }
        merges[unmerge.merge]?.isActive = false
        if !merge.isByRule { isUnsettled = true }
        if !unmerge.isByRule { say(Pair(merge.survivor, merge.absorbed), areDifferent: true) }
        for (event, side) in unmerge.moved where side.isStated {
            for number in entries(of: event)
            where unmerge.members.contains(names.customers[Int(entries[number].customer)]) {
                let key = FactKey(customer: entries[number].customer, event: event)
                moved[key] = side == .survivor ? merge.survivor : merge.absorbed
                isUnsettled = true
            }
        }
    }

    private mutating func review(_ first: Tag, _ second: Tag, _ decision: DuplicateDecision, at position: Position) {
        guard first != second, decision == .same || decision == .different else { return }
        let (one, other) = (names.number(of: first), names.number(of: second))
        mention(one, other, .mention, nil, at: position)
        say(Pair(one, other), areDifferent: decision == .different)
    }

    private mutating func mention(
        _ first: Int32, _ second: Int32, _ kind: Entry.Kind, _ id: EventID?, at position: Position
    ) {
        append(
            Entry(
                kind: kind, position: position.rawValue, occurredAt: 0, eventID: id ?? EventID(high: 0, low: 0),
                customer: first, other: second, identifiers: 0..<0))
    }

    /// Rules made one person of two only if they are one now; so only then it matters that they should not have. That
    /// two are the same may free any of their persons' ids to be one.
    private mutating func say(_ pair: Pair, areDifferent: Bool) {
        // Nothing is there to take back, and what comes later counts anyway.
        if words.isEmpty, !areDifferent { return }
        wordCount += 1
        let word = SamenessWord(areDifferent: areDifferent, order: wordCount)
        words[pair] = word
        if isUnsettled { return }
        graph.grow(customers: names.customers.count, identifiers: names.identifiers.count)
        if !areDifferent || graph.customers.areOne(pair.low, pair.high) {
            isUnsettled = true
        } else {
            graph.say(pair.low, pair.high, word)
        }
    }

    /// The entries of the facts of an event, which stand together.
    private func entries(of event: EventID) -> Range<Int> {
        guard let first = places[event].map({ Int($0) }) else { return 0..<0 }
        var end = first
        while end < entries.count, entries[end].eventID == event { end += 1 }
        return first..<end
    }

    private mutating func append(_ entry: Entry) {
        entries.append(entry)
        if !isUnsettled { process(entries.count - 1) }
    }

    // MARK: Persons

    /// Makes everything anew if something was said that changes what came before.
    mutating func settle() {
        graph.grow(customers: names.customers.count, identifiers: names.identifiers.count)
        guard isUnsettled else { return }
        graph = PersonGraph()
        graph.grow(customers: names.customers.count, identifiers: names.identifiers.count)
        (decisions, refusals) = ([], [])
        ownAccounts = []
        for (pair, word) in words { graph.say(pair.low, pair.high, word) }
        isUnsettled = false
        for entry in entries {
            if let customer = customer(of: entry) { _ = knowsAccounts(entry, of: customer) }
        }
        for number in entries.indices { process(number) }
    }

    /// Whose the fact of an entry is; nil where it was taken back, or there is none.
    private func customer(of entry: Entry) -> Int32? {
        switch entry.kind {
        case .mention, .merge: return nil
        case .fact, .link:
            if entry.kind == .link, !takenBack.isEmpty, takenBack.contains(entry.eventID) { return nil }
            if moved.isEmpty { return entry.customer }
            return moved[FactKey(customer: entry.customer, event: entry.eventID)] ?? entry.customer
        }
    }

    /// Notes the ids of accounts that a fact says of a customer. False when one of them is new of a customer of whom
    /// there were facts before: then it would have counted there.
    private mutating func knowsAccounts(_ entry: Entry, of customer: Int32) -> Bool {
        if accountLimit == 0, !rules.neverMergeIdentified { return true }
        guard entry.identifiers.contains(where: { isAccount(lists[Int($0)]) }) else { return true }
        var isInTime = true
        for account in usedIdentifiers(of: entry) where isAccount(account) {
            let own = OwnAccount(customer: customer, account: account)
            guard ownAccounts.insert(own).inserted else { continue }
            if graph.isSeen(graph.person(of: customer)) { isInTime = false }
            graph.know(account, of: customer)
        }
        return isInTime
    }

    private mutating func process(_ number: Int) {
        let entry = entries[number]
        graph.grow(customers: names.customers.count, identifiers: names.identifiers.count)
        switch entry.kind {
        case .fact, .link:
            guard let customer = customer(of: entry) else { return }
            guard knowsAccounts(entry, of: customer) else {
                isUnsettled = true
                return
            }
            match(Int32(number), entry, of: customer)
        case .mention, .merge:
            graph.see(entry.customer, at: entry.position)
            graph.see(entry.other, at: entry.position)
            guard entry.kind == .merge, merges[entry.eventID]?.isActive == true else { return }
            let (survivor, absorbed) = (graph.person(of: entry.customer), graph.person(of: entry.other))
            if survivor != absorbed { graph.unite(survivor, absorbed) }
        }
    }

    /// The number of a customer; one that nothing was said of is a person alone.
    mutating func number(of customer: Tag) -> Int32 {
        let number = names.number(of: customer)
        graph.grow(customers: names.customers.count, identifiers: names.identifiers.count)
        return number
    }

    /// Whether the events that a merge by a rule went by still say so: none was taken back or annulled, and they have
    /// an identifier in common that joins.
    func holds(_ evidence: [EventID]) -> Bool {
        var common: Set<Int32>?
        for event in evidence {
            let isTakenBack = takenBack.contains(event)
            let facts = entries(of: event).filter { entries[$0].kind == .fact || !isTakenBack }
            if facts.isEmpty { return false }
            let identifiers = facts.flatMap { number in
                lists[Int(entries[number].identifiers.lowerBound)..<Int(entries[number].identifiers.upperBound)]
            }
            let joining = Set(identifiers.filter { !names.identifiers[Int($0)].isBlocked })
            common = common?.intersection(joining) ?? joining
        }
        return common?.isEmpty != true
    }
}
