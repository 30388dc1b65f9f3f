@testable import EventLog

/// What a log should do, said with arrays and linear scans: no index, no batch, no disk.
///
/// Every place of a command is resolved, since commands are carried out one by one.
struct ModelLog {
    /// The event at position n is `events[n - 1]`.
    private var events: [ModelFacts] = []
    /// What each of them holds.
    private var contents: [UInt64] = []
    /// Types in the order of their first use.
    private var types: [Int] = []
    private var followers: [Int: (query: ModelQuery, from: UInt64)] = [:]
    /// For the test that the comparison finds what is wrong.
    var ignoresConditions = false

    var head: UInt64 { UInt64(events.count) }

    /// Carries out everything but ``ModelCommand/together(_:)``.
    mutating func carryOut(_ command: ModelCommand) -> ModelOutcome {
        switch command {
        case .append(let append): return self.append(append)
        case .together: preconditionFailure("appends at the same time are carried out in some order")
        case .read(let read): return self.read(read)
        case .position(let number): return .position(position(of: number))
        case .event(let place): return .event(content(at: place.number()))
        case .typeNumber(let type): return .number(types.firstIndex(of: type).map { UInt32($0 + 1) })
        case .recorded, .index: return .holds(true)
        case .follow(let slot, let query, let place):
            followers[slot] = (query, place.number())
            return .done
        case .cancel(let slot):
            guard let follower = followers.removeValue(forKey: slot) else { return .followed([:]) }
            return .followed([slot: seen(follower.query, from: follower.from)])
        case .settle: return .followed(followers.mapValues { seen($0.query, from: $0.from) })
        case .verify: return .position(head)
        case .reopen:
            defer { followers = [:] }
            return .followed(followers.mapValues { seen($0.query, from: $0.from) })
        // Whoever follows here goes on.
        case .byOther(.reopen): return .followed([:])
        case .byOther(let command): return carryOut(command)
        }
    }
}

// MARK: - Appending

extension ModelLog {
    /// The rules of appending, in their order.
    private mutating func append(_ append: ModelAppend) -> ModelOutcome {
        let records: [ModelFacts]
        switch Self.records(of: append) {
        case .success(let found): records = found
        case .failure(let failure): return .refused(failure.refusal)
        }
        var known: [Int: UInt64] = [:]
        for record in records {
            guard let position = position(of: record.number) else { continue }
            guard events[Int(position) - 1].isSameEvent(as: record) else {
                return .refused(.idTaken(Self.text(of: record.number), at: position))
            }
            known[record.number] = position
        }
        if known.count < records.count {
            if !known.isEmpty, !append.skipsKnown { return .refused(.someKnown(Self.texts(of: known))) }
            if let refusal = self.refusal(of: append, leavingOut: Set(known.values)) { return .refused(refusal) }
        }
        var positions = known
        for record in records where known[record.number] == nil {
            add(record)
            positions[record.number] = head
        }
        return .appended(
            positions: append.events.map { positions[$0.number] ?? 0 }, count: records.count - known.count)
    }

    private struct Refused: Error {
        let refusal: ModelRefusal
    }

    /// The events of a call, each once; what is wrong with them by themselves.
    private static func records(of append: ModelAppend) -> Result<[ModelFacts], Refused> {
        if append.events.isEmpty { return .failure(Refused(refusal: .invalid)) }
        var records: [ModelFacts] = []
        for event in append.events {
            let facts = ModelFacts(event)
            if facts.hasRepeatedTag { return .failure(Refused(refusal: .invalid)) }
            guard let earlier = records.first(where: { $0.number == facts.number }) else {
                records.append(facts)
                continue
            }
            if !earlier.isSameEvent(as: facts) {
                return .failure(Refused(refusal: .idTwice(text(of: facts.number))))
            }
        }
        return .success(records)
    }

    /// What stands against writing.
    private func refusal(of append: ModelAppend, leavingOut known: Set<UInt64>) -> ModelRefusal? {
        guard let query = append.query, !ignoresConditions else { return nil }
        let after = append.after?.number() ?? 0
        if after > head { return .afterBeyondHead(after, head: head) }
        for position in after..<head {
            let isMatch = query.accepts(events[Int(position)])
            if isMatch, !known.contains(position + 1) { return .conflict(position + 1) }
        }
        return nil
    }

    private mutating func add(_ facts: ModelFacts) {
        events.append(facts)
        // What cannot be encoded was refused before.
        contents.append((try? ModelSeen.content(of: facts.event)) ?? 0)
        if !types.contains(facts.type) { types.append(facts.type) }
    }

    private static func text(of number: Int) -> String { ModelFacts.id(of: number).description }

    private static func texts(of known: [Int: UInt64]) -> [String: UInt64] {
        var texts: [String: UInt64] = [:]
        for (number, position) in known { texts[text(of: number)] = position }
        return texts
    }

    /// What should come of appends at the same time: what has been `found`, if an order explains it; else what their
    /// own order would give.
    mutating func together(_ appends: [ModelAppend], giving found: [ModelOutcome]) -> [ModelOutcome] {
        for order in Self.orders(of: Array(appends.indices)) {
            var attempt = self
            var outcomes = found
            for number in order { outcomes[number] = attempt.append(appends[number]) }
            if outcomes == found {
                self = attempt
                return found
            }
        }
        var outcomes: [ModelOutcome] = []
        for append in appends { outcomes.append(self.append(append)) }
        return outcomes
    }

    private static func orders(of numbers: [Int]) -> [[Int]] {
        if numbers.isEmpty { return [[]] }
        return numbers.flatMap { first in
            orders(of: numbers.filter { $0 != first }).map { [first] + $0 }
        }
    }
}

// MARK: - Reading

extension ModelLog {
    private func position(of number: Int) -> UInt64? {
        events.firstIndex { $0.number == number }.map { UInt64($0 + 1) }
    }

    private func content(at position: UInt64) -> UInt64? {
        position >= 1 && position <= head ? contents[Int(position) - 1] : nil
    }

    private func seen(_ query: ModelQuery, from: UInt64, to: UInt64 = .max) -> [ModelSeen] {
        var seen: [ModelSeen] = []
        for (index, facts) in events.enumerated() {
            let position = UInt64(index) + 1
            guard position >= from, position <= to, query.accepts(facts) else { continue }
            seen.append(ModelSeen(position: position, content: contents[index]))
        }
        return seen
    }

    private func read(_ read: ModelRead) -> ModelOutcome {
        var found = seen(read.query, from: read.from.number(), to: read.to?.number() ?? head)
        if read.backwards { found.reverse() }
        found = Array(found.prefix(min(read.limit ?? .max, read.stop ?? .max)))
        return .read(found, last: found.last?.position, head: head)
    }
}

extension ModelQuery {
    /// Alternatives of which each asks for one of its types, if it has any, and for all of its tags.
    fileprivate func accepts(_ facts: ModelFacts) -> Bool {
        if items.isEmpty { return true }
        for item in items {
            let hasType = item.types.isEmpty || item.types.contains(facts.type)
            if hasType, item.tags.allSatisfy({ facts.tags.contains($0) }) { return true }
        }
        return false
    }
}
