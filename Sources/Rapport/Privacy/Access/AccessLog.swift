public import EventLog
internal import Foundation
internal import LMDB
public import Logging
internal import SwiftProtobuf
internal import Synchronization

/// Who was shown personal values of whom: a log of its own, in `<data>/access`.
///
/// One event ``PersonalDataAccessed`` stands for each actor, person, hour and purpose, however often it happened in
/// that hour; never a value. Its id is made of these, so that several processes note it once. The events have the tag
/// of the person and `actor:` with the id of the actor; purpose and question, the first one, stand in their provenance.
///
/// It is opened when it is needed first. A backup of the data directory holds it not: it has its own, which `rapport
/// backup` makes of `<data>/access`. Safe to use from any thread; several processes may note at the same time.
public final class AccessLog: Sendable {
    /// Its folder.
    public let path: String
    let logger: Logger
    /// Of the log whose persons it is about.
    private let logID: EventID
    private let isOfBackup: Bool
    private let clock: @Sendable () -> Timestamp
    private let kept = Mutex(Kept())

    private struct Kept {
        var log: EventLog?
        var isClosed = false
        /// The hour that `noted` is of.
        var hour = Timestamp(microseconds: .min)
        /// What stands in the log for certain.
        var noted: Set<Access> = []
    }

    private struct Access: Hashable {
        let actor: Tag
        let subject: Tag
        /// As bytes: texts that are equal otherwise are other purposes. Nil where none was stated.
        let purpose: [UInt8]?
    }

    /// Accesses that are remembered as noted; beyond that some are looked for in the log again.
    private static let mostNoted = 65_536
    /// Address space at the start; it grows by itself.
    private static let mapSize = 4 << 30

    /// The access log beside `log`. It does not keep the log.
    public convenience init(of log: EventLog, logger: Logger = Logger(label: "rapport.access")) {
        self.init(of: log, logger: logger) { .now() }
    }

    /// - Parameter clock: for tests of what happens as hours go by.
    init(of log: EventLog, logger: Logger, clock: @escaping @Sendable () -> Timestamp) {
        path = log.path + "/access"
        logID = log.logID
        isOfBackup = log.isBackup
        self.logger = logger
        self.clock = clock
    }

    deinit {
        close()
    }

    /// Brings it to rest on disk. Nothing is noted from then on.
    public func close() {
        let log = kept.withLock { kept in
            defer { kept.log = nil }
            kept.isClosed = true
            return kept.log
        }
        log?.close()
    }

    // MARK: The log

    /// The log of accesses; nil where there is none, and none is to be made or may be made.
    func log(creating: Bool) throws -> EventLog? {
        try kept.withLock { kept in
            if kept.isClosed { return nil }
            if let log = kept.log { return log }
            let isThere = try DurableFile.size(path + "/log/data.mdb") != nil
            guard isThere || (creating && !isOfBackup) else { return nil }
            var options = EventLogOptions(readOnly: isOfBackup)
            options.mapSize = min(options.mapSize, Self.mapSize)
            do {
                kept.log = try EventLog(at: path, options: options, logger: logger)
            } catch  where creating && Self.isNotPermitted(error) {
                return nil
            }
            return kept.log
        }
    }

    /// Whether this user may not write there.
    private static func isNotPermitted(_ error: any Error) -> Bool {
        switch error {
        case let error as LMDBError:
            [.readOnly, .system(EACCES), .system(EPERM), .system(EROFS)].contains(error.kind)
        case let error as CocoaError:
            [.fileWriteNoPermission, .fileReadNoPermission, .fileWriteVolumeReadOnly].contains(error.code)
        default: false
        }
    }

    // MARK: Noting

