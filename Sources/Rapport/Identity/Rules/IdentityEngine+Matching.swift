internal import EventLog

extension IdentityEngine {
    /// A merge that rules have decided, in numbers.
    struct Decision: Sendable {
        /// The entry of the fact that decided it.
        let fact: Int32
        /// The entry of the link that the other person held the identifier by.
        let link: Int32
        let identifier: Int32
        let survivor: Int32
        let absorbed: Int32
    }

    /// An identifier that a fact says and nobody got.
    struct CompactRefusal: Sendable {
        let fact: Int32
        let identifier: Int32
        let reason: IdentityOutcome.Reason
    }

    /// So many identifiers of one fact are looked at, those that count most.
    private static var mostIdentifiers: Int { 100 }

    /// The identifiers of a fact that may join somebody, the one that counts most first.
    func usedIdentifiers(of entry: Entry) -> [Int32] {
        var used: [Int32] = []
        for index in entry.identifiers {
            let identifier = lists[Int(index)]
            if names.identifiers[Int(identifier)].isBlocked { continue }
            used.append(identifier)
            if used.count == Self.mostIdentifiers { break }
        }
        return used
    }

    /// Takes in one fact about a customer.
    mutating func match(_ fact: Int32, _ entry: Entry, of customer: Int32) {
        graph.see(customer, at: entry.position)
        var rest = usedIdentifiers(of: entry)
        refuseUnused(rest.count, fact, entry)
        while let least = rest.last {
            guard let reason = objection(to: rest, of: customer, ending: entry.occurredAt) else {
                return join(rest, fact, entry, of: customer)
            }
            refusals.append(CompactRefusal(fact: fact, identifier: least, reason: reason))
            rest.removeLast()
        }
    }

    /// - Parameter count: how many identifiers of the fact are used.
    private mutating func refuseUnused(_ count: Int, _ fact: Int32, _ entry: Entry) {
        if count == entry.identifiers.count { return }
        var used = 0
        for index in entry.identifiers {
            let identifier = lists[Int(index)]
            if names.identifiers[Int(identifier)].isBlocked {
                refusals.append(CompactRefusal(fact: fact, identifier: identifier, reason: .blocked))
            } else if used == count {
                refusals.append(CompactRefusal(fact: fact, identifier: identifier, reason: .many))
            } else {
                used += 1
            }
        }
    }

    // MARK: Objections

    /// What speaks against one person of all who hold one of these identifiers and the customer; nil when nothing does.
    private func objection(
        to identifiers: [Int32], of customer: Int32, ending time: Int64
    ) -> IdentityOutcome.Reason? {
        let own = graph.person(of: customer)
        var persons = [own]
        var bringsAccount = false
        for identifier in identifiers {
            guard let holding = graph.holding(identifier) else {
                if isAccount(identifier) { bringsAccount = true }
                continue
            }
            let person = graph.person(of: holding.customer)
            if !persons.contains(person) { persons.append(person) }
        }
        if breaksLimit(persons, identifiers, ending: time) { return .limit }
        guard persons.count > 1 else { return nil }
        if breaksAccountLimit(persons) { return .limit }
        let ids = persons.reduce(0) { $0 + graph.customers.size(of: $1) }
        if ids > ResolvedPerson.mostIDs { return .size }
        if rules.neverMergeIdentified {
            var identified = persons.count { graph.isIdentified($0) }
            if !graph.isIdentified(own), bringsAccount { identified += 1 }
            if identified > 1 || haveSeveralAccounts(persons) { return .identified }
        }
        return graph.areDifferent(persons) ? .different : nil
    }

    /// Values of a kind that persons have.
    private struct SlotTally {
        /// How many they would have as one.
        var all = 0
        /// How many any of them has now.
        var most = 0
    }

