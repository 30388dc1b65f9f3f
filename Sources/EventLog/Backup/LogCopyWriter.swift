internal import Foundation
internal import LMDB

/// Why events are not copied into a data directory. What was copied before stays.
public enum CopyRefusal: Error, Equatable, Sendable {
    /// Somebody has the log there open to append to it.
    case inUse(String)
    /// A backup stands there, and only a backup is written into one.
    case backup(String)
    /// The copy goes on at another position: positions have no gaps.
    case gap(expected: Position, found: Position)
    /// The event was recorded before the one before it.
    case recordedEarlier(Position)
}

extension CopyRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .inUse(let path): "\(path): somebody has the log open; expected one that nobody appends to"
        case .backup(let path): "\(path): is a backup; expected a new folder, or a copy that was made before"
        case .gap(let expected, let found):
            "the copy goes on at position \(expected), and the next event has position \(found); positions have no gaps"
        case .recordedEarlier(let position):
            "the event at position \(position) was recorded before the one before it"
        }
    }
}

/// Makes a log of events that were recorded elsewhere: each keeps its position and the time it was recorded.
///
/// For whoever was given the events of a log and makes a data directory of them. The log has an identity of its own:
/// it holds the same history, and is not the log that the history comes from. Numbers of types are given anew, in the
/// order of first use; they are in no hash of an event.
///
/// A new folder is marked as unfinished until ``finish()``, and no log is opened there before. A copy that is there
/// already is carried on behind its head; then each commit counts as soon as it is durable.
public final class LogCopyWriter {
    /// Bytes of events of one commit, about; one event more may come on top.
    static let bytesAtOnce = 8 << 20
    /// Events of one commit.
    static let eventsAtOnce = 16_384

    /// The data directory.
    public let path: String
    /// The position of the last event that was taken; zero before the first one.
    public private(set) var last: Position
    private var lastRecordedAt: Timestamp
    private let store: LogStore
    /// Nil where a copy is carried on.
    private let unfinished: UnfinishedRestore?
    private let mark: OpenMark?
    private let eventsAtOnce: Int
    private var pending: [RecordedEvent] = []
    private var pendingBytes = 0
    private var isFinished = false

    /// Begins a new log in the data directory `path`, or goes on behind the head of the copy that is there.
    ///
    /// - Parameters:
    ///   - path: the data directory, made where it is missing.
    ///   - first: the position of the first event that will come: 1 in a new log, in a copy the one behind its head.
    /// - Throws: ``CopyRefusal``, and then nothing was made; ``RestoreRefusal`` when something else stands at the place
    ///   of the log; errors of the storage layer.
    public convenience init(
        into path: String, from first: Position = Position(1), options: EventLogOptions = .init()
    ) throws {
        try self.init(into: path, from: first, options: options, eventsAtOnce: Self.eventsAtOnce)
    }

    /// - Parameter eventsAtOnce: events of one commit.
    init(into path: String, from first: Position, options: EventLogOptions, eventsAtOnce: Int) throws {
        self.path = path
        self.eventsAtOnce = eventsAtOnce
        let isCarriedOn = try Self.hasCopy(path)
        guard isCarriedOn || first == Position(1) else { throw CopyRefusal.gap(expected: Position(1), found: first) }
        unfinished = isCarriedOn ? nil : try UnfinishedRestore(in: path)
        let store = try LogStore(folder: path + "/log", mapSize: options.mapSize, readOnly: false)
        mark = isCarriedOn ? try OpenMark(in: path + "/log") : nil
        let head = try store.environment.read { transaction in try store.head(in: transaction) }
        self.store = store
        last = Position(head.position)
        lastRecordedAt = Timestamp(microseconds: head.recordedAt)
        guard last.next == first else { throw CopyRefusal.gap(expected: last.next, found: first) }
    }

    /// Whether there is a whole log that may be carried on.
    private static func hasCopy(_ path: String) throws -> Bool {
        guard !BackupManifest.isThere(in: path) else { throw CopyRefusal.backup(path) }
        guard !UnfinishedRestore.isThere(in: path), try DurableFile.size(path + "/log/data.mdb") != nil else {
            return false
        }
        guard try !isInUse(path + "/log") else { throw CopyRefusal.inUse(path) }
        return true
    }

