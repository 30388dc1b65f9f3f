internal import EventLog
internal import LMDB
internal import Projection

/// What the rows keep of one case: its history in order of occurrence, and what it is grouped by. Times are
/// microseconds UTC.
struct CaseState: EntityState {
    /// The case became resolved, closed, or open again; or began or ended to wait.
    struct Change {
        /// What happened.
        enum Kind: UInt8 {
            case resolved = 1
            case closed
            case reopened
            /// It waits for somebody.
            case waits
            /// Somebody works on it that waited before.
            case works
        }

        let kind: Kind
        let at: Int64
        /// Who it waits for, as `customer` or `vendor`; empty for other kinds, and where nobody has said.
        var on = ""

        /// The bytes that ``CaseFacts/forEachChange(_:)`` reads.
        func encode(into bytes: inout [UInt8]) {
            bytes.append(kind.rawValue)
            bytes.append(zigzag: at)
            bytes.append(prefixed: on)
        }
    }

    private(set) var status = CaseStatus.open
    /// When anything happened first and last; nil before the first event.
    private(set) var firstAt: Int64?
    private(set) var lastAt: Int64 = 0
    /// When an event said first that the case is opened.
    private var firstOpenedAt: Int64?
    private(set) var firstRespondedAt: Int64?
    private(set) var firstResolvedAt: Int64?
    private(set) var firstClosedAt: Int64?
    /// While it has not been reopened since.
    private(set) var resolvedAt: Int64?
    private(set) var closedAt: Int64?
    private(set) var contacts: UInt64 = 0
    private(set) var assignments: UInt64 = 0
    /// In order of occurrence.
    private(set) var changes: [Change] = []

    var customer = ""
    var channel = ""
    var category = ""
    var severity = ""
    private(set) var owner = ""
    private(set) var queue = ""
    /// How it ended; empty while it is not closed.
    private(set) var outcome = ""
    var attributes = Dimensions()

    init() {}

    /// When it was opened: as the events say, else with its first event.
    var openedAt: Int64 { firstOpenedAt ?? firstAt ?? 0 }

    /// How often work began again.
    var reopenings: Int { changes.count { $0.kind == .reopened } }

    /// The values of the dimensions that every case has, in the order of ``CaseModel/ownDimensions``.
    var ownValues: [String] { [customer, channel, category, severity, owner, queue] }

    // MARK: What happens

    /// Any event; to be called before the one that says which.
    mutating func note(at time: Int64) {
        if firstAt == nil { firstAt = time }
        lastAt = time
    }

    /// Being opened says when the case began, and never that work begins again.
    mutating func open(at time: Int64) {
        if firstOpenedAt == nil { firstOpenedAt = time }
    }

    mutating func respond(at time: Int64) {
        if firstRespondedAt == nil { firstRespondedAt = time }
        contacts += 1
        work(at: time)
    }

    /// Whoever gets a case that was resolved or closed works on it again.
    mutating func assign(to newOwner: RawSpan, queue newQueue: RawSpan, at time: Int64) {
        reopen(at: time)
        work(at: time)
        status = .assigned
        assignments += 1
        if !newOwner.isEmpty { owner = newOwner.text() }
        if !newQueue.isEmpty { queue = newQueue.text() }
    }

    /// A case that was resolved or closed and waits is worked on again.
    mutating func wait(on whom: RawSpan, at time: Int64) {
        reopen(at: time)
        status = .waiting
        if let last = changes.last, last.kind == .waits, last.on.sameBytes(as: whom) { return }
        changes.append(Change(kind: .waits, at: time, on: whom.text()))
    }

    /// Ends the waiting, where it waits.
    mutating func work(at time: Int64) {
        if changes.last?.kind == .waits { changes.append(Change(kind: .works, at: time)) }
    }

    /// A closed case stays closed, and a resolved one was resolved before.
    mutating func resolve(at time: Int64) {
        if firstResolvedAt == nil { firstResolvedAt = time }
        if resolvedAt == nil { resolvedAt = time }
        guard status.isOpen else { return }
        status = .resolved
        changes.append(Change(kind: .resolved, at: time))
    }

    mutating func close(_ newOutcome: RawSpan, at time: Int64) {
        if !newOutcome.isEmpty { outcome = newOutcome.text() }
        if firstClosedAt == nil { firstClosedAt = time }
        if closedAt == nil { closedAt = time }
        guard status != .closed else { return }
        status = .closed
        changes.append(Change(kind: .closed, at: time))
    }

    /// Changes nothing in a case that is open.
    mutating func reopen(at time: Int64) {
        if status.isOpen { return }
        status = .open
        resolvedAt = nil
        closedAt = nil
        outcome = ""
        changes.append(Change(kind: .reopened, at: time))
    }

    // MARK: Stored form

    func encode(into bytes: inout [UInt8]) {
        bytes.append(status.code)
        let times = [firstAt, firstOpenedAt, firstRespondedAt, firstResolvedAt, firstClosedAt, resolvedAt, closedAt]
        var known: UInt8 = 0
        for (number, time) in times.enumerated() where time != nil { known |= 1 << number }
        bytes.append(known)
        for time in times {
            if let time { bytes.append(zigzag: time) }
        }
        bytes.append(zigzag: lastAt)
        bytes.append(varint: contacts)
        bytes.append(varint: assignments)
        for value in ownValues { bytes.append(prefixed: value) }
        bytes.append(prefixed: outcome)
        attributes.encode(into: &bytes)
        bytes.append(varint: UInt64(changes.count))
        for change in changes { change.encode(into: &bytes) }
    }

    init(decoding reader: inout ByteReader) throws {
        guard let status = CaseStatus(code: try reader.u8()) else { throw MalformedBytes("a status of a case") }
        self.status = status
        let known = try reader.u8()
        firstAt = known & 1 != 0 ? try reader.zigzag() : nil
        firstOpenedAt = known & 2 != 0 ? try reader.zigzag() : nil
        firstRespondedAt = known & 4 != 0 ? try reader.zigzag() : nil
        firstResolvedAt = known & 8 != 0 ? try reader.zigzag() : nil
        firstClosedAt = known & 16 != 0 ? try reader.zigzag() : nil
        resolvedAt = known & 32 != 0 ? try reader.zigzag() : nil
        closedAt = known & 64 != 0 ? try reader.zigzag() : nil
        lastAt = try reader.zigzag()
        contacts = try reader.varint()
        assignments = try reader.varint()
        customer = try reader.text()
        channel = try reader.text()
        category = try reader.text()
        severity = try reader.text()
        owner = try reader.text()
        queue = try reader.text()
        outcome = try reader.text()
        attributes = try Dimensions(decoding: &reader)
        for _ in 0..<(try reader.count()) {
            guard let kind = Change.Kind(rawValue: try reader.u8()) else { throw MalformedBytes("a change of a case") }
            changes.append(Change(kind: kind, at: try reader.zigzag(), on: try reader.text()))
        }
    }
}
