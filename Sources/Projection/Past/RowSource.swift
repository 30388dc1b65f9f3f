public import EventLog

/// Where questions find their rows: those that follow the log, those of a moment of the past, or those that some events
/// alone give.
public protocol RowSource: Sendable {
    /// Whether the rows are those of some events alone: then the log says nothing that they do not say.
    var isSelection: Bool { get }

    /// Lends a snapshot of the rows of the read model `name` to `body`.
    ///
    /// - Throws: ``ProjectionUnavailable``, and what `body` throws.
    func read<Result>(_ name: String, _ body: (borrowing ModelReader) throws -> Result) throws -> Result

    /// Lends snapshots of two read models at the same position.
    func read<Result>(
        _ first: String, and second: String, _ body: (borrowing ModelReader, borrowing ModelReader) throws -> Result
    ) throws -> Result

    /// As ``read(_:and:_:)``, where what stands in the rows about one entity is all that `body` looks at: the entity
    /// itself, and those that share an event with it.
    func read<Result>(
        _ first: String, and second: String, around entity: Tag,
        _ body: (borrowing ModelReader, borrowing ModelReader) throws -> Result
    ) throws -> Result

    /// Rows of these read models that stand still, all at one position: for several questions that must fit together.
    /// To be let go of soon: what they hold stays on disk meanwhile.
    ///
    /// - Throws: ``ProjectionUnavailable``.
    func standing(_ names: [String]) throws -> any StandingRowSource

    /// Waits until the rows hold every event up to `position`.
    ///
    /// - Throws: ``ProjectionUnavailable`` when they do not get there, or not in time.
    func wait(for position: Position, of names: [String], seconds: Double) async throws
}

/// Rows at one position that does not change.
public protocol StandingRowSource: RowSource {
    /// The position of all of them.
    var position: Position { get }
}

extension StandingRowSource {
    /// They do already.
    public func standing(_ names: [String]) throws -> any StandingRowSource { self }

    /// There is nothing to wait for.
    public func wait(for position: Position, of names: [String], seconds: Double) async throws {
        guard position <= self.position else {
            throw ProjectionUnavailable.behind(model: names.first ?? "", at: self.position, wanted: position)
        }
    }
}

extension RowSource {
    /// Most are not.
    public var isSelection: Bool { false }

    /// Right for every source: all rows are there.
    public func read<Result>(
        _ first: String, and second: String, around entity: Tag,
        _ body: (borrowing ModelReader, borrowing ModelReader) throws -> Result
    ) throws -> Result {
        try read(first, and: second, body)
    }
}

extension ProjectionHost: RowSource {}

/// A moment of history, on both axes of time.
public struct PastMoment: Hashable, Sendable {
    /// What we knew: every event up to here.
    public var position: Position
    /// What was true: of these events those that had happened by then; nil takes all.
    public var occurredUntil: Timestamp?

    /// What we knew at `position` of what had happened until `occurredUntil`, both included.
    public init(position: Position, occurredUntil: Timestamp? = nil) {
        self.position = position
        self.occurredUntil = occurredUntil
    }

    /// Whether what happened then had happened by this moment.
    func includes(_ time: Timestamp) -> Bool {
        guard let occurredUntil else { return true }
        return time <= occurredUntil
    }
}