    /// Whether the mark of a process that has the log open is held; see ``OpenMark``.
    private static func isInUse(_ folder: String) throws -> Bool {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasPrefix("open-") {
            if try FileLock.acquire(folder + "/" + name, creating: false) != nil { continue }
            // Its owner may have removed it just now.
            if FileStamp(folder + "/" + name) != nil { return true }
        }
        return false
    }

    /// Takes the next event. It is durable some megabytes later, or with ``finish()``.
    ///
    /// After an error nothing more is to be asked of this value.
    ///
    /// - Throws: ``CopyRefusal`` when it does not follow the one before; ``InvalidEvent`` when it breaks a limit of
    ///   events; errors of the storage layer.
    public func append(_ event: RecordedEvent) throws {
        precondition(!isFinished, "the copy has ended")
        guard last.rawValue < .max, event.position == last.next else {
            throw CopyRefusal.gap(expected: last.next, found: event.position)
        }
        guard event.recordedAt >= lastRecordedAt else { throw CopyRefusal.recordedEarlier(event.position) }
        guard Timestamp.expressible.contains(event.recordedAt) else {
            throw InvalidEvent("event \(event.event.id) was recorded outside the years 0 to 9999")
        }
        for tag in event.event.tags { _ = try Tag(tag.text) }
        pending.append(event)
        pendingBytes += Self.roughLength(of: event.event)
        last = event.position
        lastRecordedAt = event.recordedAt
        if pending.count >= eventsAtOnce || pendingBytes >= Self.bytesAtOnce { try commit() }
    }

    /// Makes everything durable and lets the files go: the log can be opened. Answers its head.
    @discardableResult
    public func finish() throws -> Position {
        precondition(!isFinished, "the copy has ended")
        try commit()
        isFinished = true
        store.environment.close()
        mark?.remove()
        try unfinished?.end()
        return last
    }

    private static func roughLength(of event: NewEvent) -> Int {
        event.subjects.reduce(256 + event.data.count) { $0 + ($1.part?.bytes.count ?? 0) }
    }

    private func commit() throws {
        guard let first = pending.first?.position else { return }
        var encoder = RecordEncoder(reservingFor: pending.map(\.event))
        // By index: an event in a variable would be a copy of all its parts.
        for index in pending.indices { try encoder.encode(pending[index].event) }
        let (records, ends, bodyHashes) = (encoder.bytes, encoder.ends, encoder.bodyHashes)
        try store.environment.write { transaction in
            let head = try store.head(in: transaction).position
            guard Position(head).next == first else {
                throw CopyRefusal.gap(expected: Position(head).next, found: first)
            }
            let numbers = try typeNumbers(in: transaction)
            var bytes = records
            var start = 0
            let end = try transaction.appendCursor(over: store.events)
            for index in ends.indices {
                let (position, recordedAt) = (pending[index].position, pending[index].recordedAt)
                RecordEncoder.assign(
                    position: position.rawValue, recordedAt: recordedAt.microseconds, typeNumber: numbers[index],
                    bodyHash: bodyHashes[index], to: &bytes, at: start)
                try end.append(bytes.rawSpan.extracting(start..<ends[index]), for: position.rawValue)
                start = ends[index]
            }
        }
        pending.removeAll(keepingCapacity: true)
        pendingBytes = 0
    }

    /// The number of each pending event's type in this log, which gets to know those that it does not.
    private func typeNumbers(in transaction: borrowing WriteTransaction) throws -> [UInt32] {
        let types = TypeTable()
        try store.refresh(types, in: transaction)
        var numbers: [UInt32] = []
        numbers.reserveCapacity(pending.count)
        for index in pending.indices {
            let type = pending[index].event.type
            if let known = types.number(of: type) {
                numbers.append(known)
                continue
            }
            let number = UInt32(types.count + 1)
            let name = LogStore.store(type, number: number)
            try transaction.append(name.rawSpan, in: store.types, for: UInt64(number))
            types.add(type, number: number)
            numbers.append(number)
        }
        return numbers
    }
}
