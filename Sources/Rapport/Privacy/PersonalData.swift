public import EventLog
internal import LMDB
public import Logging
public import Sealing
internal import SwiftProtobuf
internal import Synchronization

/// The personal data of one data directory: seals the parts of what is appended, and opens them again.
///
/// Made for a log, it looks at whatever is appended through that value: parts are sealed under keys of the persons they
/// are about, on the caller's thread, and events about erased persons are refused. Safe to use from any thread.
public final class PersonalData: AppendGuard, PartOpening, Sendable {
    private let path: String
    private let logID: EventID
    private let isWritable: Bool
    private let masterKey: MasterKeySource
    private let logger: Logger
    private let store = Mutex<KeyStore?>(nil)
    private let register: PrivacyRegister

    /// Looks at what is appended to `log` from now on. It does not keep the log.
    ///
    /// - Parameter masterKey: where the key is that protects the persons' keys; looked for when it is needed first.
    public init(
        of log: EventLog, masterKey: MasterKeySource = .standard, logger: Logger = Logger(label: "rapport.personal")
    ) {
        path = log.path
        logID = log.logID
        isWritable = !log.isReadOnly
        self.masterKey = masterKey
        self.logger = logger
        register = PrivacyRegister(logger: logger)
        log.install(self)
    }

    /// Lets the files of the key store go.
    public func close() {
        let open = store.withLock { store in
            defer { store = nil }
            return store
        }
        open?.close()
    }

    /// The persons' keys; nil where nothing has been sealed yet.
    ///
    /// - Throws: ``MasterKeyRefusal``, and errors of the storage layer.
    public func keyStore() throws -> KeyStore? {
        if let known = store.withLock({ $0 }) { return known }
        return KeyStore.isThere(in: path) ? try openedKeyStore(creating: false) : nil
    }

    private func openedKeyStore(creating: Bool) throws -> KeyStore {
        try store.withLock { known in
            if let known { return known }
            let store = try KeyStore(
                in: path, logID: logID, masterKey: masterKey, creating: creating, readOnly: !isWritable, logger: logger)
            known = store
            return store
        }
    }

    /// Who is erased, restricted or held, up to the last event of `log` now. O(new events of these types).
    ///
    /// - Throws: `DamagedLog` and errors of the storage layer.
    public func state(in log: EventLog) throws -> PrivacyState { try register.state(in: log) }

    // MARK: Opening

    /// Opens a part for a fold, and notes no access: whoever shows values to somebody asks ``PersonalReader``. It does
    /// not look at the log, so it may be called while the log is read; an erasure that was appended this moment may not
    /// be known yet.
    ///
    /// - Throws: `MasterKeyRefusal` when the key of keys is not there or another one; `UnopenedPart` when the part is
    ///   not what was sealed.
    public func open(_ part: SealedPart, of subject: String, in context: SealingContext) throws -> OpenedPart {
        if register.latest.isErased(subject) { return .erased }
        return try openKept(part, of: subject, in: context)
    }

    /// Opens a part even if the person is erased, where a law keeps it.
    func openKept(_ part: SealedPart, of subject: String, in context: SealingContext) throws -> OpenedPart {
        if part.algorithm == .unsealed { return .bytes(part.bytes) }
        guard let store = try keyStore() else { return .keyMissing }
        let category = EventCatalogue.personalCategory(of: context.type)
        switch try store.key(KeyName(subject: subject, category: category)) {
        case .key(let key):
            return .bytes(try key.open(part, associatedData: context.associatedData(of: subject)))
        case .erased: return .erased
        case .missing: return .keyMissing
        }
    }

    /// The blind index of an identifier: tells equal values apart from others, and nothing else of them. Nil where
    /// there are no keys.
    ///
    /// - Throws: `MasterKeyRefusal`, and errors of the storage layer.
    public func blindIndex(_ kind: String, _ normalised: String) throws -> [UInt8]? {
        try keyStore()?.blindIndexKey().index(kind, normalised)
    }

    // MARK: Appending

