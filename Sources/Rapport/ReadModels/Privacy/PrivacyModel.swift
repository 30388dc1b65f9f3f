internal import EventLog
internal import LMDB
internal import Projection

/// The privacy ledger (R44): what each person allows, has asked for and is owed, and which event proves it.
///
/// The states hold everything that was said of a person, in order of occurrence, so that a question about any time is
/// answered without folding again. Nothing in them is personal: codes, times, references and hashes.
///
/// | table | kind | key | value |
/// |---|---|---|---|
/// | `requests` | rows in order of when an answer is due | time due, id of the request, person | ``RequestRow`` |
/// | `permits` | rows in order of persons | hash of a purpose, person | when it was granted first |
/// | `receipts` | rows | id of the erasure, position of the receipt | ``ReceiptRow`` |
enum PrivacyModel {
    static let name = "privacy"
    static let model = ReadModel(
        name: name, version: 1,
        folds: [SubjectFold(entityKind: "customer"), SubjectFold(entityKind: "lead"), ReceiptFold()],
        upcasters: EventCatalogue.upcasters)

    static let requests: UInt8 = 1
    static let permits: UInt8 = 2
    static let receipts: UInt8 = 3

    /// Which fold keeps what was said of a person; nil when the tag names none.
    static func fold(of subject: Tag) -> UInt8? {
        switch subject.kind {
        case "customer": 0
        case "lead": 1
        default: nil
        }
    }

    /// What was said of a person; nil when nothing was. O(log n + what was said).
    static func ledger(of subject: Tag, _ reader: borrowing ModelReader) throws -> SubjectLedger? {
        guard let fold = fold(of: subject),
            let ledger = try reader.state(SubjectLedger.self, fold: fold, of: subject), !ledger.isEmpty
        else { return nil }
        return ledger
    }

    /// Where the rows begin of those who ever granted a purpose. Purposes with the same hash would share rows: whoever
    /// reads them looks at what was granted.
    static func permitPrefix(of purpose: String) -> [UInt8] {
        let hash = purpose.withRawSpan { FastHash.hash128($0) }
        var prefix = [permits]
        prefix.append(bigEndian: hash.high)
        prefix.append(bigEndian: hash.low)
        return prefix
    }

    /// Where the receipts of an erasure begin.
    static func receiptPrefix(of erasure: EventID) -> [UInt8] {
        var prefix = [receipts]
        prefix.append(bigEndian: erasure.high)
        prefix.append(bigEndian: erasure.low)
        return prefix
    }

    /// The id of a request's row, behind the time in its key.
    static func requestID(_ request: EventID, of subject: Tag) -> String { "\(request) \(subject.text)" }
}

/// What the list of requests looks at in place. Little endian; offsets in bytes:
///
///      0    8  when it was received, microseconds UTC
///      8    8  when it was answered first, microseconds UTC; 0 while it is not
///     16    1  whether it was answered
struct RequestRow: ~Escapable {
    private static let length = 17

    private let row: RawSpan

    /// The row of a request.
    static func bytes(receivedAt: Int64, answeredAt: Int64?) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: receivedAt)
        bytes.append(littleEndian: answeredAt ?? 0)
        bytes.append(answeredAt == nil ? 0 : 1)
        return bytes
    }

    /// - Throws: `MalformedBytes` when it is too short to be one.
    @_lifetime(copy row)
    init(_ row: RawSpan) throws {
        guard row.byteCount == Self.length else { throw MalformedBytes("the times of a request") }
        self.row = row
    }

    /// Whether it had been received by `time` and, where only open ones are wanted, had not been answered by then.
    func isListed(openOnly: Bool, at time: Int64) -> Bool {
        guard row.i64(at: 0) <= time else { return false }
        return !openOnly || row.u8(at: 16) == 0 || row.i64(at: 8) > time
    }
}
