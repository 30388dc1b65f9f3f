package import EventLog

/// What rules make of the facts: persons, the merges behind them, and the links that were of no use.
package struct IdentityOutcome: Hashable, Sendable {
    /// One person.
    package struct Person: Hashable, Sendable {
        /// The customer whose id the person has.
        package let canonical: Tag
        /// All ids: the canonical one first, the others in byte order.
        package let members: [Tag]
        /// How many identifiers it holds.
        package let identifierCount: Int
    }

    /// Two persons that a rule has made one: an edge between the customers of two links.
    package struct Merge: Hashable, Sendable {
        /// The position of the fact that decided it.
        package let position: Position
        /// The customer of the person whose id stays.
        package let survivor: Tag
        /// The customer of the person who is taken in.
        package let absorbed: Tag
        /// The kind of identifier that both have, as ``IdentifierType/code``; its value is told nowhere.
        package let rule: String
        /// The events that say that both have it, in position order.
        package let evidence: [EventID]
    }

    /// Why an identifier of a fact was dropped.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Its value joins nobody.
        case blocked
        /// Two of the persons were said to be different.
        case different
        /// Two of the persons have ids of accounts.
        case identified
        /// The person would have more values of a kind than it may.
        case limit
        /// The fact says more identifiers than are looked at.
        case many
        /// The person would have more ids than ``ResolvedPerson/mostIDs``.
        case size
    }

    /// An identifier that a fact says, and that joined nobody.
    package struct Refusal: Hashable, Sendable {
        /// The position of the fact.
        package let position: Position
        /// The id of the event.
        package let eventID: EventID
        /// Whose fact it is.
        package let customer: Tag
        /// The kind of identifier.
        package let type: IdentifierType
        /// Why.
        package let reason: Reason
    }

    /// By canonical id, in byte order. Customers of whom nothing holds any more are not among them.
    package let persons: [Person]
    /// In position order; together with the merges by somebody they hold the persons together.
    package let merges: [Merge]
    /// In position order.
    package let refusals: [Refusal]
}

extension IdentityEngine {
    /// What comes of the steps so far. O(customers + refusals), after ``settle()``.
    package mutating func outcome() -> IdentityOutcome {
        settle()
        var members: [Int32: [Tag]] = [:]
        for number in names.customers.indices {
            let person = graph.person(of: Int32(number))
            guard graph.isSeen(person) else { continue }
            members[person, default: []].append(names.customers[number])
        }
        let persons = members.map { person, members in
            let canonical = names.customers[Int(graph.canonical(of: person))]
            return IdentityOutcome.Person(
                canonical: canonical, members: [canonical] + members.filter { $0 != canonical }.sorted(),
                identifierCount: graph.identifierCount(of: person))
        }
        return IdentityOutcome(
            persons: persons.sorted { $0.canonical < $1.canonical }, merges: decisions.map { merge($0) },
            refusals: refusals.map { refusal in
                let entry = entries[Int(refusal.fact)]
                return IdentityOutcome.Refusal(
                    position: Position(entry.position), eventID: entry.eventID,
                    customer: names.customers[Int(entry.customer)],
                    type: kind(of: refusal.identifier), reason: refusal.reason)
            })
    }

    /// A decision in words.
    func merge(_ decision: Decision) -> IdentityOutcome.Merge {
        let (link, fact) = (entries[Int(decision.link)], entries[Int(decision.fact)])
        return IdentityOutcome.Merge(
            position: Position(fact.position), survivor: names.customers[Int(decision.survivor)],
            absorbed: names.customers[Int(decision.absorbed)], rule: kind(of: decision.identifier).code,
            evidence: link.eventID == fact.eventID ? [fact.eventID] : [link.eventID, fact.eventID])
    }

    private func kind(of identifier: Int32) -> IdentifierType {
        names.slots[Int(names.identifiers[Int(identifier)].slot)].type
    }
}
