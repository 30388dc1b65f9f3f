public import EventLog
internal import LMDB

/// Where rules stand in the log.
public struct IdentityRulesReceipt: Hashable, Sendable {
    /// The version that is in force.
    public let version: UInt32
    /// The event that set it.
    public let position: Position
    /// Whether this call has appended it; else the same rules were in force already.
    public let isNew: Bool
}

/// Rules whose version does not follow the last one.
public struct IdentityRulesVersionRefused: Error, Hashable, Sendable, CustomStringConvertible {
    /// The version that comes next.
    public let expected: UInt32
    /// The version that was given.
    public let found: UInt32

    public var description: String {
        "identity rules, version: expected \(expected), the version after the last one that was set, found \(found)"
    }
}

extension Rapport {
    /// The rules that are in force as of a position; nil is the log's head now. ``IdentityRules/builtIn`` before any
    /// were set. O(log n).
    ///
    /// - Throws: ``UnreadableEvent`` when what was set last makes no sense, `DamagedLog`, and errors of the storage
    ///   layer.
    public func identityRules(asOf position: Position? = nil) throws -> IdentityRules {
        guard let last = try lastIdentityRules(asOf: position) else { return .builtIn }
        let message = try last.message(IdentityRulesSet.self)
        do {
            return try IdentityRules(message)
        } catch {
            throw UnreadableEvent(position: last.position, type: last.event.type, reason: "\(error)")
        }
    }

    private func lastIdentityRules(asOf position: Position?) throws -> RecordedEvent? {
        let query = try Query(types: [IdentityRulesSet.eventType], tags: [Self.identityRulesTag()])
        return try log.events(query, to: position, limit: 1, backwards: true).first
    }

    private static func identityRulesTag() throws -> Tag { try Tag("identity", "rules") }

    /// Sets the rules. Nobody merges or parts by that: ``applyIdentityRules(provenance:progress:)`` does it.
    ///
    /// The same rules as the last, whether they have its version or the next, append nothing.
    ///
    /// - Parameters:
    ///   - rules: with the version after the last one; 1 are the first.
    ///   - provenance: who sets them; stands with the event.
    /// - Throws: ``IdentityRulesError``; ``IdentityRulesVersionRefused``; ``AppendError``, `DamagedLog`, and errors of
    ///   the storage layer.
    @discardableResult
    public func setIdentityRules(
        _ rules: IdentityRules, provenance: Provenance = .init()
    ) async throws -> IdentityRulesReceipt {
        try rules.check()
        let query = try Query(types: [IdentityRulesSet.eventType])
        var attempt = 1
        while true {
            // Before anything is looked at: what comes later is found by the condition of the append.
            let head = log.head
            var next: UInt32 = 1
            if let last = try lastIdentityRules(asOf: head) {
                let message = try last.message(IdentityRulesSet.self)
                next = message.version == .max ? .max : message.version + 1
                let isSame = (try? IdentityRules(message).saysTheSame(as: rules)) ?? false
                if isSame, rules.version == message.version || rules.version == next {
                    return IdentityRulesReceipt(version: message.version, position: last.position, isNew: false)
                }
            }
            guard rules.version == next else {
                throw IdentityRulesVersionRefused(expected: next, found: rules.version)
            }
            let event = try NewEvent(rules.message, about: [Self.identityRulesTag()], provenance: provenance)
            do {
                let condition = AppendCondition(failIfMatches: query, after: head)
                let position = try await log.append([event], condition: condition).last
                return IdentityRulesReceipt(version: rules.version, position: position, isNew: true)
            } catch AppendError.conflict where attempt < Self.mergeAttempts {
                attempt += 1
            }
        }
    }
}
