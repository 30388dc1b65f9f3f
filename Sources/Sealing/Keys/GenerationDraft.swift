internal import EventLog
internal import LMDB

/// A generation in the making, in the folder `new`. Until ``finish()`` has named it, it is worth nothing, and whoever
/// finds it there afterwards removes it. The lock on the folder is held meanwhile.
struct GenerationDraft {
    /// Rows of one transaction.
    static let rowsAtOnce = 65_536

    private let folder: KeyFolder
    private let epoch: UInt64
    private let environment: Environment

    /// Begins the generation `epoch`.
    ///
    /// - Parameter wrappedKey: its key-encryption key, as a master key has wrapped it.
    init(in folder: KeyFolder, epoch: UInt64, logID: EventID, wrappedKey: [UInt8]) throws {
        self.folder = folder
        self.epoch = epoch
        try KeyFolder.shred(generation: folder.draftPath)
        try DurableFile.createDirectory(folder.draftPath)
        try KeyEncryptionFile.write(wrappedKey, in: folder.draftPath)
        environment = try KeyGeneration.environment(at: folder.draftPath, readOnly: false)
        var format: [UInt8] = []
        format.append(littleEndian: KeyGeneration.format)
        var log: [UInt8] = []
        log.append(bigEndian: logID.high)
        log.append(bigEndian: logID.low)
        var number: [UInt8] = []
        number.append(littleEndian: epoch)
        try put([
            (KeyGeneration.Meta.format, format), (KeyGeneration.Meta.logID, log), (KeyGeneration.Meta.epoch, number),
        ])
    }

    private func put(_ rows: [(name: String, value: [UInt8])]) throws {
        let meta = environment.database("meta")
        try environment.write { transaction in
            for row in rows {
                let value = row.value
                try transaction.put(value.rawSpan, in: meta, for: row.name)
            }
        }
    }

    /// Sets how far erasures are carried out, and the key of blind indexes as the generation's key has wrapped it.
    func put(_ replayed: ReplayedErasures, blindIndexKey: [UInt8]) throws {
        try put([
            (KeyGeneration.Meta.replayedTo, replayed.encoded), (KeyGeneration.Meta.blindIndexKey, blindIndexKey),
        ])
    }

    /// Adds tombstones of subjects that have none yet.
    func add(_ tombstones: [[UInt8]: Tombstone]) throws {
        let erased = environment.database("erased")
        let subjects = tombstones.keys.sorted { $0.lexicographicallyPrecedes($1) }
        try environment.write { transaction in
            for subject in subjects {
                guard let value = tombstones[subject]?.encoded else { continue }
                try transaction.put(value.rawSpan, in: erased, for: subject.rawSpan)
            }
        }
    }

    // MARK: Copying

    /// What of a generation is copied.
    enum Content: String {
        case keys, erased
    }

    /// Copies the rows of another generation, in order, into a database that has none yet.
    ///
    /// - Parameter convert: gets key and value of a row and answers its new value; nil leaves the row out.
    /// - Returns: how many rows were left out.
    func copy(
        _ content: Content, of source: KeyGeneration, _ convert: ([UInt8], [UInt8]) throws -> [UInt8]?
    ) throws -> Int {
        var leftOut = 0
        var start: [UInt8]? = []
        while let from = start {
            let step = try environment.write { transaction in
                try copyStep(content, of: source, from: from, into: transaction, convert)
            }
            leftOut += step.leftOut
            start = step.next
        }
        return leftOut
    }

    private struct Step {
        var leftOut = 0
        /// The row to go on with.
        var next: [UInt8]?
    }

    private func copyStep(
        _ content: Content, of source: KeyGeneration, from start: [UInt8],
        into transaction: borrowing WriteTransaction, _ convert: ([UInt8], [UInt8]) throws -> [UInt8]?
    ) throws -> Step {
        let target = environment.database(content.rawValue)
        let snapshot = try source.environment.beginRead()
        var cursor = try snapshot.cursor(over: content == .keys ? source.keys : source.erased)
        var isOnEntry: Bool
        if start.isEmpty {
            isOnEntry = try cursor.first()
        } else {
            isOnEntry = try cursor.seek(start.rawSpan)
        }
        var done = Step()
        var count = 0
        while isOnEntry {
            let row = cursor.key.copy()
            if count == Self.rowsAtOnce {
                done.next = row
                break
            }
            count += 1
            if let value = try convert(row, cursor.value.copy()) {
                try transaction.append(value.rawSpan, in: target, for: row.rawSpan)
            } else {
                done.leftOut += 1
            }
            isOnEntry = try cursor.next()
        }
        return done
    }

    // MARK: The end

    /// Gives the generation its name and says that it counts, durably. Whatever comes before is durable by then.
    func finish() throws {
        environment.close()
        try DurableFile.syncDirectory(of: folder.draftPath + "/data.mdb")
        try DurableFile.move(folder.draftPath, to: folder.generationPath(epoch))
        try folder.setCurrent(epoch)
    }
}