    /// Seals the parts that are in clear.
    ///
    /// - Throws: `ErasedSubject` for an event about an erased person that is not in the log already; ``ErasureRefused``
    ///   for an erasure against a legal hold; ``KeysElsewhere``; `MasterKeyRefusal`.
    public func prepare(_ events: [NewEvent], for log: EventLog) throws -> [NewEvent] {
        let privacy = try register.recent(in: log)
        var prepared = events
        // Which parts are to be sealed, and under which key.
        var places: [(event: Int, subject: Int)] = []
        var names: [KeyName] = []
        // By index: an event in a variable would be a copy of all its parts.
        for index in events.indices {
            if events[index].type == SubjectErased.eventType { try requireAllowed(events[index], in: log) }
            if !privacy.isEmpty, let erased = try privacy.erasedSubject(of: events[index], in: log) {
                prepared[index] = try known(events[index], about: erased, privacy, in: log)
            }
            for number in events[index].subjects.indices
            where events[index].subjects[number].part?.algorithm == .unsealed {
                let subject = events[index].subjects[number].id
                // As the log has it.
                if privacy.isErased(subject) { continue }
                try Self.requireNameable(subject)
                places.append((index, number))
                names.append(
                    KeyName(subject: subject, category: EventCatalogue.personalCategory(of: events[index].type)))
            }
        }
        if names.isEmpty { return prepared }
        let keys = try keys(names, in: log)
        for (place, key) in zip(places, keys) {
            try Self.seal(&prepared[place.event], subject: place.subject, with: key)
        }
        return prepared
    }

    /// One key for each name; those that are missing are made.
    private func keys(_ names: [KeyName], in log: EventLog) throws -> [SubjectKey] {
        let store = try keyStoreForSealing(in: log)
        let inMemory = try store.keysInMemory(names)
        let missing = Set(zip(names, inMemory).filter { $0.1 == nil }.map(\.0))
        let others = missing.isEmpty ? [:] : try store.keys(makingMissing: missing)
        return zip(names, inMemory).map { name, key in
            guard let found = key ?? others[name] else {
                preconditionFailure("each name has a key, or there is an error")
            }
            return found
        }
    }

    /// - Throws: ``UnfitEvent`` for the id of a subject that no erasure could name.
    private static func requireNameable(_ subject: String) throws(UnfitEvent) {
        let colon = subject.utf8.firstIndex(of: UInt8(ascii: ":"))
        guard let colon, colon > subject.utf8.startIndex, subject.utf8.index(after: colon) < subject.utf8.endIndex,
            !subject.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else {
            throw UnfitEvent(
                reason: "a personal part is about \(subject.debugDescription); expected an id as tags have it, "
                    + "customer:ID, or nobody could erase it")
        }
    }

    private static func seal(_ event: inout NewEvent, subject number: Int, with key: SubjectKey) throws {
        guard let part = event.subjects[number].part else { return }
        let associatedData = SealingContext(event).associatedData(of: event.subjects[number].id)
        event.subjects[number].part = try key.seal(part.bytes, eventID: event.id, associatedData: associatedData)
    }

    /// The key store, made where there is none and the log needs none that is elsewhere.
    private func keyStoreForSealing(in log: EventLog) throws -> KeyStore {
        if let known = try keyStore() { return known }
        var isSealed = false
        try log.read(headersOnly: true) { event in
            if event.subjectCount == 0 { return true }
            try event.requireSound()
            isSealed = event.subjects.contains { $0.part.map { $0.algorithm != .unsealed } ?? false }
            return !isSealed
        }
        if isSealed {
            // Unless somebody else has made it meanwhile, and sealed by it.
            if let known = try keyStore() { return known }
            throw KeysElsewhere(path: path)
        }
        return try openedKeyStore(creating: true)
    }

    /// Refuses an erasure of somebody who is under a legal hold, and one whose persons its tags do not name: their
    /// rows would not be found.
    private func requireAllowed(_ event: NewEvent, in log: EventLog) throws {
        let message = try SubjectErased(serializedBytes: event.data)
        let privacy = try register.state(in: log)
        // Whatever it says of when it happened: the keys would be destroyed now.
        let isKnown = try log.position(of: event.id) != nil
        for id in message.subjectIds {
            guard let tag = event.tags.first(where: { $0.text.sameBytes(as: id) }) else {
                throw UnfitEvent(reason: "SubjectErased needs the tag \(id), whom it erases; the rows are found by it")
            }
            if let hold = privacy.holds(on: id, at: .now()).first, !isKnown {
                throw ErasureRefused.legalHold(
                    subject: tag, matter: hold.matter, until: hold.until, position: hold.position)
            }
        }
    }

