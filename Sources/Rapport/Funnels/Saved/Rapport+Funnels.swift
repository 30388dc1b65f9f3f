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
        let position = try await appendDefinition(after: FunnelRegister.types) { head in
            let standing = try funnels.standing(of: definition.name, in: log, asOf: head)
            if let saved = standing.inForce, saved.definition.json.sameBytes(as: json) { return nil }
            let version = try Self.version(after: standing.version, of: "funnel \(definition.name)")
            let message = FunnelDefined.with { message in
                message.funnelID = definition.name
                message.version = version
                message.definition = json
            }
            return try NewEvent(message, about: [tag], provenance: provenance)
        }
        return try savedFunnel(definition.name, at: position)
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
        try await appendDefinition(after: FunnelRegister.types) { head in
            _ = try savedFunnel(name, at: head)
            let message = FunnelRetired.with { message in
                message.funnelID = name
                message.reason = reason
            }
            return try NewEvent(message, about: [try Tag.funnel(name)], provenance: provenance)
        }
    }

    /// What was in force at `position`.
    private func savedFunnel(_ name: String, at position: Position) throws -> SavedFunnel {
        if let saved = try funnels.standing(of: name, in: log, asOf: position).inForce { return saved }
        throw UnknownFunnel(name: name, known: try funnels.funnels(in: log, asOf: position).map(\.name))
    }
}
