public import EventLog
internal import LMDB
internal import Logging
internal import Sealing
internal import SwiftProtobuf
internal import Synchronization

/// One person's erasure, as the log has it.
public struct Erasure: Hashable, Sendable {
    /// The id that was erased, as it stands in tags.
    public let subject: String
    /// Where the event stands that says so first.
    public let position: Position
    /// The id of that event.
    public let eventID: EventID
    /// Categories of which a law keeps the keys, and until when.
    public internal(set) var retained: [String: Timestamp]

    /// What it means for the key store; nil for an id that no key can have. A category that no key can have retains
    /// nothing.
    var ofKeys: KeyErasure? {
        KeyErasure(usable: subject, position: position, retained: Set(retained.keys))
    }
}

/// Data about a person that is kept as evidence.
public struct LegalHold: Hashable, Sendable, Codable {
    /// The matter.
    public let matter: String
    /// Until when; nil until it is released.
    public let until: Timestamp?
    /// The event that placed it.
    public let position: Position
}

/// Data about a person that must not be used for a while.
public struct Restriction: Hashable, Sendable, Codable {
    /// What is restricted; empty is all use.
    public let scope: String
    /// Until when; nil until it is lifted.
    public let until: Timestamp?
    /// The law that says so.
    public let lawRef: String
    /// The event that says so.
    public let position: Position
}

/// Who is erased, whose data is restricted, and whose is held: folded from the log.
public struct PrivacyState: Sendable {
    private struct Statement {
        let occurredAt: Timestamp
        let position: Position
        let scope: String
        /// Nil lifts it.
        let restriction: Restriction?
    }

    private struct HoldStatement {
        let occurredAt: Timestamp
        let effectiveAt: Timestamp
        let position: Position
        let matter: String
        /// Nil releases it.
        let hold: LegalHold?
    }

    /// By the id as a tag: tags are the same when their bytes are.
    private var erasures: [Tag: Erasure] = [:]
    /// The kinds of the ids that are erased: `customer`, `lead`. Each stands once.
    private(set) var erasedKinds: [String] = []
    private var statements: [Tag: [Statement]] = [:]
    private var holdStatements: [Tag: [HoldStatement]] = [:]
    /// Everything up to here is in it.
    public private(set) var position = Position.zero

    /// The types that it is folded from.
    static let types = [
        SubjectErased.eventType, ProcessingRestricted.eventType, LegalHoldPlaced.eventType, LegalHoldReleased.eventType,
    ]

    /// Events about erased persons that may be appended all the same: they are about the erasure, or they put right
    /// what is counted. Of corrections only some may.
    private static let aboutErasure: Set<EventType> = [
        SubjectErased.eventType, KeyDestroyed.eventType, SubjectRequestReceived.eventType,
        SubjectRequestFulfilled.eventType, CustomersUnmerged.eventType, ImportReverted.eventType,
    ]

    init() {}

    /// Whether nobody is erased.
    var isEmpty: Bool { erasures.isEmpty }

    /// The erasure of an id; nil when it is not erased.
    public func erasure(of subject: String) -> Erasure? {
        erasures.isEmpty ? nil : erasures[Tag(unchecked: subject)]
    }

    /// All erasures, in the order of the log; those of one event by their ids.
    public var allErasures: [Erasure] {
        erasures.values.sorted { left, right in
            if left.position != right.position { return left.position < right.position }
            return left.subject.compareBytes(to: right.subject) < 0
        }
    }

    /// Whether an id is erased.
    public func isErased(_ subject: String) -> Bool { erasure(of: subject) != nil }

    /// Whether personal values of an id are withheld because it is erased: those that a law keeps, too.
    public func isWithheld(_ subject: String, category: String) -> Bool { isErased(subject) }

    /// The erased person that an event is about, by its tags or subjects; nil where there is none. Events about the
    /// erasure itself may name the person, and so may corrections that bring no content; but no event has values of an
    /// erased one, which no key would seal.
    func erasedSubject(of event: NewEvent, in log: EventLog) throws -> Erasure? {
        if event.type == EventCorrected.eventType { return try erasedSubject(ofCorrection: event, in: log) }
        if Self.aboutErasure.contains(event.type) {
            for subject in event.subjects where subject.part != nil {
                if let erasure = erasure(of: subject.id) { return erasure }
            }
            return nil
        }
        for tag in event.tags { if let erasure = erasures[tag] { return erasure } }
        for subject in event.subjects { if let erasure = erasure(of: subject.id) { return erasure } }
        return nil
    }

    /// The restriction of all use that is in force at `time`: what was said last of it by then; nil where there is
    /// none. Restrictions of a scope are the business of whoever uses the data for that.
    public func restriction(of subject: String, at time: Timestamp) -> Restriction? {
        guard let statements = statements[Tag(unchecked: subject)] else { return nil }
        let last = statements.filter { $0.scope.isEmpty && $0.occurredAt <= time }
            .max { ($0.occurredAt, $0.position) < ($1.occurredAt, $1.position) }
        guard let restriction = last?.restriction else { return nil }
        if let until = restriction.until, until <= time { return nil }
        return restriction
    }

    /// The legal holds that are in force at `time`, by matter. A hold is in force from when it happened or was
    /// recorded, whichever was first, and a release when both are past: clocks that differ do not open a gap.
    public func holds(on subject: String, at time: Timestamp) -> [LegalHold] {
        guard let statements = holdStatements[Tag(unchecked: subject)] else { return [] }
        var last: [String: HoldStatement] = [:]
        for statement in statements where statement.effectiveAt <= time {
            if let known = last[statement.matter],
                (known.occurredAt, known.position) > (statement.occurredAt, statement.position)
            {
                continue
            }
            last[statement.matter] = statement
        }
        return last.values.compactMap(\.hold).filter { hold in hold.until.map { $0 > time } ?? true }
            .sorted { $0.matter.compareBytes(to: $1.matter) < 0 }
    }

