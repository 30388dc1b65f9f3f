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
    /// were set. Events that make no sense are passed over; ``unreadableIdentityRules(asOf:)`` tells them. O(log n),
    /// and as much for each that is passed over.
    ///
    /// - Throws: `DamagedLog`, and errors of the storage layer.
    public func identityRules(asOf position: Position? = nil) throws -> IdentityRules {
        try lastIdentityRules(asOf: position).inForce?.rules ?? .builtIn
    }

    /// The events after the one that set the rules in force that were to set rules and make no sense; the newest first.
    /// As ``identityRules(asOf:)``.
    ///
    /// - Throws: `DamagedLog`, and errors of the storage layer.
    public func unreadableIdentityRules(asOf position: Position? = nil) throws -> [UnreadableEvent] {
        try lastIdentityRules(asOf: position).passedOver
    }

    /// The version that the next rules have. As ``identityRules(asOf:)``.
    ///
    /// - Throws: `DamagedLog`, and errors of the storage layer.
    public func nextIdentityRulesVersion() throws -> UInt32 { try lastIdentityRules(asOf: nil).nextVersion }

    /// What was set last.
    private struct LastRules {
        /// The last that make sense.
        var inForce: (position: Position, rules: IdentityRules)?
        /// Events after them, the newest first.
        var passedOver: [UnreadableEvent] = []
        /// That of the newest event that says one.
        var version: UInt32 = 0

        var nextVersion: UInt32 { version == .max ? .max : version + 1 }
    }

    private func lastIdentityRules(asOf position: Position?) throws -> LastRules {
        let query = try Query(types: [IdentityRulesSet.eventType], tags: [Self.identityRulesTag()])
        var last = LastRules()
        var end = position
        while let event = try log.events(query, to: end, limit: 1, backwards: true).first {
            do {
                let message = try event.message(IdentityRulesSet.self)
                if last.version == 0 { last.version = message.version }
                last.inForce = (event.position, try IdentityRules(message))
                return last
            } catch let error as UnreadableEvent {
                last.passedOver.append(error)
            } catch let error as IdentityRulesError {
                last.passedOver.append(
                    UnreadableEvent(position: event.position, type: event.event.type, reason: "\(error)"))
            }
            if event.position == Position(1) { break }
            end = Position(event.position.rawValue - 1)
        }
        return last
    }

    private static func identityRulesTag() throws -> Tag { try Tag("identity", "rules") }

    /// Sets the rules. Nobody merges or parts by that: ``applyIdentityRules(provenance:progress:)`` does it.
    ///
    /// The same rules as those in force, whether they have their version or the next, append nothing.
    ///
    /// - Parameters:
    ///   - rules: with the version after the last one (``nextIdentityRulesVersion()``); 1 are the first.
    ///   - provenance: who sets them; stands with the event.
    /// - Throws: ``IdentityRulesError``, also for a blocked value that looks personal; ``IdentityRulesVersionRefused``;
    ///   ``AppendError``, `DamagedLog`, and errors of the storage layer.
    @discardableResult
    public func setIdentityRules(
        _ rules: IdentityRules, provenance: Provenance = .init()
    ) async throws -> IdentityRulesReceipt {
        try rules.checkForLog()
        let query = try Query(types: [IdentityRulesSet.eventType])
        var attempt = 1
        while true {
            // Before anything is looked at: what comes later is found by the condition of the append.
            let head = log.head
            let last = try lastIdentityRules(asOf: head)
            if let (position, known) = last.inForce, known.saysTheSame(as: rules) {
                // After events that make no sense the same ones may be set anew.
                let isNext = last.passedOver.isEmpty && rules.version == last.nextVersion
                if isNext || rules.version == known.version {
                    return IdentityRulesReceipt(version: known.version, position: position, isNew: false)
                }
            }
            guard rules.version == last.nextVersion else {
                throw IdentityRulesVersionRefused(expected: last.nextVersion, found: rules.version)
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
