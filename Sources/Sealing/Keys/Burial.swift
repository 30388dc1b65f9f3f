internal import EventLog
internal import LMDB

/// What erasures change in a generation: the tombstones they leave, and whose keys go.
struct Burial {
    /// By subject, in UTF-8.
    private(set) var tombstones: [[UInt8]: Tombstone] = [:]
    /// Those among them of subjects that had none.
    private(set) var newTombstones: [[UInt8]: Tombstone] = [:]
    /// Whether any of it is not so already.
    private(set) var isNeeded = false

    /// Nobody is erased.
    init() {}

    /// What `erasures` change in `generation`, to which nobody adds keys meanwhile.
    init(_ erasures: [KeyErasure], in generation: KeyGeneration) throws {
        let transaction = try generation.environment.beginRead()
        var known: [[UInt8]: Tombstone] = [:]
        for erasure in erasures {
            let subject = Array(erasure.subject.utf8)
            if tombstones[subject] == nil {
                known[subject] = try generation.tombstone(of: subject, in: transaction)
            }
            tombstones[subject] = Tombstone(erasure, after: tombstones[subject] ?? known[subject])
        }
        for (subject, tombstone) in tombstones {
            if known[subject] == nil { newTombstones[subject] = tombstone }
            if try known[subject] != tombstone || generation.hasKey(of: subject, besides: tombstone.retained) {
                isNeeded = true
            }
        }
    }

    /// Whether the key of a row stays.
    ///
    /// - Throws: ``KeyStoreRefusal`` when the row is that of no key.
    func keeps(_ row: [UInt8], of generation: KeyGeneration) throws -> Bool {
        guard let (subject, category) = KeyName.split(row) else { throw generation.damagedKey(row) }
        guard let tombstone = tombstones[subject] else { return true }
        return tombstone.retained.contains(category)
    }
}
