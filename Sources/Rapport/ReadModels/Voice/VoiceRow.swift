internal import EventLog
internal import LMDB
internal import Projection

/// A complaint or a suggestion as a row: by status, in order of submission. What questions about times need has a fixed
/// width and stands first.
///
/// Key: table, code of the status, time of submission, customer, a zero byte, id of the event. Value, little endian;
/// offsets in bytes, times in microseconds UTC, ``noTime`` where there is none:
///
///      0    8  first decision
///      8    8  first decision that names a change
///     16    8  first telling
///     24    8  first telling from the first decision on
///     32    1  code of the kind
///     33    .  the texts of ``VoiceDimension``, in the order of their places
///      .    .  the id of the complaint or suggestion, the id of the case
///      .    .  whether there is an estimated value; its currency, and minor units as a zigzag varint
///      .    .  the number of decisions; of each its time as a zigzag varint, whether it adopts, and the benefit as the
///              value
///
/// Texts have a varint length.
enum VoiceRow {
    static let fixedLength = 33
    /// Stands for a time that there is none of.
    static let noTime = Int64.min
    /// Bytes of a key before the time, in the table of items.
    static let prefixLength = 2
    /// Bytes of a key behind the customer: a zero byte, and the id of the event.
    private static let suffixLength = 17

    static func prefix(_ status: VoiceStatus) -> [UInt8] { [VoiceModel.items, status.code] }

    static func key(_ course: VoiceCourse, of customer: String) -> [UInt8] {
        let event = course.item.events.first ?? EventID(high: 0, low: 0)
        return key(prefix(course.status), at: course.item.at, of: customer, event)
    }

    /// The key of something that one event of a customer gives.
    static func key(_ prefix: [UInt8], at time: Int64, of customer: String, _ event: EventID) -> [UInt8] {
        var key = TimedKey.make(prefix, at: time, id: customer)
        // No tag holds a zero byte.
        key.append(0)
        key.append(bigEndian: event.high)
        key.append(bigEndian: event.low)
        return key
    }

    /// The customer and the event of a key whose prefix has `count` bytes.
    static func names(in key: RawSpan, prefix count: Int) throws -> (customer: String, event: EventID) {
        let end = key.byteCount - suffixLength
        guard end > count + 8 else { throw MalformedBytes("the key of what a customer told") }
        let event = EventID(high: key.u64BigEndian(at: end + 1), low: key.u64BigEndian(at: end + 9))
        return (key.text(count + 8..<end), event)
    }

    static func make(_ course: VoiceCourse) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fixedLength + 80)
        for time in [course.decidedAt, course.changedAt, course.toldAt, course.toldDecisionAt] {
            bytes.append(littleEndian: time ?? noTime)
        }
        bytes.append(course.item.kind.code)
        for text in course.item.texts { bytes.append(prefixed: text) }
        bytes.append(prefixed: course.item.id)
        bytes.append(prefixed: course.item.caseID)
        bytes.append(course.item.value)
        bytes.append(varint: UInt64(course.decisions.count))
        for decision in course.decisions {
            bytes.append(zigzag: decision.at)
            bytes.append(decision.isAdopted ? 1 : 0)
            bytes.append(decision.benefit)
        }
        return bytes
    }
}

/// The value of a row, read in place.
struct VoiceFacts: ~Escapable {
    /// What is behind the texts of the dimensions.
    struct Details {
        /// Empty where none was given.
        let id: String
        /// Empty where there is none.
        let caseID: String
        let value: VoiceState.Amount?
        /// The last decision by the time asked about; nil where there was none.
        let lastDecision: (at: Int64, isAdopted: Bool, benefit: VoiceState.Amount?)?
    }

    private let row: RawSpan

    @_lifetime(copy row)
    init(_ row: RawSpan) throws {
        guard row.byteCount > VoiceRow.fixedLength else { throw MalformedBytes("the facts of what a customer told") }
        self.row = row
    }

    /// The first decision; nil where there was none by `end`.
    func decidedAt(by end: Int64) -> Int64? { time(at: 0, by: end) }

    /// The first decision that names a change; nil where there was none by `end`.
    func changedAt(by end: Int64) -> Int64? { time(at: 8, by: end) }

    /// When the customer was told first; nil where nobody had by `end`.
    func toldAt(by end: Int64) -> Int64? { time(at: 16, by: end) }

    /// When the customer was told first from the first decision on; nil where nobody had by `end`.
    func toldDecisionAt(by end: Int64) -> Int64? { time(at: 24, by: end) }

    private func time(at offset: Int, by end: Int64) -> Int64? {
        let time = row.i64(at: offset)
        return time == VoiceRow.noTime || time > end ? nil : time
    }

    var kind: VoiceKind {
        get throws {
            guard let kind = VoiceKind(code: row.u8(at: 32)) else { throw MalformedBytes("a kind of voice") }
            return kind
        }
    }

    /// The texts behind the fixed part.
    private var texts: RawSpan {
        @_lifetime(copy self)
        get { row.extracting(VoiceRow.fixedLength..<row.byteCount) }
    }

    /// The value of a dimension, UTF-8, in place; empty where there is none.
    @_lifetime(copy self)
    func value(of dimension: VoiceDimension) throws -> RawSpan {
        var reader = ByteReader(texts)
        for _ in 0..<dimension.place { _ = try reader.textBytes() }
        return try reader.textBytes()
    }

    /// What is behind the texts of the dimensions, with what was decided by `end`.
    func details(by end: Int64) throws -> Details {
        var reader = ByteReader(texts)
        for _ in VoiceDimension.allCases { _ = try reader.textBytes() }
        let (id, caseID) = (try reader.text(), try reader.text())
        let value = try VoiceState.Amount(ifPresentIn: &reader)
        var last: (at: Int64, isAdopted: Bool, benefit: VoiceState.Amount?)?
        for _ in 0..<(try reader.count()) {
            let (at, isAdopted) = (try reader.zigzag(), try reader.u8() != 0)
            let benefit = try VoiceState.Amount(ifPresentIn: &reader)
            if at <= end { last = (at, isAdopted, benefit) }
        }
        return Details(id: id, caseID: caseID, value: value, lastDecision: last)
    }
}