    // MARK: Folding

    /// The persons that an event erases. An event that nobody can read erases nobody; that is told.
    static func erasures(_ event: borrowing EventView, _ logger: Logger) -> [Erasure] {
        guard let message = reading(event, logger, { try SubjectErased(serializedBytes: $0) }) else { return [] }
        var retained: [String: Timestamp] = [:]
        for category in message.retained {
            retained[category.category] = end(category.untilUs) ?? Timestamp.expressible.upperBound
        }
        return message.subjectIds.map { subject in
            Erasure(subject: subject, position: event.position, eventID: event.id, retained: retained)
        }
    }

    private static func reading<Message>(
        _ event: borrowing EventView, _ logger: Logger, _ decode: ([UInt8]) throws -> Message
    ) -> Message? {
        do {
            return try decode(event.data.copy())
        } catch {
            logger.error(
                "an event about privacy cannot be read and is left out",
                metadata: ["position": "\(event.position)", "error": "\(error)"])
            return nil
        }
    }

    fileprivate mutating func add(_ event: borrowing EventView, of type: EventType, _ logger: Logger) {
        switch type {
        case SubjectErased.eventType:
            for erasure in Self.erasures(event, logger) { add(erasure) }
        case ProcessingRestricted.eventType:
            if let message = Self.reading(event, logger, { try ProcessingRestricted(serializedBytes: $0) }) {
                add(message, event)
            }
        case LegalHoldPlaced.eventType:
            if let message = Self.reading(event, logger, { try LegalHoldPlaced(serializedBytes: $0) }) {
                let hold = LegalHold(
                    matter: message.matter, until: Self.end(message.untilUs), position: event.position)
                add(message.subjectID, matter: message.matter, hold, event)
            }
        case LegalHoldReleased.eventType:
            if let message = Self.reading(event, logger, { try LegalHoldReleased(serializedBytes: $0) }) {
                add(message.subjectID, matter: message.matter, nil, event)
            }
        default: break
        }
    }

    /// An erasure for the second time keeps what the law still wants then, and no more.
    private mutating func add(_ erasure: Erasure) {
        let subject = Tag(unchecked: erasure.subject)
        if erasures[subject] == nil {
            erasures[subject] = erasure
            let kind = String(subject.kind)
            if !erasedKinds.contains(where: { $0.sameBytes(as: kind) }) { erasedKinds.append(kind) }
        } else {
            erasures[subject]?.retained = erasure.retained
        }
    }

    private mutating func add(_ message: ProcessingRestricted, _ event: borrowing EventView) {
        let restriction = Restriction(
            scope: message.scope, until: Self.end(message.untilUs), lawRef: message.lawRef, position: event.position)
        statements[Tag(unchecked: message.subjectID), default: []].append(
            Statement(
                occurredAt: event.occurredAt, position: event.position, scope: message.scope,
                restriction: message.isOn ? restriction : nil))
    }

    private mutating func add(
        _ subject: String, matter: String, _ hold: LegalHold?, _ event: borrowing EventView
    ) {
        let (occurredAt, recordedAt) = (event.occurredAt, event.recordedAt)
        let effectiveAt = hold == nil ? max(occurredAt, recordedAt) : min(occurredAt, recordedAt)
        holdStatements[Tag(unchecked: subject), default: []].append(
            HoldStatement(
                occurredAt: occurredAt, effectiveAt: effectiveAt, position: event.position, matter: matter, hold: hold))
    }

    /// The end that an event states; nil where it states none that is a time.
    static func end(_ microseconds: Int64) -> Timestamp? {
        let time = Timestamp(microseconds: microseconds)
        return microseconds <= 0 || !Timestamp.expressible.contains(time) ? nil : time
    }

    /// Takes in what the log has beyond ``position``.
    fileprivate mutating func goOn(in log: EventLog, _ logger: Logger) throws {
        let head = log.head
        guard position < head else { return }
        // In place: a copy would copy the erasures of everybody. What was taken in before an error is not taken twice.
        try log.read(try Query(types: Self.types), from: position.next, to: head) { event in
            add(event, of: log.type(of: event), logger)
            position = event.position
            return true
        }
        position = head
    }
}

/// Keeps the ``PrivacyState`` of a log in memory.
final class PrivacyRegister: Sendable {
    private struct Kept {
        var state = PrivacyState()
        var lookedAt: ContinuousClock.Instant?
    }

    private let kept = Mutex(Kept())
    private let logger: Logger
    /// How old the state may be where the log cannot be looked at each time.
    private static let patience = Duration.milliseconds(50)

    init(logger: Logger) {
        self.logger = logger
    }

    /// The state up to the log's head now.
    func state(in log: EventLog) throws -> PrivacyState {
        try kept.withLock { kept in
            try kept.state.goOn(in: log, logger)
            kept.lookedAt = .now
            return kept.state
        }
    }

    /// The state up to a position that was the log's head a moment ago.
    func recent(in log: EventLog) throws -> PrivacyState {
        try kept.withLock { kept in
            if let lookedAt = kept.lookedAt, ContinuousClock.now - lookedAt < Self.patience { return kept.state }
            try kept.state.goOn(in: log, logger)
            kept.lookedAt = .now
            return kept.state
        }
    }

    /// The state as it was looked at last.
    var latest: PrivacyState { kept.withLock { $0.state } }
}