    /// An event about an erased person as the log has it, so that it is known when it is appended once more: nobody can
    /// compare the erased parts.
    private func known(
        _ event: NewEvent, about erased: Erasure, _ privacy: PrivacyState, in log: EventLog
    ) throws -> NewEvent {
        guard let position = try log.position(of: event.id), let stored = try log.event(at: position) else {
            throw ErasedSubject(subject: erased.subject, position: erased.position)
        }
        var event = event
        for number in event.subjects.indices where privacy.isErased(event.subjects[number].id) {
            let id = event.subjects[number].id
            event.subjects[number].part = stored.event.subjects.first { $0.id.sameBytes(as: id) }?.part
        }
        return event
    }

    /// An event whose id is taken may be the one that stands there, with its parts in clear: appended before there were
    /// keys.
    public func reconcile(
        _ events: [NewEvent], after refusal: AppendError, in log: EventLog
    ) throws -> [NewEvent]? {
        var reconciled = events
        var isChanged = false
        for index in events.indices where !events[index].subjects.isEmpty {
            guard let position = try log.position(of: events[index].id), let stored = try log.event(at: position)
            else { continue }
            for (number, subject) in events[index].subjects.enumerated() {
                guard let part = subject.part, part.algorithm != .unsealed,
                    let known = stored.event.subjects.first(where: { $0.id.sameBytes(as: subject.id) })?.part,
                    known.algorithm == .unsealed,
                    try openKept(part, of: subject.id, in: SealingContext(events[index])) == .bytes(known.bytes)
                else { continue }
                reconciled[index].subjects[number].part = known
                isChanged = true
            }
        }
        return isChanged ? reconciled : nil
    }

    // MARK: Erasure

    /// Destroys the keys of everybody whom the log says to be erased and the key store does not yet: after a crash, or
    /// when an old copy of the key store was put back. Called before anything is served. O(log n) with nothing to do.
    ///
    /// - Returns: what was destroyed; nil when there was nothing to do.
    @discardableResult
    public func replayErasures(in log: EventLog) throws -> DestroyedKeys? {
        guard isWritable, let store = try keyStore() else { return nil }
        let head = log.head
        let known = try store.replayed
        // Of another history of the log nothing is known: all of its erasures are looked at.
        let stored = try Self.storedChecksum(of: log, at: known.position)
        let isOfThisLog = known.position <= head && known.checksum == stored
        let replayed = isOfThisLog ? known.position : .zero
        guard replayed < head, let checksum = try Self.checksum(of: log, at: head) else { return nil }
        var erasures: [KeyErasure] = []
        let query = try Query(types: [SubjectErased.eventType])
        try log.read(query, from: replayed.next, to: head) { event in
            erasures += PrivacyState.erasures(event, logger).compactMap { $0.ofKeys }
            return true
        }
        if !erasures.isEmpty { return try store.destroy(erasures, replayedTo: head, checksum: checksum) }
        if !isOfThisLog || head.rawValue - replayed.rawValue >= Self.rareNote {
            try store.noteReplayed(to: head, checksum: checksum)
        }
        return nil
    }

    /// The same; nil for a damaged record: the erasures are looked at from the beginning then.
    private static func storedChecksum(of log: EventLog, at position: Position) throws -> UInt64? {
        do {
            return try checksum(of: log, at: position)
        } catch is DamagedLog {
            return nil
        }
    }

    /// The checksum of the record at a position; nil where there is none.
    private static func checksum(of log: EventLog, at position: Position) throws -> UInt64? {
        position == .zero ? nil : try log.withEvent(at: position) { $0.checksum }
    }

    /// A note is a commit, and looking through so many events for the few erasures among them is none.
    private static let rareNote: UInt64 = 100_000
}
