public import EventLog
public import LMDB

// Folds behind upcasters: whoever runs them, building, following, folding an entity again or in the past, hands on the
// stored event, and the fold sees it with data of the current schema revision. An event of an earlier revision costs
// its transform once for each fold, and each entity, that it is applied to; others cost one comparison.

/// An ``EntityFold`` that sees data of current schema revisions.
@usableFromInline
struct UpcastEntityFold<Inner: EntityFold>: EntityFold {
    @usableFromInline typealias State = Inner.State
    @usableFromInline typealias Mark = Inner.Mark

    @usableFromInline let inner: Inner
    @usableFromInline let upcasters: Upcasters
    /// For each of the fold's types the revision that data is taken to; 0 for one without an upcaster.
    @usableFromInline let revisions: [UInt16]

    @inlinable
    init(_ inner: Inner, _ upcasters: Upcasters, _ revisions: [UInt16]) {
        self.inner = inner
        self.upcasters = upcasters
        self.revisions = revisions
    }

    @inlinable var types: [EventType] { inner.types }
    @inlinable var defines: Bool { inner.defines }
    @inlinable var entityKind: String { inner.entityKind }
    @inlinable var order: FoldOrder { inner.order }
    @inlinable var contributes: Bool { inner.contributes }

    @inlinable
    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout Inner.State) throws {
        guard event.view.schemaRevision < revisions[type],
            let record = try upcasters.changedRecord(of: event.view, as: inner.types[type])
        else { return try inner.apply(event, type: type, to: &state) }
        let payload = PayloadCache(event.payload, storedRevision: event.view.schemaRevision)
        try inner.apply(ProjectedEvent(EventView(record.rawSpan), payload), type: type, to: &state)
    }

    @inlinable
    func contribute(_ state: Inner.State, of entity: Tag, to contributions: inout Contributions) throws {
        try inner.contribute(state, of: entity, to: &contributions)
    }

    @inlinable
    func mark(_ state: Inner.State) -> Inner.Mark { inner.mark(state) }

    @inlinable
    func contribute(
        from mark: Inner.Mark, to state: Inner.State, of entity: Tag, into contributions: inout Contributions
    ) throws {
        try inner.contribute(from: mark, to: state, of: entity, into: &contributions)
    }

    /// It has its upcasters already.
    @inlinable
    func makeRunner(number: UInt8, upcasters: Upcasters) -> FoldRunner { makeRunner(number: number) }
}

/// An ``EventFold`` that sees data of current schema revisions.
@usableFromInline
struct UpcastEventFold<Inner: EventFold>: EventFold {
    @usableFromInline let inner: Inner
    @usableFromInline let upcasters: Upcasters
    /// For each of the fold's types the revision that data is taken to; 0 for one without an upcaster.
    @usableFromInline let revisions: [UInt16]

    @inlinable
    init(_ inner: Inner, _ upcasters: Upcasters, _ revisions: [UInt16]) {
        self.inner = inner
        self.upcasters = upcasters
        self.revisions = revisions
    }

    @inlinable var types: [EventType] { inner.types }
    @inlinable var defines: Bool { inner.defines }

    @inlinable
    func contribute(_ event: borrowing ProjectedEvent, type: Int, to contributions: inout Contributions) throws {
        guard event.view.schemaRevision < revisions[type],
            let record = try upcasters.changedRecord(of: event.view, as: inner.types[type])
        else { return try inner.contribute(event, type: type, to: &contributions) }
        let payload = PayloadCache(event.payload, storedRevision: event.view.schemaRevision)
        try inner.contribute(ProjectedEvent(EventView(record.rawSpan), payload), type: type, to: &contributions)
    }

    /// It has its upcasters already.
    @inlinable
    func makeRunner(number: UInt8, upcasters: Upcasters) -> FoldRunner { FoldRunner.events(self) }
}
