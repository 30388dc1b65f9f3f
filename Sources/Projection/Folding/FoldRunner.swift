public import EventLog
internal import LMDB

/// Runs one fold in one pass over the log, live or rebuilding. Made by ``Fold/makeRunner(number:upcasters:)``.
///
/// It is made of closures, not of a protocol's methods: they are made where the fold's types are known, so the compiler
/// can specialize what they call. Through a protocol, a generic runner would copy every state by way of its metadata.
public final class FoldRunner {
    /// Folds the event, if it falls to this worker.
    let process: (_ event: borrowing ProjectedEvent, _ type: Int, _ pass: FoldPass) throws -> Void
    /// That an event is seen otherwise than before: how it was seen, to be taken out, or how it is seen now. The
    /// entities that it is about are folded again; an event that stands for itself is taken out or put in. Live only.
    let reconsider: (_ event: borrowing ProjectedEvent, _ type: Int, _ isNow: Bool, _ pass: FoldPass) throws -> Void
    /// Folds late entities again and adds every contribution. Live, entities not touched are left out.
    let finish: (_ pass: FoldPass) throws -> Void
    /// The numbers of the entities whose rows are to be written, in key order: live those touched, else all.
    let changedEntities: (_ live: Bool) -> [Int]
    /// Writes the key and the value of an entity's row; false where nothing is left of the entity, so that it has none.
    let row: (_ entity: Int, _ key: inout [UInt8], _ value: inout [UInt8]) -> Bool
    /// Adds what the entity of a stored row contributes, whatever has been processed.
    let contribute: (_ entity: Tag, _ row: RawSpan, _ contributions: inout Contributions) throws -> Void
    /// What the stored row of an entity says, field by field.
    let describe: (_ row: RawSpan) throws -> [(path: String, json: String)]
    /// Ends a live batch: what was touched is clean now.
    let endBatch: () -> Void
    /// Forgets everything cached.
    let reset: () -> Void

    @usableFromInline
    init(
        process: @escaping (_ event: borrowing ProjectedEvent, _ type: Int, _ pass: FoldPass) throws -> Void,
        reconsider:
            @escaping (
                _ event: borrowing ProjectedEvent, _ type: Int, _ isNow: Bool, _ pass: FoldPass
            ) throws -> Void,
        finish: @escaping (_ pass: FoldPass) throws -> Void,
        changedEntities: @escaping (_ live: Bool) -> [Int],
        row: @escaping (_ entity: Int, _ key: inout [UInt8], _ value: inout [UInt8]) -> Bool,
        contribute: @escaping (_ entity: Tag, _ row: RawSpan, _ contributions: inout Contributions) throws -> Void,
        describe: @escaping (_ row: RawSpan) throws -> [(path: String, json: String)],
        endBatch: @escaping () -> Void,
        reset: @escaping () -> Void
    ) {
        self.process = process
        self.reconsider = reconsider
        self.finish = finish
        self.changedEntities = changedEntities
        self.row = row
        self.contribute = contribute
        self.describe = describe
        self.endBatch = endBatch
        self.reset = reset
    }
}
