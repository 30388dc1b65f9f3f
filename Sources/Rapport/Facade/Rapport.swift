public import Audit
internal import CoreMetrics
public import EventLog
internal import Foundation
public import Logging
public import Projection
public import Sealing

/// An open CRM: the log of a data directory, and the read models that follow it.
///
///     let crm = try Rapport(at: "crm-data")
///     try await crm.append(OpportunityWon.with { $0.opportunityID = "O-1" }, about: .opportunity("O-1"))
///
/// Appending goes through the log; asking goes to rows that projections keep. Safe to use from any thread and task.
public final class Rapport: Sendable {
    /// The log itself: conditions, reading, following, verifying.
    public let log: EventLog
    /// The read models, for operators: status, rebuild, digests.
    public let projections: ProjectionHost
    /// The tree over the log, its checkpoints and proofs, for auditors.
    public let audit: AuditTrail
    /// Seals the personal parts of what is appended, and opens them.
    public let personal: PersonalData
    /// Who is who, and what was corrected.
    public let history: HistoryRegister
    /// Which funnels are saved.
    public let funnels: FunnelRegister
    /// Which working calendars and service levels are saved.
    public let services: ServiceRegister
    /// Who was shown personal values.
    public let accessLog: AccessLog
    /// Makes the instruments that ``reportMetrics(every:)`` sets.
    let metricsFactory: any MetricsFactory

    /// Opens the data directory `path`, creating it unless `readOnly`. Before anything is served, the keys of persons
    /// whom the log says to be erased are destroyed, if an old copy of them is back or a crash has left them.
    ///
    /// - Parameters:
    ///   - masterKey: where the key is that protects the persons' keys; looked for when it is needed first.
    ///   - onBuild: told of the progress when read models must be built first.
    /// - Throws: ``UnreadableLog``, `MasterKeyRefusal` when keys must be destroyed and cannot, and errors of the
    ///   storage layer.
    public init(
        at path: String, readOnly: Bool = false, masterKey: MasterKeySource = .standard,
        logger: Logger = Logger(label: "rapport"),
        onBuild: @escaping @Sendable (BuildProgress) -> Void = { _ in }
    ) throws {
        metricsFactory = MetricsSystem.factory
        log = try EventLog(at: path, options: EventLogOptions(readOnly: readOnly), logger: logger)
        let personal = PersonalData(of: log, masterKey: masterKey, logger: logger)
        self.personal = personal
        accessLog = AccessLog(of: log, logger: logger)
        try personal.replayErasures(in: log)
        _ = try personal.state(in: log)
        let history = HistoryRegister(logger: logger)
        self.history = history
        funnels = FunnelRegister(logger: logger)
        services = ServiceRegister(logger: logger)
        let models = ReadModels.all(
            opening: personal, index: { try personal.blindIndex($0, $1) }, through: history,
            prepare: { log in _ = try personal.state(in: log) }, logger: logger)
        projections = try ProjectionHost(
            log, models: models, defined: FunnelModels(funnels, through: history), logger: logger, onBuild: onBuild)
        audit = try AuditTrail(log, follows: true, logger: logger)
    }

    deinit {
        close()
    }

    /// Refuses new appends, waits until those handed over are durable, and brings everything to rest on disk.
    public func close() {
        log.close()
        projections.close()
        audit.close()
        personal.close()
        accessLog.close()
    }

    /// Appends one event about `entities`; returns its position when it is durable.
    ///
    /// - Parameters:
    ///   - entities: what it is about: `.opportunity("O-1"), .customer("C-1")`.
    ///   - condition: what must not be in the log.
    /// - Throws: ``UnfitEvent`` when the event is not about what its type needs, ``AppendError``, and errors of the
    ///   storage layer.
    @discardableResult
    public func append<Event: CatalogueEvent>(
        _ event: Event, about entities: Tag..., occurredAt: Timestamp = .now(), id: EventID = EventID(),
        provenance: Provenance = .init(), condition: AppendCondition? = nil
    ) async throws -> Position {
        let new = try NewEvent(event, about: entities, id: id, occurredAt: occurredAt, provenance: provenance)
        return try await log.append([new], condition: condition).last
    }

    /// Appends one event with a personal part, which is kept apart from the rest.
    ///
    /// - Parameter person: whom the personal part is about.
    @discardableResult
    public func append<Event: CatalogueEvent>(
        _ event: Event, personal: Event.Personal, of person: Tag, about entities: Tag...,
        occurredAt: Timestamp = .now(), id: EventID = EventID(), provenance: Provenance = .init(),
        condition: AppendCondition? = nil
    ) async throws -> Position {
        let new = try NewEvent(
            event, about: entities.contains(person) ? entities : [person] + entities, personal: personal, of: person,
            id: id, occurredAt: occurredAt, provenance: provenance)
        return try await log.append([new], condition: condition).last
    }
}
