public import EventLog
public import LMDB

/// A read model: a name, a version, and the folds that make its rows. A pure function of the log.
///
/// Per entity a fold keeps what that entity's events give; everything else (totals, series over time, ordered rows) is
/// the sum of *contributions*, each a pure function of one entity's state. So when an old event arrives late, the old
/// contributions of the entities it touches are taken out, the state is folded again, and the new ones are put in.
public struct ReadModel: Sendable {
    /// Names its directory and its rows: lower case, no spaces.
    public let name: String
    /// Counts up whenever the folds or the layout of the rows change; another version is built again.
    public let version: Int
    let folds: [any Fold]
    /// What the folds see of events of earlier schema revisions: data of the current one. A new upcaster counts up
    /// ``version``, as new folds do.
    public let upcasters: Upcasters
    /// Types of events that delete values for good: after them the rows are written anew, so that no file of the read
    /// model holds what was in rows before, and rows from before and of the past are removed. Such a read model may
    /// hold derived personal values; it has no content digest.
    public let forgets: [EventType]
    /// Called before each pass of the folds, outside of any read of the log: before they build, follow a batch, fold
    /// events around an entity, go on from rows of the past, or look for the events of a value. What the folds know
    /// from elsewhere is brought up to date there. An error ends the pass, and is no failure of the folds.
    let prepare: @Sendable (EventLog) throws -> Void
    /// What later events say of earlier ones; nil where nothing does.
    let hindsight: (any HindsightSource)?
    /// How much of that the folds see.
    public let sight: Sight

    /// A read model.
    ///
    /// - Parameters:
    ///   - name: lower case, no spaces.
    ///   - hindsight: what later events say of earlier ones; nil where nothing does.
    ///   - sight: how much of that the folds see.
    ///   - forgets: types of events after which what they delete must not be left in any file.
    ///   - prepare: called with the log before each pass of the folds, outside of any read of the log; on whichever
    ///     thread, also on several at once. An error ends the pass as one of the storage layer does.
    public init(
        name: String, version: Int, folds: [any Fold], upcasters: Upcasters = .none, forgets: [EventType] = [],
        hindsight: (any HindsightSource)? = nil, sight: Sight = .resolved,
        prepare: @escaping @Sendable (EventLog) throws -> Void = { _ in }
    ) {
        self.name = name
        self.version = version
        self.folds = folds
        self.upcasters = upcasters
        self.forgets = forgets
        self.prepare = prepare
        self.hindsight = hindsight
        self.sight = sight
    }

    /// The same read model, with what later events say of earlier ones.
    public func looking(through hindsight: any HindsightSource, _ sight: Sight = .resolved) -> ReadModel {
        ReadModel(
            name: name, version: version, folds: folds, upcasters: upcasters, forgets: forgets, hindsight: hindsight,
            sight: sight, prepare: prepare)
    }

    /// Whether its rows have a content digest: not where values are deleted from them for good. What digests are
    /// compared by must not depend on whose keys are still there.
    public var hasDigest: Bool { forgets.isEmpty }

    /// Whether it deletes values for good.
    var doesForget: Bool { !forgets.isEmpty }

    /// What runs the folds in one pass, in their order.
    func makeRunners() -> [FoldRunner] {
        folds.enumerated().map { $0.element.makeRunner(number: UInt8($0.offset), upcasters: upcasters) }
    }
}

/// One fold of a read model: an ``EntityFold`` or an ``EventFold``.
public protocol Fold: Sendable {
    /// The types of events it wants; others are passed over without being looked at.
    var types: [EventType] { get }
    /// Whether its rows give those of other folds their meaning, as the definition of a pipeline orders the stages of
    /// deals. Such rows are few. False where nothing else is said.
    var defines: Bool { get }
    /// For the runner: makes what runs this fold in one pass, so that it sees events as the upcasters say. Provided by
    /// ``EntityFold`` and ``EventFold``.
    func makeRunner(number: UInt8, upcasters: Upcasters) -> FoldRunner
}

extension Fold {
    /// Most folds define nothing.
    public var defines: Bool { false }
}