    /// Whether the person would have more values of a kind than it may, and more than any of the persons has now: who
    /// has too many already, as after a merge by somebody, is not kept from what changes nothing. O(identifiers, and
    /// kinds of them that the persons hold).
    private func breaksLimit(_ persons: [Int32], _ identifiers: [Int32], ending time: Int64) -> Bool {
        // What the fact adds, by kind.
        var tallies: [Int32: SlotTally] = [:]
        for identifier in identifiers {
            let slot = slot(of: identifier)
            let entry = names.slots[Int(slot)]
            if entry.rule.limit == 0 { continue }
            let isThere: Bool =
                if let window = entry.window {
                    graph.isSighted(identifier, within: window, ending: time)
                } else {
                    graph.holding(identifier) != nil
                }
            tallies[slot, default: SlotTally()].all += isThere ? 0 : 1
        }
        for person in persons {
            graph.forEachCount(of: person) { slot, held in
                let entry = names.slots[Int(slot)]
                // Of one person's kinds only those change that the fact has.
                if entry.rule.limit == 0 || (persons.count == 1 && tallies[slot] == nil) { return }
                var count = held
                if let window = entry.window {
                    count = graph.count(of: person, in: slot, within: window, ending: time) { self.slot(of: $0) }
                }
                var tally = tallies[slot] ?? SlotTally()
                tally.all += count
                tally.most = max(tally.most, count)
                tallies[slot] = tally
            }
        }
        return tallies.contains { slot, tally in
            tally.all > Int(names.slots[Int(slot)].rule.limit) && tally.all > tally.most
        }
    }

    /// As ``breaksLimit(_:_:ending:)`` for the ids of accounts that the persons have in the whole history.
    private func breaksAccountLimit(_ persons: [Int32]) -> Bool {
        if accountLimit == 0 { return false }
        let own = persons.map { graph.accounts(of: $0) }
        guard own.reduce(0, { $0 + $1.count }) > accountLimit else { return false }
        let all = own.reduce(into: Set<Int32>()) { $0.formUnion($1) }
        let most = own.map { $0.count }.max() ?? 0
        return all.count > accountLimit && all.count > most
    }

    /// Whether two of the persons each have an id of an account, in the whole history, that the other one has not.
    private func haveSeveralAccounts(_ persons: [Int32]) -> Bool {
        let own = persons.map { graph.accounts(of: $0) }.sorted { $0.count < $1.count }
        // Each of them has all that the one before has, or two differ.
        return zip(own, own.dropFirst()).contains { fewer, more in !fewer.isSubset(of: more) }
    }

    private func slot(of identifier: Int32) -> Int32 { names.identifiers[Int(identifier)].slot }

    func isAccount(_ identifier: Int32) -> Bool {
        names.slots[Int(slot(of: identifier))].type == .userID
    }

    // MARK: Joining

    /// Gives the customer the identifiers that nobody holds, and makes one person of all who hold the others.
    private mutating func join(_ identifiers: [Int32], _ fact: Int32, _ entry: Entry, of customer: Int32) {
        var held: [(identifier: Int32, customer: Int32, link: Int32)] = []
        for identifier in identifiers {
            if let holding = graph.holding(identifier) {
                held.append((identifier, holding.customer, holding.link))
            } else {
                graph.attach(
                    identifier, in: slot(of: identifier), isAccount: isAccount(identifier), to: customer, link: fact)
            }
        }
        for (identifier, holder, link) in held {
            let (own, other) = (graph.person(of: customer), graph.person(of: holder))
            if own == other { continue }
            let survives = graph.survives(own, other) { names.customers[Int($0)] < names.customers[Int($1)] }
            decisions.append(
                Decision(
                    fact: fact, link: link, identifier: identifier, survivor: survives ? customer : holder,
                    absorbed: survives ? holder : customer))
            graph.unite(survives ? own : other, survives ? other : own)
        }
        for identifier in identifiers where names.slots[Int(slot(of: identifier))].window != nil {
            graph.sight(identifier, of: graph.person(of: customer), at: entry.occurredAt)
        }
    }
}
