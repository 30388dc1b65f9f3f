internal import EventLog
internal import LMDB

/// Runs one fold in one pass over the log, live or rebuilding. Made by ``Fold/makeRunner(number:)``.
public protocol FoldRunner: AnyObject {
    /// Whether worker `worker` of `workers` is to take the entity or event with this hash.
    func process(_ event: borrowing ProjectedEvent, type: Int, in pass: FoldPass) throws
    /// Folds late entities again and adds every contribution. Live, entities not touched are left out.
    func finish(in pass: FoldPass) throws
    /// The rows of the entities that changed (live) or of all (rebuild), in key order.
    func forEachChangedEntity(_ body: (_ key: RawSpan, _ value: RawSpan) throws -> Void) throws
    /// Ends a live batch: what was touched is clean now.
    func endBatch()
    /// Forgets everything cached.
    func reset()
}
