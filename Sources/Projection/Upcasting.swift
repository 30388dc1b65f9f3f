public import EventLog
internal import LMDB

/// Takes data of one schema revision of a type to the next: for a change of meaning that a new field alone cannot say.
///
/// Stored events stay as they are. Whoever reads them, folds above all, sees data of the current revision.
public struct Upcaster: Sendable {
    /// The type whose data it takes.
    public let type: EventType
    /// The schema revision that it takes; it gives data of the one after it.
    public let from: UInt16
    /// Makes data of revision `from` + 1 from data of revision `from`. A pure function: no clock, no other event.
    public let transform: @Sendable (RawSpan) throws -> [UInt8]

    /// An upcaster of the data of `type` at schema revision `from`.
    public init(_ type: EventType, from: UInt16, _ transform: @escaping @Sendable (RawSpan) throws -> [UInt8]) {
        self.type = type
        self.from = from
        self.transform = transform
    }
}

/// The upcasters of a read model or of a catalogue: for each type a chain, from the oldest revision to the current one.
public struct Upcasters: Sendable {
    /// Nil where there is nothing to do.
    @usableFromInline let chains: UpcastChains?

    /// Events are seen as they are stored.
    public static let none = Upcasters(chains: nil)

    private init(chains: UpcastChains?) {
        self.chains = chains
    }

    /// The chains that `list` makes, in whatever order it names their steps.
    ///
    /// - Throws: ``UnfitUpcasters`` when two take data of one type from the same revision, or when a chain has a gap.
    public init(_ list: [Upcaster]) throws(UnfitUpcasters) {
        var byType: [EventType: UpcastChain] = [:]
        for upcaster in list.sorted(by: { ($0.type.name, $0.from) < ($1.type.name, $1.from) }) {
            var chain = byType[upcaster.type] ?? UpcastChain(first: upcaster.from)
            try chain.append(upcaster)
            byType[upcaster.type] = chain
        }
        self.init(chains: byType.isEmpty ? nil : UpcastChains(byType))
    }

    /// Whether there are none, so that every event is seen as it is stored.
    @inlinable public var isEmpty: Bool { chains == nil }

    /// The revision that data of `type` is taken to; nil for a type that has no upcaster.
    public func currentRevision(of type: EventType) -> UInt16? { chains?.byType[type]?.current }

    /// For each of these types the revision that its data is taken to, 0 for one without an upcaster; empty when none
    /// of them has one.
    @usableFromInline
    func currentRevisions(of types: [EventType]) -> [UInt16] {
        let revisions = types.map { currentRevision(of: $0) ?? 0 }
        return revisions.contains { $0 > 0 } ? revisions : []
    }

    /// The data of an event at the current revision of its type; nil when it is seen as it is stored: its type has no
    /// upcaster, or it is of the current revision, or of a later one, which a newer program has written.
    ///
    /// - Parameter position: the event's, for the error.
    /// - Throws: ``FailedUpcast`` when a step throws or makes too much of it, or when the revision is older than the
    ///   first that a step takes.
    public func upcast(
        _ data: RawSpan, of type: EventType, revision: UInt16, at position: Position
    ) throws(FailedUpcast) -> (data: [UInt8], revision: UInt16)? {
        guard let chain = chains?.byType[type], revision < chain.current else { return nil }
        guard revision >= chain.first else {
            throw FailedUpcast(
                type: type, revision: revision, position: position,
                reason: "no upcaster takes it; the first one takes revision \(chain.first)")
        }
        let steps = chain.steps[Int(revision - chain.first)...]
        var made: [UInt8]?
        for step in steps {
            if let before = made {
                made = try Self.take(step, before.rawSpan, position)
            } else {
                made = try Self.take(step, data, position)
            }
        }
        return made.map { (data: $0, revision: chain.current) }
    }

    private static func take(
        _ step: Upcaster, _ data: RawSpan, _ position: Position
    ) throws(FailedUpcast) -> [UInt8] {
        let made: [UInt8]
        do {
            made = try step.transform(data)
        } catch {
            throw FailedUpcast(type: step.type, revision: step.from, position: position, reason: "\(error)")
        }
        guard made.count <= Limits.eventBytes else {
            throw FailedUpcast(
                type: step.type, revision: step.from, position: position,
                reason: "it would have \(made.count) bytes; at most \(Limits.eventBytes) fit")
        }
        return made
    }
}

