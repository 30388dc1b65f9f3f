internal import EventLog
internal import LMDB
internal import Projection

/// What the rows keep of one lead, folded in order of occurrence. Times are microseconds UTC.
struct LeadState: EntityState {
    /// A change between open and closed.
    struct Turn {
        enum Kind: UInt8 {
            case disqualified = 1
            case reopened
            case converted
        }

        let kind: Kind
        let at: Int64
    }

    private var firstEventAt: Int64?
    private var firstCaptureAt: Int64?
    /// Where the lead came from, and how: what its captures said first.
    private(set) var source = ""
    private(set) var medium = ""
    /// What its captures said last.
    private(set) var organisation = ""
    var dimensions = Dimensions()
    /// Who has it; empty when nobody does.
    private(set) var owner = ""
    /// Until when the first response is due, as it was last stated.
    private(set) var respondBy: Int64?
    /// The newest score, in basis points; nil until it is scored.
    var score: UInt32?
    /// The first outbound interaction.
    private(set) var respondedAt: Int64?
    /// The first qualification.
    private(set) var qualifiedAt: Int64?
    /// In order of time; a conversion comes once, and last.
    private(set) var turns: [Turn] = []
    /// Why it is given up; empty when it is not, or nobody said.
    private(set) var reason = ""
    private(set) var customer = ""
    private(set) var opportunity = ""
    private(set) var isExistingOpportunity = false

    init() {}

    // MARK: As it stands

    /// When it was captured; nil only before its first event.
    var capturedAt: Int64? { firstCaptureAt ?? firstEventAt }

    /// When it was given up or converted; nil while it is open.
    var closedAt: Int64? {
        guard let last = turns.last, last.kind != .reopened else { return nil }
        return last.at
    }

    var status: LeadStatus {
        switch turns.last?.kind {
        case .converted: return .converted
        case .disqualified: return .disqualified
        case .reopened, nil: break
        }
        if qualifiedAt != nil { return .qualified }
        if respondedAt != nil { return .contacted }
        return owner.isEmpty ? .new : .assigned
    }

    // MARK: What happens to it

    /// Takes note of an event of any kind.
    mutating func seen(at time: Int64) {
        if firstEventAt == nil { firstEventAt = time }
    }

    mutating func capture(
        from source: RawSpan, through medium: RawSpan, organisation: RawSpan, at time: Int64
    ) {
        if firstCaptureAt == nil { firstCaptureAt = time }
        if self.source.isEmpty { self.source = source.text() }
        if self.medium.isEmpty { self.medium = medium.text() }
        if !organisation.isEmpty { self.organisation = organisation.text() }
        reopen(at: time)
    }

    /// Gives the lead to `owner`. A time that no date has is none.
    mutating func assign(to owner: RawSpan, respondBy: Int64, at time: Int64) {
        self.owner = owner.text()
        if respondBy != 0, Timestamp.expressible.contains(Timestamp(microseconds: respondBy)) {
            self.respondBy = respondBy
        }
        reopen(at: time)
    }

    mutating func respond(at time: Int64) {
        if respondedAt == nil { respondedAt = time }
    }

    mutating func qualify(at time: Int64) {
        if qualifiedAt == nil { qualifiedAt = time }
        reopen(at: time)
    }

    /// Gives the lead up. One that is given up already gets the new reason, where there is one, and keeps the time.
    mutating func disqualify(for reason: RawSpan, at time: Int64) {
        switch turns.last?.kind {
        case .converted: return
        case .disqualified: break
        case .reopened, nil: turns.append(Turn(kind: .disqualified, at: time))
        }
        if !reason.isEmpty { self.reason = reason.text() }
    }

    /// Makes a deal of the lead; only the first conversion counts.
    mutating func convert(to customer: String, _ opportunity: String, isExisting: Bool, at time: Int64) {
        if turns.last?.kind == .converted { return }
        turns.append(Turn(kind: .converted, at: time))
        reason = ""
        self.customer = customer
        self.opportunity = opportunity
        isExistingOpportunity = isExisting
    }

    private mutating func reopen(at time: Int64) {
        if turns.last?.kind != .disqualified { return }
        turns.append(Turn(kind: .reopened, at: time))
        reason = ""
    }

    // MARK: Stored form

    func encode(into bytes: inout [UInt8]) {
        for number in [firstEventAt, firstCaptureAt, respondBy, respondedAt, qualifiedAt, score.map { Int64($0) }] {
            bytes.append(number == nil ? 0 : 1)
            if let number { bytes.append(zigzag: number) }
        }
        for text in [source, medium, organisation, owner, reason, customer, opportunity] {
            bytes.append(prefixed: text)
        }
        bytes.append(isExistingOpportunity ? 1 : 0)
        dimensions.encode(into: &bytes)
        bytes.append(varint: UInt64(turns.count))
        for turn in turns {
            bytes.append(turn.kind.rawValue)
            bytes.append(zigzag: turn.at)
        }
    }

    init(decoding reader: inout ByteReader) throws {
        firstEventAt = try Self.number(&reader)
        firstCaptureAt = try Self.number(&reader)
        respondBy = try Self.number(&reader)
        respondedAt = try Self.number(&reader)
        qualifiedAt = try Self.number(&reader)
        score = try Self.number(&reader).map { number in
            guard let score = UInt32(exactly: number) else { throw MalformedBytes("a lead's score, not \(number)") }
            return score
        }
        source = try reader.text()
        medium = try reader.text()
        organisation = try reader.text()
        owner = try reader.text()
        reason = try reader.text()
        customer = try reader.text()
        opportunity = try reader.text()
        isExistingOpportunity = try reader.u8() == 1
        dimensions = try Dimensions(decoding: &reader)
        for _ in 0..<(try reader.count()) {
            guard let kind = Turn.Kind(rawValue: try reader.u8()) else { throw MalformedBytes("a turn of a lead") }
            turns.append(Turn(kind: kind, at: try reader.zigzag()))
        }
    }

    private static func number(_ reader: inout ByteReader) throws -> Int64? {
        try reader.u8() == 1 ? try reader.zigzag() : nil
    }
}
