@testable import EventLog

/// What came of a command.
indirect enum ModelOutcome: Hashable, Codable, Sendable {
    case appended(positions: [UInt64], count: Int)
    case refused(ModelRefusal)
    case read([ModelSeen], last: UInt64?, head: UInt64)
    case position(UInt64?)
    /// The content of an event.
    case event(UInt64?)
    case number(UInt32?)
    case holds(Bool)
    /// What followers have seen, by their numbers.
    case followed([Int: [ModelSeen]])
    case together([ModelOutcome])
    case done
    /// Something that no command should come to.
    case failed(String)
}

extension ModelOutcome {
    /// How many events each follower has seen.
    var followedCounts: [Int: Int] {
        if case .followed(let seen) = self { return seen.mapValues(\.count) }
        return [:]
    }

    /// Whether it is what followers that were ended somewhere may have seen of what `self` says they should see.
    func begins(with other: ModelOutcome) -> Bool {
        guard case .followed(let all) = self, case .followed(let some) = other, all.keys == some.keys else {
            return false
        }
        return some.allSatisfy { slot, seen in all[slot, default: []].starts(with: seen) }
    }
}

/// Why an append wrote nothing: ``AppendError`` in what a second process can tell.
enum ModelRefusal: Hashable, Codable, Sendable {
    case conflict(UInt64)
    case idTaken(String, at: UInt64)
    case idTwice(String)
    case someKnown([String: UInt64])
    case afterBeyondHead(UInt64, head: UInt64)
    case invalid
    case closed
    case readOnly

    init(_ error: AppendError) {
        switch error {
        case .conflict(let conflict): self = .conflict(conflict.conflicting.rawValue)
        case .idTaken(let id, let position): self = .idTaken(id.description, at: position.rawValue)
        case .idTwice(let id): self = .idTwice(id.description)
        case .someKnown(let known):
            var positions: [String: UInt64] = [:]
            for (id, position) in known { positions[id.description] = position.rawValue }
            self = .someKnown(positions)
        case .afterBeyondHead(let after, let head): self = .afterBeyondHead(after.rawValue, head: head.rawValue)
        case .invalid: self = .invalid
        case .closed: self = .closed
        case .readOnly: self = .readOnly
        }
    }
}