// MARK: - Lending

extension Upcasters {
    /// Lends `body` the event as it is seen: with data of the current revision of its type where an upcaster says what
    /// that is, else as it is stored. Where there are no upcasters, that costs one comparison.
    ///
    /// - Parameter view: an event that a read of `log` lends. Of an upcast one the checksum is that of the stored one.
    /// - Throws: ``FailedUpcast``, and what `body` throws.
    @inlinable
    public func lendUpcast<Result>(
        _ view: borrowing EventView, of log: EventLog, _ body: (borrowing EventView) throws -> Result
    ) throws -> Result {
        if chains == nil { return try body(view) }
        return try lendChanged(view, of: log, body)
    }

    @usableFromInline
    func lendChanged<Result>(
        _ view: borrowing EventView, of log: EventLog, _ body: (borrowing EventView) throws -> Result
    ) throws -> Result {
        guard let chains, view.schemaRevision < chains.newest,
            let record = try changedRecord(of: view, as: log.type(of: view))
        else { return try body(view) }
        return try body(EventView(record.rawSpan))
    }

    /// The record of the event as it is seen; nil when that is the stored one.
    @usableFromInline
    func changedRecord(of view: borrowing EventView, as type: EventType) throws(FailedUpcast) -> [UInt8]? {
        guard
            let current = try upcast(view.data, of: type, revision: view.schemaRevision, at: view.position)
        else { return nil }
        let data = current.data
        return view.replacing(data: data.rawSpan, schemaRevision: current.revision)
    }
}

extension RecordedEvent {
    /// The event as it is seen: with data and schema revision of the current revision of its type. For readers of
    /// copies; the copy that is asked, and the log, stay as they are.
    ///
    /// - Throws: ``FailedUpcast``.
    public func upcast(by upcasters: Upcasters) throws(FailedUpcast) -> RecordedEvent {
        let data = event.data
        guard
            let current = try upcasters.upcast(
                data.rawSpan, of: event.type, revision: event.schemaRevision, at: position)
        else { return self }
        var seen = event
        seen.data = current.data
        seen.schemaRevision = current.revision
        return RecordedEvent(position: position, recordedAt: recordedAt, event: seen)
    }
}

// MARK: - Errors

/// Upcasters that contradict each other, or do not follow each other.
public struct UnfitUpcasters: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, and what was expected.
    public let reason: String

    public var description: String { reason }
}

/// A stored event that could not be taken to the current revision of its type.
public struct FailedUpcast: Error, Equatable, Sendable, CustomStringConvertible {
    /// The event's type.
    public let type: EventType
    /// The schema revision that it could not be taken from.
    public let revision: UInt16
    /// Where the event stands.
    public let position: Position
    /// Why not.
    public let reason: String

    public var description: String {
        "\(type.name) at position \(position) cannot be taken from schema revision \(revision) to the next: \(reason)"
    }
}

// MARK: - Chains

/// The steps of one type, one revision after the other.
struct UpcastChain: Sendable {
    /// The revision that the first step takes.
    let first: UInt16
    private(set) var steps: [Upcaster] = []

    init(first: UInt16) {
        self.first = first
    }

    /// The revision that the last step gives.
    var current: UInt16 { first + UInt16(steps.count) }

    /// Adds the next step.
    mutating func append(_ step: Upcaster) throws(UnfitUpcasters) {
        let name = step.type.name
        if let last = steps.last, last.from == step.from {
            throw UnfitUpcasters(reason: "two upcasters take \(name) from schema revision \(step.from); expected one")
        }
        guard step.from == current else {
            throw UnfitUpcasters(
                reason: "no upcaster takes \(name) from schema revision \(current), but one from \(step.from); "
                    + "expected one for each revision between")
        }
        guard step.from < .max else {
            throw UnfitUpcasters(reason: "an upcaster takes \(name) from schema revision \(step.from), the last one")
        }
        steps.append(step)
    }
}

/// The chains of several types.
@usableFromInline
final class UpcastChains: Sendable {
    let byType: [EventType: UpcastChain]
    /// The latest of the current revisions: events of it, or of a later one, are seen as they are stored.
    let newest: UInt16

    init(_ byType: [EventType: UpcastChain]) {
        self.byType = byType
        newest = byType.values.reduce(0) { max($0, $1.current) }
    }
}
