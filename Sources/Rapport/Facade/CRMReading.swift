public import EventLog
public import Projection

/// The CRM as somebody asks it: the rows are the same, and personal values are opened and noted down for this reader.
public struct CRMReading: CRMState {
    private let crm: Rapport
    /// Who asks.
    public let reader: PersonalReader

    init(_ crm: Rapport, _ reader: PersonalReader) {
        self.crm = crm
        self.reader = reader
    }

    /// The log.
    public var log: EventLog { crm.log }
    /// Who is who, and what was corrected.
    public var history: HistoryRegister { crm.history }
    /// Which funnels are saved.
    public var funnels: FunnelRegister { crm.funnels }
    /// Which working calendars and service levels are saved.
    public var services: ServiceRegister { crm.services }
    /// The rows that follow the log.
    public var rows: any RowSource { crm.rows }
    /// It is the CRM as it is.
    public var moment: PastMoment? { nil }

    /// As ``Rapport/state(asOf:occurredUntil:onBuild:)``, for this reader.
    public func state(
        asOf position: Position, occurredUntil: Timestamp? = nil,
        onBuild: @escaping @Sendable (BuildProgress) -> Void = { _ in }
    ) throws -> PastState {
        let moment = PastMoment(position: position, occurredUntil: occurredUntil)
        return try crm.state(at: moment, for: reader, onBuild: onBuild)
    }

    /// As ``Rapport/explain(at:onBuild:answering:)``, for this reader.
    public func explain(
        at moment: PastMoment? = nil, onBuild: @escaping @Sendable (BuildProgress) -> Void = { _ in },
        answering answer: @escaping @Sendable (any CRMState) async throws -> String?
    ) async throws -> Lineage? {
        try await crm.explain(at: moment, for: reader, onBuild: onBuild, answering: answer)
    }

    /// As ``Rapport/changes(from:to:onBuild:answering:)``, for this reader.
    public func changes(
        from first: PastMoment, to second: PastMoment,
        onBuild: @escaping @Sendable (BuildProgress) -> Void = { _ in },
        answering answer: @escaping @Sendable (any CRMState) async throws -> String?
    ) async throws -> [Position] {
        try await crm.changes(from: first, to: second, for: reader, onBuild: onBuild, answering: answer)
    }
}

extension Rapport {
    /// The CRM as `actor` asks it: whose personal values are shown is noted down under this name.
    ///
    ///     let profile = try await crm.reading(as: "user:7", for: "support").profile(of: "C-1")
    ///
    /// - Parameters:
    ///   - actor: an opaque id of a person or a program.
    ///   - purpose: what for; it is noted, and decides nothing.
    ///   - mayReadRestricted: shows values whose use is restricted: the purpose is one that the law allows all the
    ///     same, as the person's own request.
    public func reading(
        as actor: String, for purpose: String? = nil, mayReadRestricted: Bool = false
    ) -> CRMReading {
        CRMReading(
            self,
            PersonalReader(
                actor, for: purpose, mayReadRestricted: mayReadRestricted, of: log, opening: personal,
                noting: accessLog))
    }
}
