public import EventLog

/// How long personal data is kept: what the newest policy of a category and rule says.
public struct RetentionPolicy: Codable, Hashable, Sendable {
    /// What is done after the time.
    public enum Rule: String, Codable, CaseIterable, Sendable {
        /// Persons of whom nothing has happened for so long are erased.
        case eraseAfter = "erase-after"
        /// A law wants it kept for so long after the last event of the category, whatever the person asks for.
        case keepFor = "keep-for"

        init?(_ rule: RetentionRule) {
            switch rule {
            case .eraseAfter: self = .eraseAfter
            case .keepFor: self = .keepFor
            case .unspecified, .UNRECOGNIZED: return nil
            }
        }

        /// As it stands in events.
        public var message: RetentionRule {
            switch self {
            case .eraseAfter: .eraseAfter
            case .keepFor: .keepFor
            }
        }
    }

    /// The kind of person, `customer` or `lead`, of a rule to erase; else the category of data.
    public let category: String
    /// What is done.
    public let rule: Rule
    /// After how many days; 1 or more.
    public let days: UInt32
    /// The law that says so; empty where none was named.
    public let lawRef: String
    /// The event that has set it.
    public let position: Position

    /// When the time of something that happened at `time` is over; the end of the year 9999 at the latest.
    func end(from time: Timestamp) -> Timestamp {
        let end = time.microseconds.addingReportingOverflow(span)
        let last = Timestamp.expressible.upperBound
        return end.overflow ? last : min(Timestamp(microseconds: end.partialValue), last)
    }

    /// Until when the time of something must have happened to be over at `time`.
    func start(before time: Timestamp) -> Timestamp {
        let start = time.microseconds.subtractingReportingOverflow(span)
        return start.overflow ? Timestamp(microseconds: .min) : Timestamp(microseconds: start.partialValue)
    }

    /// Microseconds.
    private var span: Int64 {
        let span = Int64(days).multipliedReportingOverflow(by: 86_400_000_000)
        return span.overflow ? .max : span.partialValue
    }
}

extension CRMState {
    /// The policies that are in force at `time`, by category and rule. The one that was set last (by when it was set,
    /// then position) holds; one of no days is none. O(policies ever set).
    ///
    /// - Throws: ``UnreadableEvent``, `DamagedLog`, errors of the storage layer.
    public func retentionPolicies(at time: Timestamp = .now()) throws -> [RetentionPolicy] {
        try RetentionPolicy.inForce(in: log, at: time, upTo: horizon)
    }
}

extension RetentionPolicy {
    private struct Key: Hashable {
        let category: String
        let rule: Rule
    }

    static func inForce(in log: EventLog, at time: Timestamp, upTo: Position? = nil) throws -> [RetentionPolicy] {
        var newest: [Key: (setAt: Timestamp, policy: RetentionPolicy)] = [:]
        try log.read(try Query(types: [RetentionPolicySet.eventType]), to: upTo) { event in
            let recorded = log.recorded(event)
            let setAt = recorded.event.occurredAt
            guard setAt <= time else { return true }
            let message = try recorded.message(RetentionPolicySet.self)
            guard let rule = Rule(message.rule) else { return true }
            let key = Key(category: message.category, rule: rule)
            if let known = newest[key], known.setAt > setAt { return true }
            let policy = RetentionPolicy(
                category: message.category, rule: rule, days: message.days, lawRef: message.lawRef,
                position: recorded.position)
            newest[key] = (setAt, policy)
            return true
        }
        return newest.values.map { $0.policy }.filter { $0.days > 0 }
            .sorted { ($0.category, $0.rule.rawValue) < ($1.category, $1.rule.rawValue) }
    }
}
