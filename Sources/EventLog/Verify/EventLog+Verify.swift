internal import LMDB

/// What `verify` has looked at.
public struct VerifiedLog: Hashable, Sendable {
    /// The head up to which everything is sound.
    public let head: Position
    /// Bytes of all records.
    public let bytes: UInt64
    /// How many persons' parts are stored in clear.
    public let unsealedParts: Int
}

extension EventLog {
    /// Checks the whole log, and the index on disk against it.
    ///
    /// Positions follow each other without gaps; every record has its shape and its checksum, stands at the position it
    /// names, was not recorded before the one before it, has a known type, and tags that differ; no id stands twice;
    /// each run of the index holds just the ids, tags and types of its events.
    ///
    /// A backup holds, besides, what its manifest says.
    ///
    /// Memory does not grow with the log, apart from a few bytes for each run of the index.
    ///
    /// - Parameter progress: told now and then how far it is, with the head; what it throws ends the check.
    /// - Throws: ``DamagedLog`` with the first damaged position. A damaged page of the file itself may end the process.
    public func verify(progress: (Position, Position) throws -> Void = { _, _ in }) throws -> VerifiedLog {
        try verify(idsAtOnce: IDParts.idsAtOnce, progress: progress)
    }

    /// - Parameter idsAtOnce: about how many ids are held in memory; for every so many events the log is gone through.
    func verify(idsAtOnce: Int, progress: (Position, Position) throws -> Void = { _, _ in }) throws -> VerifiedLog {
        // A backup that is being written holds what its manifest says already, or more.
        var manifest = try ManifestCheck(of: self)
        // Runs hold what is in the log already: those of now end at the head of now, or before.
        var sums = RunSums(runs: index.currentRuns)
        let head = try currentHead()
        let typeKeys = try allTypeKeys()
        var ids = IDParts(events: head.rawValue, idsAtOnce: idsAtOnce)
        var check = RecordCheck()
        var bytes: UInt64 = 0
        var unsealed = 0
        try read(to: head, headersOnly: true) { event in
            try check.check(event, typeKeys.count)
            try manifest?.add(event)
            sums.add(event, typeKeys[Int(event.typeNumber) - 1])
            ids.gather(event.id)
            bytes += UInt64(event.bytes.byteCount)
            if event.subjectCount > 0 {
                unsealed += event.subjects.count { $0.part?.algorithm == .unsealed }
            }
            if event.position.rawValue % 65_536 == 0 { try progress(event.position, head) }
            return true
        }
        try manifest?.end(at: head)
        try sums.compare()
        try checkIDs(&ids, upTo: head)
        return VerifiedLog(head: head, bytes: bytes, unsealedParts: unsealed)
    }

    private func allTypeKeys() throws -> [TagKey] {
        let transaction = try store.environment.beginRead()
        try refreshTypes(transaction)
        return types.keys
    }

    /// No id stands twice. The first part of the ids was gathered with the records; each other part takes a pass.
    private func checkIDs(_ ids: inout IDParts, upTo head: Position) throws {
        var first: Position?
        while true {
            let suspects = ids.endPart()
            if let repeated = try firstRepeated(suspects, upTo: first ?? head) { first = repeated }
            if ids.isDone { break }
            try read(to: first ?? head, headersOnly: true) { event in
                ids.gather(event.id)
                return true
            }
        }
        if let first { throw DamagedLog(position: first, damage: .repeatedID) }
    }

    /// The first event whose id, with one of these hashes, stands before it.
    private func firstRepeated(_ hashes: Set<UInt64>, upTo last: Position) throws -> Position? {
        if hashes.isEmpty { return nil }
        var seen: Set<EventID> = []
        var repeated: Position?
        try read(to: last, headersOnly: true) { event in
            let id = event.id
            guard hashes.contains(id.mixed), !seen.insert(id).inserted else { return true }
            repeated = event.position
            return false
        }
        return repeated
    }
}

/// Compares each run with the log in constant memory: order-independent sums of hashes of (key, position) and
/// (id, position) over the run on one side and over its stretch of the log on the other.
private struct RunSums {
    private let runs: [IndexRun]
    private var postings: [UInt64]
    private var ids: [UInt64]
    private var current = 0

    init(runs: [IndexRun]) {
        self.runs = runs
        postings = [UInt64](repeating: 0, count: runs.count)
        ids = postings
    }

    mutating func add(_ event: borrowing EventView, _ typeKey: TagKey) {
        let position = event.position.rawValue
        while current < runs.count, position > runs[current].last { current += 1 }
        guard current < runs.count else { return }
        postings[current] &+= Self.mix(typeKey.high, typeKey.low, position)
        for index in 0..<event.tagCount {
            let key = event.tagKey(index)
            postings[current] &+= Self.mix(key.high, key.low, position)
        }
        ids[current] &+= Self.mix(event.id.high, event.id.low, position)
    }

    func compare() throws {
        for (index, run) in runs.enumerated() {
            let damage = DamagedLog(position: Position(run.first), damage: .index)
            do {
                try run.requireSound()
                guard try sums(of: run) == (postings[index], ids[index]) else { throw damage }
            } catch is MalformedBytes {
                throw damage
            } catch let error as LMDBError where error.kind.isDamage {
                throw damage
            }
        }
    }

    private func sums(of run: IndexRun) throws -> (postings: UInt64, ids: UInt64) {
        var postingSum: UInt64 = 0
        var previous: (key: TagKey, last: UInt64)?
        try run.forEachChunk { chunk, block in
            let positions = try chunk.positions(in: block)
            // Look-ups go by these, not by what is between them.
            guard chunk.last == positions[positions.count - 1] else {
                throw MalformedBytes("a chunk of postings that ends as it says")
            }
            guard previous.map({ ($0.key, $0.last) < (chunk.key, chunk.first) }) ?? true else {
                throw MalformedBytes("chunks of postings in order")
            }
            previous = (chunk.key, chunk.last)
            for position in positions { postingSum &+= Self.mix(chunk.key.high, chunk.key.low, position) }
        }
        var idSum: UInt64 = 0
        var last: EventID?
        try run.forEachID { id, position in
            guard last.map({ $0 < id }) ?? true else { throw MalformedBytes("ids in order") }
            last = id
            idSum &+= Self.mix(id.high, id.low, position)
            // Its range and its filter decide whether a duplicate is looked for at all.
            guard run.mayContain(id) else { throw MalformedBytes("every id of the run in its filter") }
        }
        return (postingSum, idSum)
    }

    private static func mix(_ high: UInt64, _ low: UInt64, _ position: UInt64) -> UInt64 {
        EventID(high: high ^ position &* 0x9E37_79B9_7F4A_7C15, low: low &+ position).mixed
    }
}
