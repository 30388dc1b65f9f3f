public import EventLog
internal import LMDB

extension CRMState {
    /// The funnels that are saved, sorted by name; of the past those that were saved by then. Which funnels there are
    /// is knowledge: what had happened by when does not matter to it. O(new events about funnels), and in the past
    /// O(all of them).
    ///
    /// - Throws: `DamagedLog` and errors of the storage layer.
    public func savedFunnels() throws -> [SavedFunnel] { try funnels.funnels(in: log, asOf: horizon) }

    /// The funnel that is saved under `name`. As ``savedFunnels()``.
    ///
    /// - Throws: ``UnknownFunnel``, `DamagedLog`, and errors of the storage layer.
    public func savedFunnel(_ name: String) throws -> SavedFunnel {
        let saved = try savedFunnels()
        guard let funnel = saved.first(where: { $0.name.sameBytes(as: name) }) else {
            throw UnknownFunnel(name: name, known: saved.map(\.name))
        }
        return funnel
    }
}

extension Rapport {
    /// How often a funnel is looked at anew when another writer was faster.
    private static let funnelAttempts = 10

    /// Saves a funnel under its name, as the version after the last one that was saved, those of a retired funnel
    /// included. The definition that is in force already is not saved again.
    ///
    /// - Parameters:
    ///   - definition: what it counts; checked first.
    ///   - provenance: who saves it; stands with the event.
    /// - Returns: what is in force then, unless another writer has saved a higher version since.
    /// - Throws: what ``FunnelDefinition/check()`` throws; ``UnfitEvent`` where no version is left; ``AppendError``,
    ///   `DamagedLog`, and errors of the storage layer.
    @discardableResult
    public func saveFunnel(
        _ definition: FunnelDefinition, provenance: Provenance = .init()
    ) async throws -> SavedFunnel {
        try definition.check()
        let json = definition.json
        let tag = try Tag.funnel(definition.name)
        var attempt = 1
        while true {
            // Before anything is looked at: what comes later is found by the condition of the append.
            let head = log.head
            let standing = try funnels.standing(of: definition.name, in: log, asOf: head)
            if let saved = standing.inForce, saved.definition.json.sameBytes(as: json) { return saved }
            let message = FunnelDefined.with { message in
                message.funnelID = definition.name
                message.version = UInt32(clamping: standing.version + 1)
                message.definition = json
            }
            if Int(message.version) == standing.version {
                throw UnfitEvent(
                    reason: "version \(message.version) of the funnel \(definition.name) is the last that there can "
                        + "be; expected another name")
            }
            let event = try NewEvent(message, about: [tag], provenance: provenance)
            do {
                let position = try await log.append([event], condition: try Self.unchanged(tag, since: head)).last
                return try savedFunnel(definition.name, at: position)
            } catch AppendError.conflict where attempt < Self.funnelAttempts {
                attempt += 1
            }
        }
    }

    /// Retires a funnel: nothing is saved under its name any more, until ``saveFunnel(_:provenance:)`` saves it again.
    ///
    /// - Parameters:
    ///   - reason: why, as a short code.
    ///   - provenance: who retires it; stands with the event.
    /// - Returns: the event that says so.
    /// - Throws: ``UnknownFunnel``, ``AppendError``, `DamagedLog`, and errors of the storage layer.
    @discardableResult
    public func retireFunnel(
        _ name: String, reason: String = "", provenance: Provenance = .init()
    ) async throws -> Position {
        var attempt = 1
        while true {
            let head = log.head
            _ = try savedFunnel(name, at: head)
            let message = FunnelRetired.with { message in
                message.funnelID = name
                message.reason = reason
            }
            let tag = try Tag.funnel(name)
            let event = try NewEvent(message, about: [tag], provenance: provenance)
            do {
                return try await log.append([event], condition: try Self.unchanged(tag, since: head)).last
            } catch AppendError.conflict where attempt < Self.funnelAttempts {
                attempt += 1
            }
        }
    }

    /// What was in force at `position`.
    private func savedFunnel(_ name: String, at position: Position) throws -> SavedFunnel {
        if let saved = try funnels.standing(of: name, in: log, asOf: position).inForce { return saved }
        throw UnknownFunnel(name: name, known: try funnels.funnels(in: log, asOf: position).map(\.name))
    }

    /// That nobody has saved or retired the funnel since `position`.
    private static func unchanged(_ tag: Tag, since position: Position) throws -> AppendCondition {
        AppendCondition(failIfMatches: try Query(types: FunnelRegister.types, tags: [tag]), after: position)
    }
}
