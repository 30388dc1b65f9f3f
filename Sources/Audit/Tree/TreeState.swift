internal import EventLog
internal import LMDB

/// The file `tree/STATE`: how far which files of hashes go, and of which log they are. Replaced as a whole, once the
/// hashes that it speaks of are durable.
///
/// Little endian: format (8), log id (16: high, low), generation (8), size (8), checksum of the last record (8),
/// XXH3-64 of all these bytes (8).
struct TreeState: Equatable, Sendable {
    /// Counts up whenever the leaf's entry or the layout of the files changes.
    static let format: UInt64 = 1
    static let storedLength = 56

    var logID: EventID
    /// Names the files. Those of one generation never change below their size.
    var generation: UInt64
    /// How many leaves the tree has.
    var size: UInt64
    /// The checksum of the record at position `size`; 0 at size 0.
    var recordChecksum: UInt64

    private static func path(in folder: String) -> String { folder + "/STATE" }

    /// The file of a state that did not fit its log when a new tree was made: what was done to the log can still be
    /// found out with the hashes that it speaks of.
    private static func discardedPath(in folder: String) -> String { folder + "/DISCARDED" }

    /// The state that was put aside in `folder`; nil when there is none.
    static func readDiscarded(from folder: String) throws -> TreeState? {
        guard let bytes = try DurableFile.read(discardedPath(in: folder)) else { return nil }
        return TreeState(stored: bytes)
    }

    /// Puts the state aside, unless another one is: the oldest tells most.
    func putAside(in folder: String) throws {
        guard try Self.readDiscarded(from: folder) == nil else { return }
        try DurableFile.replace(Self.discardedPath(in: folder), with: stored)
    }

    /// Forgets what was put aside.
    static func forgetDiscarded(in folder: String) throws { try DurableFile.remove(discardedPath(in: folder)) }

    /// Whether there is a state in `folder`, readable or not.
    static func isThere(in folder: String) throws -> Bool { try DurableFile.size(path(in: folder)) != nil }

    /// The state in `folder`; nil when there is none, it is damaged, or of another format.
    static func read(from folder: String) throws -> TreeState? {
        guard let bytes = try DurableFile.read(path(in: folder)) else { return nil }
        return TreeState(stored: bytes)
    }

    /// Replaces the state in `folder`, durably.
    func write(to folder: String) throws {
        try DurableFile.replace(Self.path(in: folder), with: stored)
    }

    /// Whether the log has, where the tree ends, the record that the tree ends with.
    ///
    /// - Throws: ``DamagedLog`` when that record is damaged; an error of the storage layer.
    func fits(_ log: EventLog) throws -> Bool {
        guard logID == log.logID else { return false }
        if size == 0 { return true }
        return try log.withEvent(at: Position(size)) { $0.checksum } == recordChecksum
    }
}

extension TreeState {
    /// The bytes of the file.
    var stored: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: Self.format)
        bytes.append(littleEndian: logID.high)
        bytes.append(littleEndian: logID.low)
        bytes.append(littleEndian: generation)
        bytes.append(littleEndian: size)
        bytes.append(littleEndian: recordChecksum)
        let checksum = FastHash.hash64(bytes.rawSpan)
        bytes.append(littleEndian: checksum)
        return bytes
    }

    /// Reads the bytes of the file; nil when they are not what this code has written.
    init?(stored bytes: [UInt8]) {
        let span = bytes.rawSpan
        guard span.byteCount == Self.storedLength,
            span.u64(at: 48) == FastHash.hash64(span.extracting(0..<48)), span.u64(at: 0) == Self.format
        else { return nil }
        logID = EventID(high: span.u64(at: 8), low: span.u64(at: 16))
        generation = span.u64(at: 24)
        size = span.u64(at: 32)
        recordChecksum = span.u64(at: 40)
    }
}
