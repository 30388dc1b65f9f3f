internal import EventLog
internal import LMDB

/// Runs one fold in one pass over the log, live or rebuilding. Made by ``Fold/makeRunner(number:)``.
///
/// It is made of closures, not of a protocol's methods: they are made where the fold's types are known, so the compiler
/// can specialize what they call. Through a protocol, a generic runner would copy every state by way of its metadata.
public final class FoldRunner {
    /// Folds the event, if it falls to this worker.
    let process: (_ event: borrowing ProjectedEvent, _ type: Int, _ pass: FoldPass) throws -> Void
    /// Folds late entities again and adds every contribution. Live, entities not touched are left out.
    let finish: (_ pass: FoldPass) throws -> Void
    /// The rows of the entities that changed (live) or of all (rebuild), in key order.
    let forEachChangedEntity: (_ body: (_ key: RawSpan, _ value: RawSpan) throws -> Void) throws -> Void
    /// Ends a live batch: what was touched is clean now.
    let endBatch: () -> Void
    /// Forgets everything cached.
    let reset: () -> Void

    @usableFromInline
    init(
        process: @escaping (_ event: borrowing ProjectedEvent, _ type: Int, _ pass: FoldPass) throws -> Void,
        finish: @escaping (_ pass: FoldPass) throws -> Void,
        forEachChangedEntity: @escaping (_ body: (_ key: RawSpan, _ value: RawSpan) throws -> Void) throws -> Void,
        endBatch: @escaping () -> Void,
        reset: @escaping () -> Void
    ) {
        self.process = process
        self.finish = finish
        self.forEachChangedEntity = forEachChangedEntity
        self.endBatch = endBatch
        self.reset = reset
    }
}
