internal import EventLog
internal import LMDB
internal import Projection

/// Everything that was said of one person's consents, restrictions, requests, erasures and legal holds: each list in
/// order of occurrence, then of position. Times are microseconds UTC.
struct SubjectLedger: EntityState {
    /// Grants and withdrawals.
    var consents: [Consent] = []
    var restrictions: [Restriction] = []
    var requests: [Request] = []
    /// What requests were answered with; those to requests that are not known, too: they may come later.
    var answers: [Answer] = []
    var erasures: [Erasure] = []
    /// Holds placed and released.
    var holds: [Hold] = []

    init() {}

    /// Whether nothing was said.
    var isEmpty: Bool {
        consents.isEmpty && restrictions.isEmpty && requests.isEmpty && answers.isEmpty && erasures.isEmpty
            && holds.isEmpty
    }

    /// The answers to a request, in order of occurrence.
    func allAnswers(to request: Request) -> [Answer] { answers.filter { $0.request == request.source.eventID } }

    // MARK: Stored form

    func encode(into bytes: inout [UInt8]) {
        Self.encode(consents, into: &bytes)
        Self.encode(restrictions, into: &bytes)
        Self.encode(requests, into: &bytes)
        Self.encode(answers, into: &bytes)
        Self.encode(erasures, into: &bytes)
        Self.encode(holds, into: &bytes)
    }

    init(decoding reader: inout ByteReader) throws {
        consents = try Self.list(&reader)
        restrictions = try Self.list(&reader)
        requests = try Self.list(&reader)
        answers = try Self.list(&reader)
        erasures = try Self.list(&reader)
        holds = try Self.list(&reader)
    }

    private static func encode(_ entries: [some LedgerEntry], into bytes: inout [UInt8]) {
        bytes.append(varint: UInt64(entries.count))
        for entry in entries { entry.encode(into: &bytes) }
    }

    private static func list<Entry: LedgerEntry>(_ reader: inout ByteReader) throws -> [Entry] {
        var entries: [Entry] = []
        for _ in 0..<(try reader.count()) { entries.append(try Entry(decoding: &reader)) }
        return entries
    }
}

/// What one event says of a person.
protocol LedgerEntry: Sendable {
    /// The event.
    var source: SubjectLedger.Source { get }
    func encode(into bytes: inout [UInt8])
    init(decoding reader: inout ByteReader) throws
}

extension Array where Element: LedgerEntry {
    /// Puts an entry behind all that happened no later. O(entries behind it).
    mutating func insertInOrder(_ entry: Element) {
        var place = count
        while place > 0, entry.source.comes(before: self[place - 1].source) { place -= 1 }
        insert(entry, at: place)
    }
}

extension SubjectLedger {
    /// The event that says something.
    struct Source: Equatable {
        let occurredAt: Int64
        let position: UInt64
        let eventID: EventID

        init(_ event: borrowing ProjectedEvent) {
            occurredAt = event.occurredAt.microseconds
            position = event.position.rawValue
            eventID = event.view.id
        }

        func comes(before other: Source) -> Bool {
            (occurredAt, position) < (other.occurredAt, other.position)
        }

        func encode(into bytes: inout [UInt8]) {
            bytes.append(zigzag: occurredAt)
            bytes.append(varint: position)
            bytes.append(varint: eventID.high)
            bytes.append(varint: eventID.low)
        }

        init(decoding reader: inout ByteReader) throws {
            occurredAt = try reader.zigzag()
            position = try reader.varint()
            eventID = EventID(high: try reader.varint(), low: try reader.varint())
        }
    }

    /// A time at which something ends or is due, of which 0 says that there is none. What `check()` would refuse, a
    /// time before 1970 or one that no date has, is none either.
    static func time(_ microseconds: Int64) -> Int64? {
        (1...Timestamp.expressible.upperBound.microseconds).contains(microseconds) ? microseconds : nil
    }

    fileprivate static func encode(_ time: Int64?, into bytes: inout [UInt8]) {
        bytes.append(time == nil ? 0 : 1)
        if let time { bytes.append(zigzag: time) }
    }

    fileprivate static func decodeTime(_ reader: inout ByteReader) throws -> Int64? {
        try reader.u8() == 1 ? try reader.zigzag() : nil
    }
}

// MARK: - Consents

extension SubjectLedger {
    /// A grant or a withdrawal.
    struct Consent: LedgerEntry {
        /// What a grant says besides what it is for.
        struct Grant {
            let legalBasis: String
            let isSeparate: Bool
            let policyVersion: String
            let textSHA256: String
            let evidence: String
            let until: Int64?
        }

