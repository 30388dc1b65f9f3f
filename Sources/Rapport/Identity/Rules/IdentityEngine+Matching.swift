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

    /// Takes in one fact about a customer.
    mutating func match(_ fact: Int32, _ entry: Entry, of customer: Int32) {
        graph.see(customer, at: entry.position)
        var rest: [Int32] = []
        for index in entry.identifiers {
            let identifier = lists[Int(index)]
            if names.identifiers[Int(identifier)].isBlocked {
                refusals.append(CompactRefusal(fact: fact, identifier: identifier, reason: .blocked))
            } else {
                rest.append(identifier)
            }
        }
        while let least = rest.last {
            guard let reason = objection(to: rest, of: customer, ending: entry.occurredAt) else {
                return join(rest, fact, entry, of: customer)
            }
            refusals.append(CompactRefusal(fact: fact, identifier: least, reason: reason))
            rest.removeLast()
        }
    }

    // MARK: Objections

    /// What speaks against one person of all who hold one of these identifiers and the customer; nil when nothing does.
    private func objection(
        to identifiers: [Int32], of customer: Int32, ending time: Int64
    ) -> IdentityOutcome.Reason? {
        let own = graph.person(of: customer)
        var persons = [own]
        /// Those that nobody holds.
        var new: [Int32] = []
        for identifier in identifiers {
            guard let holding = graph.holding(identifier) else {
                new.append(identifier)
                continue
            }
            let person = graph.person(of: holding.customer)
            if !persons.contains(person) { persons.append(person) }
        }
        if breaksLimit(persons, identifiers, new, ending: time) { return .limit }
        guard persons.count > 1 else { return nil }
        let ids = persons.reduce(0) { $0 + graph.customers.size(of: $1) }
        if ids > ResolvedPerson.mostIDs { return .size }
        if rules.neverMergeIdentified {
            var identified = persons.count { graph.isIdentified($0) }
            if !graph.isIdentified(own), new.contains(where: { isAccount($0) }) { identified += 1 }
            if identified > 1 { return .identified }
        }
        return graph.areDifferent(persons) ? .different : nil
    }

    /// Whether the person would have more values of a kind than it may, and more than any of the persons has now: who
    /// has too many already, as after a merge by somebody, is not kept from what changes nothing.
    private func breaksLimit(
        _ persons: [Int32], _ identifiers: [Int32], _ new: [Int32], ending time: Int64
    ) -> Bool {
        var slots = identifiers.map { slot(of: $0) }
        if persons.count > 1 { slots += persons.flatMap { graph.slots(of: $0) } }
        for (index, slot) in slots.enumerated() where !slots[..<index].contains(slot) {
            let rule = names.slots[Int(slot)].rule
            let window = names.slots[Int(slot)].window
            if rule.limit == 0 { continue }
            let counts = persons.map { person in
                graph.count(of: person, in: slot, window: window, ending: time) { self.slot(of: $0) }
            }
            let added = identifiers.count { identifier in
                guard self.slot(of: identifier) == slot else { return false }
                if let window { return !graph.isSighted(identifier, within: window, ending: time) }
                return new.contains(identifier)
            }
            let after = counts.reduce(added, +)
            if after > Int(rule.limit), after > counts.max() ?? 0 { return true }
        }
        return false
    }

    private func slot(of identifier: Int32) -> Int32 { names.identifiers[Int(identifier)].slot }

    private func isAccount(_ identifier: Int32) -> Bool {
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
