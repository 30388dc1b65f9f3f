public import EventLog
internal import Foundation
internal import LMDB
internal import Logging
internal import Sealing
internal import Synchronization

/// Somebody who reads personal values: opens them, and notes down first that they are shown.
///
/// Whatever is asked about the past, what counts is who is erased and restricted today.
public struct PersonalReader: Sendable {
    /// The purpose of handing people what is known of them. They may ask for it while its use is restricted, but the
    /// purpose alone shows nothing: whoever hands it out says so by `mayReadRestricted`.
    public static let accessRequest = "access request"

    /// Who reads where nobody says it: this program, as `process:shop-sync`.
    public static let thisProcess: String = {
        let name = "process:" + ProcessInfo.processInfo.processName
        return (try? AccessLog.tag(ofActor: name)) == nil ? "process:unknown" : name
    }()

    /// Who reads, as an opaque id like `user:7`.
    public let actor: String
    /// What for; nil is not stated.
    public let purpose: String?
    /// Whether values are shown whose use is restricted.
    public let mayReadRestricted: Bool
    private let log: EventLog
    let personal: PersonalData
    private let access: AccessLog

    /// A reader of the personal values of one log.
    ///
    /// - Parameters:
    ///   - actor: an opaque id of a person or a program, of at most 250 bytes.
    ///   - purpose: at most 256 bytes; it is noted, and decides nothing.
    ///   - mayReadRestricted: shows values whose use is restricted: the purpose is one that the law allows all the
    ///     same, as the person's own request.
    ///   - personal: opens the parts of this log.
    ///   - access: where it is noted down.
    public init(
        _ actor: String = PersonalReader.thisProcess, for purpose: String? = nil, mayReadRestricted: Bool = false,
        of log: EventLog, opening personal: PersonalData, noting access: AccessLog
    ) {
        self.actor = actor
        self.purpose = purpose
        self.mayReadRestricted = mayReadRestricted
        self.log = log
        self.personal = personal
        self.access = access
    }

    /// The events with the parts that may be shown in clear. That they are shown is durably noted before.
    ///
    /// A part is left out when the person is erased, when the use of the person's data is restricted now, when there is
    /// no key for it, or when nobody could note it down. O(parts), and the first time in an hour a commit.
    ///
    /// - Parameters:
    ///   - events: as the log has them, not upcast: what a part is sealed with is bound to its event.
    ///   - subject: leaves out the parts about all others, without a reason; nil opens all.
    ///   - question: what is asked, as a short name like `profile`.
    /// - Throws: `MasterKeyRefusal` when the key of keys is not there or another one; ``DamagedPart``; ``UnfitEvent``
    ///   for an actor that is no id; errors of the storage layer.
    public func opened(
        _ events: [RecordedEvent], of subject: String? = nil, asking question: String
    ) throws -> [OpenedEvent] {
        try opened(events, of: subject.map { [$0] }, person: [], asking: question)
    }

    /// As ``opened(_:of:asking:)``, where one person may have several ids.
    ///
    /// - Parameters:
    ///   - subjects: leaves out the parts about all others, without a reason; nil opens all.
    ///   - person: the ids of a person as they stand in tags: where the use of one is restricted, the parts about all
    ///     of them are left out.
    func opened(
        _ events: [RecordedEvent], of subjects: [String]?, person: [String], asking question: String
    ) throws -> [OpenedEvent] {
        guard events.contains(where: { !$0.event.subjects.isEmpty }) else {
            return events.map { OpenedEvent(stored: $0) }
        }
        let privacy = try personal.state(in: log)
        let rules = Rules(privacy, person, at: .now(), mayReadRestricted: mayReadRestricted)
        let wanted = subjects.map { Set($0.map { Tag(unchecked: $0) }) }
        var openings = try events.map { try open($0, of: wanted, rules) }
        let refused = try note(openings.flatMap(\.shown), asking: question)
        if !refused.isEmpty {
            for index in openings.indices { openings[index].withhold(refused) }
        }
        return zip(events, openings).map { recorded, opening in
            OpenedEvent(
                RecordedEvent(
                    position: recorded.position, recordedAt: recorded.recordedAt, event: opening.event),
                withheld: opening.withheld)
        }
    }

    /// Notes down that names or the like of these persons are shown, which no part is opened for.
    ///
    /// - Parameters:
    ///   - subjects: their ids as they stand in tags, `customer:C-1`.
    ///   - question: what is asked, as a short name like `find`.
    /// - Returns: those of whom nothing may be shown, and why.
    /// - Throws: as ``opened(_:of:asking:)``.
    public func noteAccess(to subjects: [String], asking question: String) throws -> [String: Withheld] {
        if subjects.isEmpty { return [:] }
        let reason = try withholding()
        var withheld: [String: Withheld] = [:]
        var shown: [String] = []
        for subject in subjects {
            if let reason = reason(subject) { withheld[subject] = reason } else { shown.append(subject) }
        }
        return try withheld.merging(note(shown, asking: question)) { reason, _ in reason }
    }

    /// Of whom nothing may be shown, and why, as the log says now; nil of all others. Nothing is noted.
    func withholding() throws -> (_ subject: String) -> Withheld? {
        let rules = Rules(try personal.state(in: log), [], at: .now(), mayReadRestricted: mayReadRestricted)
        return { subject in
            if rules.privacy.isErased(subject) { return .erased }
            return rules.isRestricted(subject) ? .restricted : nil
        }
    }