/// What a fold keeps of one entity.
public protocol EntityState: Sendable {
    /// The state before the first event.
    init()
    /// Appends the stored form. Integers and text only, in a fixed order.
    func encode(into bytes: inout [UInt8])
    /// Reads the stored form back.
    init(decoding reader: inout ByteReader) throws
}

/// In which order an entity's events must be applied.
public enum FoldOrder: Sendable {
    /// Any order gives the same state: newest-wins fields, counts, minima, sums.
    case any
    /// By occurredAt, then position. An event that arrives late makes the runner fold the entity's events again.
    case occurrence
}

/// A fold over the events of one entity at a time: those that have a tag of its kind.
public protocol EntityFold: Fold {
    associatedtype State: EntityState
    /// What a fold must remember of a state to tell later what has come since. The state itself, where nothing less is
    /// named.
    associatedtype Mark: Sendable = State
    /// The kind of entity, the part of the tag before the colon.
    var entityKind: String { get }
    var order: FoldOrder { get }
    /// Applies an event to the state of one of its entities. `type` is the index of its type within `types`.
    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout State) throws
    /// Adds what the entity in this state contributes to totals, series and ordered rows.
    func contribute(_ state: State, of entity: Tag, to contributions: inout Contributions) throws
    /// Whether states contribute anything; else nothing is asked or remembered for it.
    var contributes: Bool { get }
    /// What to remember of a state. Copies of arrays make the next change of them expensive.
    func mark(_ state: State) -> Mark
    /// Adds what differs between the contributions of the state that was marked and of what it has become by applying
    /// further events to it.
    func contribute(from mark: Mark, to state: State, of entity: Tag, into contributions: inout Contributions) throws
}

extension EntityFold {
    /// Right for every fold that has anything to contribute.
    @inlinable
    public var contributes: Bool { true }
}

extension EntityFold where Mark == State {
    /// The state itself.
    @inlinable
    public func mark(_ state: State) -> State { state }

    /// Out with the old, in with the new: right for every fold.
    @inlinable
    public func contribute(
        from mark: State, to state: State, of entity: Tag, into contributions: inout Contributions
    ) throws {
        try contributions.takingOut { try contribute(mark, of: entity, to: &$0) }
        try contribute(state, of: entity, to: &contributions)
    }
}

/// A fold in which every event stands for itself: it keeps no state, and contributes once.
public protocol EventFold: Fold {
    /// Adds what the event contributes. `type` is the index of its type within `types`.
    func contribute(_ event: borrowing ProjectedEvent, type: Int, to contributions: inout Contributions) throws
}

extension EntityFold {
    /// Made here, with the fold's own types, so that its loops are compiled for them.
    @inlinable
    public func makeRunner(number: UInt8, upcasters: Upcasters) -> FoldRunner {
        let revisions = upcasters.currentRevisions(of: types)
        if revisions.isEmpty { return makeRunner(number: number) }
        return UpcastEntityFold(self, upcasters, revisions).makeRunner(number: number)
    }

    /// Runs the fold itself.
    @inlinable
    func makeRunner(number: UInt8) -> FoldRunner {
        var runner = EntityFoldRunner(self, number: number)
        return FoldRunner(
            process: { event, type, pass in try runner.process(event, type: type, in: pass) },
            reconsider: { event, _, _, pass in try runner.reconsider(event, in: pass) },
            finish: { pass in try runner.finish(in: pass) },
            changedEntities: { live in runner.changedEntities(live: live) },
            row: { entity, key, value in runner.row(of: entity, &key, &value) },
            contribute: { entity, row, contributions in try runner.contribute(entity, row, to: &contributions) },
            describe: { row in try runner.describe(row) }, endBatch: { runner.endBatch() },
            reset: { runner.reset() })
    }
}

extension EventFold {
    /// Nothing is kept between events.
    @inlinable
    public func makeRunner(number: UInt8, upcasters: Upcasters) -> FoldRunner {
        let revisions = upcasters.currentRevisions(of: types)
        if revisions.isEmpty { return FoldRunner.events(self) }
        return FoldRunner.events(UpcastEventFold(self, upcasters, revisions))
    }
}
