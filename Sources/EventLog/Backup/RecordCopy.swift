internal import LMDB

/// Copies the records of one log behind those of another, in order and unchanged, each checked on the way; and the
/// names of their types.
///
/// Step by step: each reads in a transaction of its own, so that no snapshot of the source is held for long, and is
/// durable in the target before the next one begins. Wherever it ends, the target holds a stretch 1...n of the source.
struct RecordCopy {
    /// Records of one step.
    static let eventsAtOnce = 16_384

    let source: LogStore
    let target: LogStore
    let eventsAtOnce: Int
    /// What the target holds.
    private(set) var done: CheckedStretch

    /// - Parameter done: what the target holds already.
    init(from source: LogStore, to target: LogStore, behind done: CheckedStretch, eventsAtOnce: Int) {
        self.source = source
        self.target = target
        self.done = done
        self.eventsAtOnce = eventsAtOnce
    }

    /// Copies up to position `last`, which the source holds.
    ///
    /// - Parameter progress: told after each step how far it is; what it throws ends the copy there.
    /// - Throws: ``DamagedLog`` when a record of the source is not sound, and errors of the storage layer.
    mutating func run(upTo last: UInt64, progress: (Position) throws -> Void) throws {
        while done.position < last {
            let before = done
            done = try target.environment.write { transaction in
                try step(behind: before, upTo: last, into: transaction)
            }
            try progress(Position(done.position))
        }
    }

    private func step(
        behind before: CheckedStretch, upTo last: UInt64, into transaction: borrowing WriteTransaction
    ) throws -> CheckedStretch {
        var stretch = before
        let snapshot = try source.environment.beginRead()
        let end = try transaction.appendCursor(over: target.events)
        try stretch.advance(through: source, snapshot, upTo: last, by: eventsAtOnce) { position, record in
            try end.append(record, for: position)
        }
        try copyTypes(upTo: stretch.highestType, snapshot, transaction)
        return stretch
    }

    /// Numbers are given in the order of first use, so the names that the records need are the first ones.
    private func copyTypes(
        upTo highest: UInt32, _ snapshot: borrowing ReadTransaction, _ transaction: borrowing WriteTransaction
    ) throws {
        var number = UInt64(try transaction.count(of: target.types)) + 1
        while number <= UInt64(highest) {
            guard let name = try snapshot.value(in: source.types, for: number) else {
                throw UnreadableLog(path: source.environment.path, reason: "type number \(number) has no name")
            }
            try transaction.append(name, in: target.types, for: number)
            number += 1
        }
    }
}