    /// As ``withholding()``, where a person may have several ids: where the use of one is restricted, nothing is shown
    /// of the others.
    func withholding(in identity: IdentityView) throws -> (_ subject: String) -> Withheld? {
        let withholding = try self.withholding()
        return { subject in
            if let reason = withholding(subject) { return reason }
            guard let tag = try? Tag(subject) else { return nil }
            let members = identity.members(of: tag)
            if members.count < 2 { return nil }
            return members.contains { withholding($0.text) == .restricted } ? .restricted : nil
        }
    }

    /// What decides whose parts may be shown.
    private struct Rules {
        let privacy: PrivacyState
        private let person: Set<Tag>
        private let isPersonRestricted: Bool
        private let time: Timestamp
        private let mayReadRestricted: Bool

        init(_ privacy: PrivacyState, _ person: [String], at time: Timestamp, mayReadRestricted: Bool) {
            self.privacy = privacy
            self.person = Set(person.map { Tag(unchecked: $0) })
            self.time = time
            self.mayReadRestricted = mayReadRestricted
            isPersonRestricted = person.contains { privacy.restriction(of: $0, at: time) != nil }
        }

        func isRestricted(_ subject: String) -> Bool {
            if mayReadRestricted { return false }
            if isPersonRestricted, person.contains(Tag(unchecked: subject)) { return true }
            return privacy.restriction(of: subject, at: time) != nil
        }
    }

    // MARK: One event

    /// An event on its way to ``OpenedEvent``.
    private struct Opening {
        var event: NewEvent
        var withheld: [String: Withheld] = [:]
        /// Whose parts are in it now.
        var shown: [String] = []

        /// Takes parts out again.
        mutating func withhold(_ refused: [String: Withheld]) {
            for subject in shown {
                guard let reason = refused[subject] else { continue }
                withheld[subject] = reason
                for number in event.subjects.indices where event.subjects[number].id.sameBytes(as: subject) {
                    event.subjects[number].part = nil
                }
            }
        }
    }

    private func open(
        _ recorded: RecordedEvent, of wanted: Set<Tag>?, _ rules: Rules
    ) throws -> Opening {
        var opening = Opening(event: recorded.event)
        let context = SealingContext(recorded.event)
        for number in recorded.event.subjects.indices {
            let subject = recorded.event.subjects[number].id
            guard let part = recorded.event.subjects[number].part else { continue }
            opening.event.subjects[number].part = nil
            if let wanted, !wanted.contains(Tag(unchecked: subject)) { continue }
            switch try open(part, of: subject, in: context, at: recorded.position, rules) {
            case .bytes(let bytes):
                opening.event.subjects[number].part = .unsealed(bytes)
                opening.shown.append(subject)
            case .erased: opening.withheld[subject] = .erased
            case .restricted: opening.withheld[subject] = .restricted
            case .keyMissing:
                opening.withheld[subject] = .keyMissing
                tellMissingKey(of: subject, at: recorded.position)
            }
        }
        return opening
    }

    private func open(
        _ part: SealedPart, of subject: String, in context: SealingContext, at position: Position,
        _ rules: Rules
    ) throws -> OpenedPart {
        let category = EventCatalogue.personalCategory(of: context.type)
        if rules.privacy.isWithheld(subject, category: category) { return .erased }
        if rules.isRestricted(subject) { return .restricted }
        do {
            return try personal.open(part, of: subject, in: context)
        } catch let damage as UnopenedPart {
            throw DamagedPart(position: position, subject: subject, reason: "\(damage)")
        }
    }

    // MARK: Noting down

    /// Answers those that cannot be noted.
    private func note(_ subjects: [String], asking question: String) throws -> [String: Withheld] {
        if subjects.isEmpty { return [:] }
        var tags: [Tag] = []
        var refused: [String: Withheld] = [:]
        for subject in subjects {
            if let tag = try? Tag(subject) { tags.append(tag) } else { refused[subject] = .notLogged }
        }
        guard try access.note(tags, by: actor, for: purpose, asking: question) else {
            return Dictionary(subjects.map { ($0, Withheld.notLogged) }) { reason, _ in reason }
        }
        return refused
    }

    /// Logs without keys, and subjects whose keys are missing, that were told of.
    private static let toldSubjects = Mutex<Set<String>>([])
    /// No more are remembered, so that a store without keys does not fill the memory.
    private static let mostToldSubjects = 65_536

    private func tellMissingKey(of subject: String, at position: Position) {
        // Without any key, as in a backup, it is not the matter of one person.
        let hasKeys = (try? personal.keyStore()) != nil
        let isFirst = Self.toldSubjects.withLock { told in
            if told.count >= Self.mostToldSubjects { told.removeAll() }
            return told.insert(hasKeys ? "\(log.logID) \(subject)" : "\(log.logID)").inserted
        }
        guard isFirst else { return }
        guard hasKeys else {
            access.logger.error(
                "there are no keys of personal data here, and the persons are not erased",
                metadata: ["directory": "\(log.path)"])
            return
        }
        access.logger.error(
            "the key of personal data is missing, and the person is not erased",
            metadata: ["subject": "\(subject)", "position": "\(position)"])
    }
}

/// The personal part of an event is not what was sealed.
public struct DamagedPart: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where the event stands.
    public let position: Position
    /// Whom the part is about.
    public let subject: String
    /// What is wrong with it.
    public let reason: String

    public var description: String {
        "the personal part about \(subject) of the event at position \(position) cannot be opened: \(reason)"
    }
}
