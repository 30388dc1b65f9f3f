public import EventLog
internal import Foundation
internal import LMDB
public import Logging
public import Sealing
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
    public func keyStore() throws -> KeyStore? { try keyStore(creating: false) }

    private func keyStore(creating: Bool) throws -> KeyStore? {
        try store.withLock { known in
            if let known { return known }
            guard creating || KeyStore.isThere(in: path) else { return nil }
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

    /// Opens a part, whoever asks: restrictions are the business of ``PersonalReader``. It does not look at the log, so
    /// it may be called while the log is read; an erasure that was appended this moment may not be known yet.
    ///
    /// - Throws: `MasterKeyRefusal` when the key of keys is not there or another one; `UnopenedPart` when the part is
    ///   not what was sealed.
    public func open(_ part: SealedPart, of subject: String, in context: SealingContext) throws -> OpenedPart {
        if register.latest.isErased(subject) { return .erased }
        return try openKept(part, of: subject, in: context)
    }

    /// Opens a part even if the person is erased, where a law keeps it: for whoever that law names.
    public func openKept(_ part: SealedPart, of subject: String, in context: SealingContext) throws -> OpenedPart {
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

    /// The blind index of an identifier: tells equal values apart from others, and nothing else of them.
    ///
    /// - Throws: `MasterKeyRefusal`, and errors of the storage layer.
    public func blindIndex(_ kind: String, _ normalised: String) throws -> [UInt8]? {
        try keyStore(creating: isWritable)?.blindIndexKey().index(kind, normalised)
    }

    // MARK: Appending

    /// Seals the parts that are in clear.
    ///
    /// - Throws: `ErasedSubject` for an event about an erased person that is not in the log already;
    ///   `MasterKeyRefusal`.
    public func prepare(_ events: [NewEvent], for log: EventLog) throws -> [NewEvent] {
        let privacy = try register.recent(in: log)
        var names: Set<KeyName> = []
        var prepared = events
        // By index: an event in a variable would be a copy of all its parts.
        for index in events.indices {
            if !privacy.isEmpty, let erased = privacy.erasedSubject(of: events[index]) {
                prepared[index] = try known(events[index], about: erased, privacy, in: log)
            }
            for name in Self.namesOfClearParts(of: prepared[index]) { names.insert(name) }
        }
        if names.isEmpty { return prepared }
        guard let store = try keyStore(creating: true) else { return prepared }
        let keys = try store.keys(makingMissing: names)
        for index in prepared.indices where !prepared[index].subjects.isEmpty {
            try Self.seal(&prepared[index], with: keys)
        }
        return prepared
    }

    private static func namesOfClearParts(of event: NewEvent) -> [KeyName] {
        if event.subjects.isEmpty { return [] }
        let category = EventCatalogue.personalCategory(of: event.type)
        return event.subjects.filter { $0.part?.algorithm == .unsealed }
            .map { KeyName(subject: $0.id, category: category) }
    }

    private static func seal(_ event: inout NewEvent, with keys: [KeyName: SubjectKey]) throws {
        let category = EventCatalogue.personalCategory(of: event.type)
        let context = SealingContext(event)
        for number in event.subjects.indices {
            let subject = event.subjects[number].id
            guard let part = event.subjects[number].part, part.algorithm == .unsealed,
                let key = keys[KeyName(subject: subject, category: category)]
            else { continue }
            event.subjects[number].part = try key.seal(
                part.bytes, eventID: event.id, associatedData: context.associatedData(of: subject))
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
        let replayed = try store.replayedTo
        let head = log.head
        guard replayed < head else { return nil }
        var erasures: [KeyErasure] = []
        let query = try Query(types: [SubjectErased.eventType])
        try log.read(query, from: replayed.next, to: head) { event in
            erasures += PrivacyState.erasures(event, logger).map { $0.ofKeys }
            return true
        }
        if !erasures.isEmpty { return try store.destroy(erasures, replayedTo: head) }
        if head.rawValue - replayed.rawValue >= Self.rareNote { try store.noteReplayed(to: head) }
        return nil
    }

    /// A note is a commit, and looking through so many events for the few erasures among them is none.
    private static let rareNote: UInt64 = 100_000
}
