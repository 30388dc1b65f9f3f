public import EventLog
public import Projection

/// What questions are asked of: the CRM as it is, or as it was at a moment of the past.
///
/// Each question is a method of this protocol, in the folder of the read model that answers it; so a question about the
/// past is answered by the code that answers today's.
public protocol CRMState: Sendable {
    /// The log that everything is folded from. Questions read no further in it than ``moment`` says.
    var log: EventLog { get }
    /// Who is who, and what was corrected.
    var history: HistoryRegister { get }
    /// Which funnels are saved.
    var funnels: FunnelRegister { get }
    /// Which working calendars and service levels are saved.
    var services: ServiceRegister { get }
    /// Where questions find their rows.
    var rows: any RowSource { get }
    /// Which moment of the past this is; nil is the CRM as it is.
    var moment: PastMoment? { get }
    /// Opens personal values for whoever asks, and notes that down. Who is erased or restricted today counts, whatever
    /// moment is asked about.
    var reader: PersonalReader { get }
}

extension CRMState {
    /// Waits until read models have reached `position`; nil does not wait.
    func wait(for position: Position?, of models: String...) async throws {
        guard let position else { return }
        try await rows.wait(for: position, of: models, seconds: 30)
    }

    /// The last position that questions may look at.
    var horizon: Position? { moment?.position }

    /// Who is who at `position`; nil is the moment asked about, or the log's head now. Who is who is knowledge: what
    /// had happened by when does not matter to it.
    ///
    /// - Throws: `DamagedLog` and errors of the storage layer.
    public func identity(at position: Position? = nil) throws -> IdentityView {
        try history.identity(in: log, asOf: position ?? horizon)
    }

    /// Whether what happened at `time` has happened by the moment that is asked about.
    func hasHappened(at time: Timestamp) -> Bool {
        guard let until = moment?.occurredUntil else { return true }
        return time <= until
    }
}

extension Rapport: CRMState {
    /// The rows that follow the log.
    public var rows: any RowSource { projections }
    /// It is the CRM as it is.
    public var moment: PastMoment? { nil }
    /// This program, as ``PersonalReader/thisProcess``; ``reading(as:for:mayReadRestricted:)`` names somebody else.
    public var reader: PersonalReader { PersonalReader(of: log, opening: personal, noting: accessLog) }

    /// The CRM as it was at `position`: what we knew then.
    ///
    /// Whatever is asked about one customer folds no more than the events around it. What is asked about all takes rows
    /// that are built first, at the speed of a rebuild, and kept for the next question.
    ///
    /// - Parameters:
    ///   - occurredUntil: leaves out what had not happened by then, whenever it was recorded; nil leaves out nothing.
    ///   - onBuild: told of the progress when rows must be built.
    /// - Throws: ``UnknownMoment`` when the log does not reach `position`.
    public func state(
        asOf position: Position, occurredUntil: Timestamp? = nil,
        onBuild: @escaping @Sendable (BuildProgress) -> Void = { _ in }
    ) throws -> PastState {
        try state(at: PastMoment(position: position, occurredUntil: occurredUntil), for: reader, onBuild: onBuild)
    }

    func state(
        at moment: PastMoment, for reader: PersonalReader, onBuild: @escaping @Sendable (BuildProgress) -> Void
    ) throws -> PastState {
        let head = log.head
        guard moment.position <= head else { throw UnknownMoment(position: moment.position, head: head) }
        return PastState(
            log: log, history: history, funnels: funnels, services: services,
            rows: projections.past(moment, onBuild: onBuild), moment: moment, reader: reader)
    }
}

/// The CRM as it was at a moment of the past.
public struct PastState: CRMState {
    /// The log, which may have grown since.
    public let log: EventLog
    /// Who is who, and what was corrected, as of any position.
    public let history: HistoryRegister
    /// Which funnels are saved, as of any position.
    public let funnels: FunnelRegister
    /// Which working calendars and service levels are saved, as of any position.
    public let services: ServiceRegister
    /// The rows as they were.
    public let rows: any RowSource
    /// Which moment it is.
    public let moment: PastMoment?
    /// Opens personal values as they may be seen today.
    public let reader: PersonalReader

    /// The state whose questions are answered from `rows`.
    public init(
        log: EventLog, history: HistoryRegister, funnels: FunnelRegister, services: ServiceRegister,
        rows: any RowSource, moment: PastMoment, reader: PersonalReader
    ) {
        self.log = log
        self.history = history
        self.funnels = funnels
        self.services = services
        self.rows = rows
        self.moment = moment
        self.reader = reader
    }
}

/// The log does not reach the position that is asked about.
public struct UnknownMoment: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was asked for.
    public let position: Position
    /// The last position of the log.
    public let head: Position

    public var description: String { "position \(position) is not in the log, which ends at position \(head)" }
}

extension Rapport {
    /// Which events have made a value of an answer: what `answer` says when it asks its question. Nil when there is no
    /// such value. O(entities of the read models asked), and the question once for each that may have taken part.
    ///
    /// - Parameters:
    ///   - moment: when; nil is now.
    ///   - onBuild: told of the progress when rows must be built.
    /// - Throws: ``UnknownMoment``, `DamagedLog`, and what `answer` throws.
    public func explain(
        at moment: PastMoment? = nil, onBuild: @escaping @Sendable (BuildProgress) -> Void = { _ in },
        answering answer: @escaping @Sendable (any CRMState) async throws -> String?
    ) async throws -> Lineage? {
        try await explain(at: moment, for: reader, onBuild: onBuild, answering: answer)
    }

    func explain(
        at moment: PastMoment?, for reader: PersonalReader, onBuild: @escaping @Sendable (BuildProgress) -> Void,
        answering answer: @escaping @Sendable (any CRMState) async throws -> String?
    ) async throws -> Lineage? {
        let head = log.head
        let moment = moment ?? PastMoment(position: head)
        guard moment.position <= head else { throw UnknownMoment(position: moment.position, head: head) }
        return try await projections.lineage(at: moment, onBuild: onBuild) { [log, history, funnels, services] rows in
            try await answer(
                PastState(
                    log: log, history: history, funnels: funnels, services: services, rows: rows, moment: moment,
                    reader: reader))
        }
    }

    /// By which events between two moments a value of an answer has become another, has come, or has gone.
    ///
    /// - Parameters:
    ///   - first: left out; `second` is included.
    ///   - onBuild: told of the progress when rows must be built.
    /// - Throws: ``UnknownMoment``, `DamagedLog`, and what `answer` throws.
    public func changes(
        from first: PastMoment, to second: PastMoment,
        onBuild: @escaping @Sendable (BuildProgress) -> Void = { _ in },
        answering answer: @escaping @Sendable (any CRMState) async throws -> String?
    ) async throws -> [Position] {
        try await changes(from: first, to: second, for: reader, onBuild: onBuild, answering: answer)
    }

    func changes(
        from first: PastMoment, to second: PastMoment, for reader: PersonalReader,
        onBuild: @escaping @Sendable (BuildProgress) -> Void,
        answering answer: @escaping @Sendable (any CRMState) async throws -> String?
    ) async throws -> [Position] {
        let head = log.head
        guard second.position <= head else { throw UnknownMoment(position: second.position, head: head) }
        return try await projections.changes(from: first, to: second, onBuild: onBuild) {
            [log, history, funnels, services] rows in
            try await answer(
                PastState(
                    log: log, history: history, funnels: funnels, services: services, rows: rows, moment: second,
                    reader: reader))
        }
    }
}