        let source: Source
        /// Of a withdrawal, empty is every purpose.
        let purpose: String
        /// Empty is every channel.
        let channel: String
        /// Nil is a withdrawal.
        let grant: Grant?
        /// How it was withdrawn.
        let via: String

        init(_ source: Source, _ granted: borrowing ConsentGrantedView) {
            self.source = source
            purpose = granted.purpose.text()
            channel = granted.channel.text()
            grant = Grant(
                legalBasis: granted.legalBasis.text(), isSeparate: granted.isSeparate,
                policyVersion: granted.policyVersion.text(), textSHA256: granted.textSha256.text(),
                evidence: granted.evidenceRef.text(), until: SubjectLedger.time(granted.expiresAtUs))
            via = ""
        }

        init(_ source: Source, _ withdrawn: borrowing ConsentWithdrawnView) {
            self.source = source
            purpose = withdrawn.purpose.text()
            channel = withdrawn.channel.text()
            grant = nil
            via = withdrawn.via.text()
        }

        func encode(into bytes: inout [UInt8]) {
            source.encode(into: &bytes)
            bytes.append(prefixed: purpose)
            bytes.append(prefixed: channel)
            bytes.append(prefixed: via)
            bytes.append(grant == nil ? 0 : 1)
            guard let grant else { return }
            bytes.append(prefixed: grant.legalBasis)
            bytes.append(grant.isSeparate ? 1 : 0)
            bytes.append(prefixed: grant.policyVersion)
            bytes.append(prefixed: grant.textSHA256)
            bytes.append(prefixed: grant.evidence)
            SubjectLedger.encode(grant.until, into: &bytes)
        }

        init(decoding reader: inout ByteReader) throws {
            source = try Source(decoding: &reader)
            purpose = try reader.text()
            channel = try reader.text()
            via = try reader.text()
            guard try reader.u8() == 1 else {
                grant = nil
                return
            }
            grant = Grant(
                legalBasis: try reader.text(), isSeparate: try reader.u8() == 1, policyVersion: try reader.text(),
                textSHA256: try reader.text(), evidence: try reader.text(), until: try SubjectLedger.decodeTime(&reader)
            )
        }
    }

    /// Data must not be used from now on, or may be used again.
    struct Restriction: LedgerEntry {
        let source: Source
        let isOn: Bool
        /// Empty is all use.
        let scope: String
        let until: Int64?
        let lawRef: String

        init(_ source: Source, _ restricted: borrowing ProcessingRestrictedView) {
            self.source = source
            isOn = restricted.isOn
            scope = restricted.scope.text()
            until = SubjectLedger.time(restricted.untilUs)
            lawRef = restricted.lawRef.text()
        }

        func encode(into bytes: inout [UInt8]) {
            source.encode(into: &bytes)
            bytes.append(isOn ? 1 : 0)
            bytes.append(prefixed: scope)
            SubjectLedger.encode(until, into: &bytes)
            bytes.append(prefixed: lawRef)
        }

        init(decoding reader: inout ByteReader) throws {
            source = try Source(decoding: &reader)
            isOn = try reader.u8() == 1
            scope = try reader.text()
            until = try SubjectLedger.decodeTime(&reader)
            lawRef = try reader.text()
        }
    }
}

// MARK: - Holds

extension SubjectLedger {
    /// A hold that is placed or released.
    struct Hold: LedgerEntry {
        let source: Source
        let isPlaced: Bool
        let matter: String
        let until: Int64?

        init(_ source: Source, _ placed: borrowing LegalHoldPlacedView) {
            self.source = source
            isPlaced = true
            matter = placed.matter.text()
            until = SubjectLedger.time(placed.untilUs)
        }

        init(_ source: Source, _ released: borrowing LegalHoldReleasedView) {
            self.source = source
            isPlaced = false
            matter = released.matter.text()
            until = nil
        }

        func encode(into bytes: inout [UInt8]) {
            source.encode(into: &bytes)
            bytes.append(isPlaced ? 1 : 0)
            bytes.append(prefixed: matter)
            SubjectLedger.encode(until, into: &bytes)
        }

        init(decoding reader: inout ByteReader) throws {
            source = try Source(decoding: &reader)
            isPlaced = try reader.u8() == 1
            matter = try reader.text()
            until = try SubjectLedger.decodeTime(&reader)
        }
    }
}
