import EventLog
@testable import Rapport

/// Flat matching as it is told, with plain sets, and everything from the first fact on for each answer: what the engine
/// must agree with.
struct PlainIdentityRules {
    private struct Value: Hashable {
        let type: IdentifierType
        let text: String
    }

    private struct Person {
        var ids: Set<EntityTag>
        var held: [Value: [Timestamp]] = [:]

        var isIdentified: Bool { held.keys.contains { $0.type == .userID } }
    }

    private let rules: IdentityRules
    private var persons: [Person] = []
    /// Who was said to be the same or not, in the order in which it was said.
    private var words: [(ids: Set<EntityTag>, areDifferent: Bool)] = []
    /// The ids of accounts that any fact says of a customer.
    private var accounts: [EntityTag: Set<Value>] = [:]

    /// Who is who after `steps`; no rule is blocked, and no event moved.
    static func persons(_ steps: [IdentityStep], _ rules: IdentityRules) -> Set<Set<EntityTag>> {
        var plain = PlainIdentityRules(rules: rules)
        let undone = plain.lookAhead(steps)
        for step in steps {
            switch step {
            case .fact(let fact):
                if !undone.links.contains(fact.eventID) { plain.take(fact) }
            case .merged(let merge):
                if merge.survivor == merge.absorbed { continue }
                let (survivor, absorbed) = (plain.index(of: merge.survivor), plain.index(of: merge.absorbed))
                if !merge.isByRule, !undone.merges.contains(merge.id) { plain.unite([survivor, absorbed]) }
            case .reviewed(let first, let second, let decision, _):
                if first == second || (decision != .same && decision != .different) { continue }
                _ = plain.index(of: first)
                _ = plain.index(of: second)
            default: continue
            }
        }
        return Set(plain.persons.map(\.ids))
    }

    private init(rules: IdentityRules) {
        self.rules = rules
    }

    private mutating func lookAhead(_ steps: [IdentityStep]) -> (links: Set<EventID>, merges: Set<EventID>) {
        var links: Set<EventID> = []
        var merges: [EventID: StatedMerge] = [:]
        var undone: Set<EventID> = []
        for step in steps {
            switch step {
            case .takenBack(let link): links.insert(link)
            case .merged(let merge):
                merges[merge.id] = merge
                if !merge.isByRule { words.append(([merge.survivor, merge.absorbed], false)) }
            case .unmerged(let unmerge):
                guard let merge = merges[unmerge.merge], undone.insert(merge.id).inserted else { continue }
                if !unmerge.isByRule { words.append(([merge.survivor, merge.absorbed], true)) }
            case .reviewed(let first, let second, .different, _): words.append(([first, second], true))
            case .reviewed(let first, let second, .same, _): words.append(([first, second], false))
            default: continue
            }
        }
        for case .fact(let fact) in steps where !links.contains(fact.eventID) {
            for identifier in fact.identifiers where identifier.type == .userID {
                accounts[fact.customer, default: []].insert(Value(type: .userID, text: identifier.text))
            }
        }
        return (links, undone)
    }

    private mutating func index(of customer: EntityTag) -> Int {
        if let known = persons.firstIndex(where: { $0.ids.contains(customer) }) { return known }
        persons.append(Person(ids: [customer]))
        return persons.count - 1
    }

    private mutating func unite(_ indices: Set<Int>) {
        var one = Person(ids: [])
        for index in indices {
            one.ids.formUnion(persons[index].ids)
            one.held.merge(persons[index].held) { $0 + $1 }
        }
        persons = persons.indices.filter { !indices.contains($0) }.map { persons[$0] } + [one]
    }

    private mutating func take(_ fact: LinkFact) {
        let own = index(of: fact.customer)
        var rest = Set(fact.identifiers.map { Value(type: $0.type, text: $0.text) }).sorted { left, right in
            (priority(left), left.text) < (priority(right), right.text)
        }
        while !rest.isEmpty {
            var matched: Set<Int> = [own]
            for (index, person) in persons.enumerated() where rest.contains(where: { person.held[$0] != nil }) {
                matched.insert(index)
            }
            if isAllowed(matched, own, rest, at: fact.occurredAt) {
                unite(matched)
                for value in rest { persons[persons.count - 1].held[value, default: []].append(fact.occurredAt) }
                return
            }
            rest.removeLast()
        }
    }

    private func priority(_ value: Value) -> UInt32 { rules.rule(for: value.type, source: "")?.priority ?? .max }

    private func isAllowed(_ matched: Set<Int>, _ own: Int, _ rest: [Value], at time: Timestamp) -> Bool {
        for rule in rules.rules where rule.limit > 0 {
            let start = rule.windowDays == 0 ? nil : time.plus(days: -Int64(rule.windowDays))
            let counted = matched.map { index in
                Set(
                    persons[index].held.filter { value, times in
                        value.type == rule.type
                            && (start.map { start in times.contains { $0 > start && $0 <= time } } ?? true)
                    }.keys)
            }
            let all = counted.reduce(into: Set(rest.filter { $0.type == rule.type })) { $0.formUnion($1) }
            if all.count > Int(rule.limit), all.count > counted.map(\.count).max() ?? 0 { return false }
        }
        if matched.count > 1, !isAllowedByAccounts(matched) { return false }
        if rules.neverMergeIdentified, matched.count > 1 {
            var identified = matched.count { persons[$0].isIdentified }
            let isNew = rest.contains { value in
                value.type == .userID && !matched.contains { persons[$0].held[value] != nil }
            }
            if !persons[own].isIdentified, isNew { identified += 1 }
            if identified > 1 { return false }
        }
        return !matched.contains { one in
            matched.contains { other in
                guard one < other else { return false }
                let last = words.last { word in
                    word.ids.contains { persons[one].ids.contains($0) }
                        && word.ids.contains { persons[other].ids.contains($0) }
                }
                return last?.areDifferent ?? false
            }
        }
    }

    /// By all ids of accounts that the whole story says of somebody.
    private func isAllowedByAccounts(_ matched: Set<Int>) -> Bool {
        let own = matched.map { index in
            persons[index].ids.reduce(into: Set<Value>()) { $0.formUnion(accounts[$1] ?? []) }
        }
        let all = own.reduce(into: Set<Value>()) { $0.formUnion($1) }
        for rule in rules.rules where rule.type == .userID && rule.limit > 0 {
            if all.count > Int(rule.limit), own.allSatisfy({ $0.count < all.count }) { return false }
        }
        if !rules.neverMergeIdentified { return true }
        return own.allSatisfy { one in own.allSatisfy { $0.isSubset(of: one) || one.isSubset(of: $0) } }
    }
}
