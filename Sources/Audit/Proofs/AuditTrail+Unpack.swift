public import EventLog
internal import LMDB
public import Transparency

extension AuditTrail {
    /// Makes a data directory of a bundle: a log with the same events at the same positions, recorded at the same
    /// times, that any program of this kind opens. Or carries on one that was made of an earlier bundle.
    ///
    /// The bundle is checked first; then it is written; then the log that was made is hashed, and must have the root
    /// that the checkpoint says. Where the bundle goes to the end of the checkpoint, that and the keys that have signed
    /// it are stored with the log, so that it can be verified again. The log has an identity of its own.
    ///
    /// - Parameters:
    ///   - bundle: of a range that begins at position 1, or behind the head of the log that is there, with all parts.
    ///   - path: the data directory, made where it is missing.
    ///   - keys: the keys known beforehand to sign for the log.
    ///   - progress: told now and then how far it is, with the last position; what it throws ends it there.
    /// - Returns: what the bundle has proved, without its events.
    /// - Throws: ``RefusedBundle``, ``MalformedBundle``; `CopyRefusal` and `RestoreRefusal` when the place is not fit
    ///   for it; `InvalidEvent` for an event that no log would take; errors of the storage layer. A new log that is
    ///   not whole is not opened by anybody, and made anew the next time.
    @discardableResult
    public static func unpack(
        _ bundle: ProofBundle, into path: String, keys: [VerifierKey], options: EventLogOptions = .init(),
        progress: (Position, Position) throws -> Void = { _, _ in }
    ) throws -> CheckedBundle {
        guard case .range(let range) = bundle.selection else { throw RefusedBundle(.selection) }
        let checked = try bundle.check(with: keys) { opening in
            if case .withheld = opening.parts { throw RefusedBundle(.withheld(opening.position)) }
        }
        try requireSameBeginning(in: path, range, checked, options)
        let copy = try LogCopyWriter(into: path, from: range.lowerBound, options: options)
        _ = try bundle.check(with: keys) { opening in
            try copy.append(try opening.recorded())
            if opening.position.rawValue % 4096 == 0 { try progress(opening.position, range.upperBound) }
        }
        try copy.finish()
        try requireSameTree(in: path, range, checked, options)
        // One that speaks of more than is there would tell that the rest is gone.
        if range.upperBound.rawValue == checked.checkpoint.size {
            let store = CheckpointStore(at: path + "/checkpoints")
            for key in checked.signedBy { try store.add(key: key) }
            try store.remember(checked.note)
        }
        return checked
    }

    /// The log that is there must hold the very events that come before the range: the hashes to the left of the range
    /// are those of its largest complete subtrees.
    private static func requireSameBeginning(
        in path: String, _ range: ClosedRange<Position>, _ checked: CheckedBundle, _ options: EventLogOptions
    ) throws {
        // Where no log goes on just before the range, whoever writes the copy says so.
        guard range.lowerBound > Position(1), try DurableFile.size(path + "/log/data.mdb") != nil else { return }
        var options = options
        options.readOnly = true
        let log: EventLog
        do {
            log = try EventLog(at: path, options: options)
        } catch let error as LMDBError where error.kind == .alreadyOpen {
            // Nothing is written into a log that is open.
            return
        }
        defer { log.close() }
        let count = range.lowerBound.rawValue - 1
        guard log.head.rawValue == count else { return }
        var left = RangeRootBuilder(from: 0)
        var scratch: [UInt8] = []
        try log.read(to: Position(count)) { event in
            left.append(EventCommitment.leafHash(of: event, type: log.type(of: event), scratch: &scratch))
            return true
        }
        let hashes = left.subtreeHashes
        guard Array(checked.rangeProof.prefix(hashes.count)) == hashes else { throw RefusedBundle(.otherLog) }
    }

    /// Hashes the events that were written, as they stand in the log now.
    private static func requireSameTree(
        in path: String, _ range: ClosedRange<Position>, _ checked: CheckedBundle, _ options: EventLogOptions
    ) throws {
        var options = options
        options.readOnly = true
        let log = try EventLog(at: path, options: options)
        defer { log.close() }
        var root = RangeRootBuilder(from: range.lowerBound.rawValue - 1)
        var scratch: [UInt8] = []
        try log.read(from: range.lowerBound, to: range.upperBound) { event in
            root.append(EventCommitment.leafHash(of: event, type: log.type(of: event), scratch: &scratch))
            return true
        }
        let found = try? root.root(size: checked.checkpoint.size, proof: checked.rangeProof)
        guard found == checked.checkpoint.root else { throw RefusedBundle(.differs) }
    }
}
