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
/// | `open` | rows in order of when an answer is due | time due, id of the request, person | ``RequestRow`` |
/// | `answered` | likewise, of requests that have an answer | likewise | ``RequestRow`` |
/// | `answers` | rows in order of first answers | time of the answer, id of the request, person | ``AnsweredRow`` |
/// | `permits` | rows in order of persons | hash of a purpose, person | when it was granted first |
/// | `receipts` | rows | id of the erasure, position of the receipt | ``ReceiptRow`` |
enum PrivacyModel {
    static let name = "privacy"
    static let model = ReadModel(
        name: name, version: 2,
        folds: [SubjectFold(entityKind: "customer"), SubjectFold(entityKind: "lead"), ReceiptFold()],
        upcasters: EventCatalogue.upcasters)

    /// Requests with an answer.
    static let answered: UInt8 = 1
    static let permits: UInt8 = 2
    static let receipts: UInt8 = 3
    /// Requests without an answer.
    static let open: UInt8 = 4
    /// When requests were answered first.
    static let answers: UInt8 = 5

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
        let code = purpose.foldedCode
        let hash = FastHash.hash128(code.rawSpan)
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

/// When a request was received; microseconds UTC in 8 bytes, little endian.
enum RequestRow {
    /// The row of a request.
    static func bytes(receivedAt: Int64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: receivedAt)
        return bytes
    }

    /// Whether a request had been received by `time`.
    ///
    /// - Throws: `MalformedBytes` when it is no row of a request.
    static func isReceived(_ row: RawSpan, by time: Int64) throws -> Bool {
        guard row.byteCount == 8 else { throw MalformedBytes("when a request was received") }
        return row.i64(at: 0) <= time
    }
}

/// A request that was answered. Little endian; offsets in bytes:
///
///      0    8  when it was received, microseconds UTC
///      8    8  when the answer was due, microseconds UTC
struct AnsweredRow {
    let receivedAt: Int64
    let due: Int64

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: receivedAt)
        bytes.append(littleEndian: due)
        return bytes
    }

    init(receivedAt: Int64, due: Int64) {
        self.receivedAt = receivedAt
        self.due = due
    }

    /// - Throws: `MalformedBytes` when it is none.
    init(_ row: RawSpan) throws {
        guard row.byteCount == 16 else { throw MalformedBytes("the times of an answered request") }
        receivedAt = row.i64(at: 0)
        due = row.i64(at: 8)
    }
}