    /// Notes that `actor` is shown personal values of `subjects`; it is durable when this returns. For whom it was
    /// noted in this hour it is a look-up.
    ///
    /// - Returns: false when nobody can note it, as in a directory that this user may not write to.
    /// - Throws: ``UnfitEvent`` for an actor that is no id; ``AppendError`` for a purpose or question that is too long;
    ///   errors of the storage layer, a full disk among them.
    func note(_ subjects: [Tag], by actor: String, for purpose: String?, asking question: String) throws -> Bool {
        let actor = try Self.tag(ofActor: actor)
        let hour = Self.hour(of: clock())
        let stated = purpose.map { Array($0.utf8) }
        let missing = notNoted(subjects.map { Access(actor: actor, subject: $0, purpose: stated) }, in: hour)
        if missing.isEmpty { return true }
        guard let log = try log(creating: true), !log.isReadOnly else { return false }
        let provenance = Provenance(actor: String(actor.id), source: question, purpose: purpose)
        var rest = missing[...]
        while !rest.isEmpty {
            let events = try rest.prefix(Limits.eventsPerAppend).map { try event($0, in: hour, provenance) }
            try log.appendBlocking(events, known: .skip)
            rest = rest.dropFirst(Limits.eventsPerAppend)
        }
        kept.withLock { kept in
            guard kept.hour == hour else { return }
            kept.noted.formUnion(missing)
        }
        return true
    }

    /// Those of which it is not known that they are noted, each once.
    private func notNoted(_ accesses: [Access], in hour: Timestamp) -> [Access] {
        kept.withLock { kept in
            if kept.hour != hour || kept.noted.count > Self.mostNoted {
                kept.hour = hour
                kept.noted = []
            }
            var missing: [Access] = []
            var seen: Set<Access> = []
            for access in accesses where !kept.noted.contains(access) {
                if seen.insert(access).inserted { missing.append(access) }
            }
            return missing
        }
    }

    private func event(_ access: Access, in hour: Timestamp, _ provenance: Provenance) throws -> NewEvent {
        var message = PersonalDataAccessed()
        message.subjectID = access.subject.text
        let type = PersonalDataAccessed.eventType
        return NewEvent(
            id: id(of: access, in: hour), type: type, schemaRevision: EventCatalogue.revision(of: type),
            tags: access.subject == access.actor ? [access.subject] : [access.subject, access.actor],
            occurredAt: hour, provenance: provenance, data: try message.serializedBytes())
    }

    /// A UUIDv8 of SHA-256 over the id of the log, the tags of actor and person behind their lengths, the hour, and the
    /// purpose, where one was stated.
    private func id(of access: Access, in hour: Timestamp) -> EventID {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: logID.high)
        bytes.append(bigEndian: logID.low)
        bytes.append(prefixed: access.actor.text)
        bytes.append(prefixed: access.subject.text)
        bytes.append(bigEndian: UInt64(bitPattern: hour.microseconds))
        if let purpose = access.purpose {
            bytes.append(varint: UInt64(purpose.count))
            bytes += purpose
        }
        let input = bytes
        let digest = Hash256.sha256(of: input.rawSpan).bytes
        return EventID(
            digestHigh: digest.rawSpan.u64BigEndian(at: 0), digestLow: digest.rawSpan.u64BigEndian(at: 8))
    }

    /// The start of the hour, UTC.
    private static func hour(of time: Timestamp) -> Timestamp {
        let length: Int64 = 3_600_000_000
        let rest = time.microseconds % length
        return Timestamp(microseconds: time.microseconds - (rest < 0 ? rest + length : rest))
    }

    /// The tag of an actor.
    ///
    /// - Throws: ``UnfitEvent`` when it is no id.
    static func tag(ofActor actor: String) throws -> Tag {
        guard !actor.isEmpty else {
            throw UnfitEvent(reason: "who reads personal values must be noted; expected an id like user:7, found none")
        }
        do {
            return try Tag("actor", actor)
        } catch {
            throw UnfitEvent(reason: "who reads personal values must be noted; expected an id like user:7: \(error)")
        }
    }
}
