internal import EventLog
internal import LMDB

/// How far deleted values are gone, of a read model that forgets: two positions in `meta` of a generation, 8 bytes
/// each, little endian.
///
/// - "clean": the file never held what events up to here have deleted. Written when it is filled, and never again.
/// - "forgotten": no file of the read model holds it: neither this one nor rows from before, of the past, or that were
///   only looked at. Written at last, so that a process that is killed in between leaves the rest to be done.
enum Forgotten {
    static let clean = "clean"
    static let forgotten = "forgotten"

    static func encode(_ position: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: position)
        return bytes
    }
}

extension Generation {
    /// What events up to here have deleted was never in this file; 0 where it does not say.
    func cleanUpTo() throws -> UInt64 { try position(under: Forgotten.clean) }

    /// What events up to here have deleted is in no file of the read model; 0 where it does not say.
    func forgottenUpTo() throws -> UInt64 { try position(under: Forgotten.forgotten) }

    /// Says so. Nobody else writes to the generation.
    func noteForgotten(upTo position: UInt64) throws {
        let transaction = try environment.beginWrite()
        let stored = Forgotten.encode(position)
        try transaction.put(stored.rawSpan, in: meta, for: Forgotten.forgotten)
        try transaction.commit()
    }

    private func position(under name: String) throws -> UInt64 {
        let transaction = try environment.beginRead()
        guard let stored = try transaction.value(in: meta, for: name), stored.byteCount == 8 else { return 0 }
        return stored.u64(at: 0)
    }
}

extension ReadModel {
    /// The last event up to `position`, not before `first`, that deletes values of this read model; nil when there is
    /// none. O(log n).
    func lastForgetting(in log: EventLog, from first: UInt64, upTo position: UInt64) throws -> UInt64? {
        guard !forgets.isEmpty, first <= position else { return nil }
        var last: UInt64?
        let query = try Query(types: forgets)
        try log.read(query, from: Position(max(first, 1)), to: Position(position), limit: 1, backwards: true) { event in
            last = event.position.rawValue
            return false
        }
        return last
    }
}
