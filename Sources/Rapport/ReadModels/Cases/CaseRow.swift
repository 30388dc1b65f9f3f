internal import EventLog
internal import LMDB
internal import Projection

/// A case as a row: by status, in order of opening. What questions about times need has a fixed width and stands first.
///
/// Key: table, code of the status, opening time, id of the case. Value, little endian; offsets in bytes, times in
/// microseconds UTC, ``noTime`` where there is none:
///
///      0    8  first event
///      8    8  last event
///     16    8  first response
///     24    8  first resolution
///     32    8  first close
///     40    8  resolution that holds
///     48    8  close that holds
///     56    8  number of responses
///     64    8  number of assignments
///     72    8  number of reopenings
///     80    8  where the changes begin
///     88    .  the values of ``CaseModel/ownDimensions``, the outcome
///      .    .  the attributes: their number, names and values
///      .    .  the changes: their number, and of each the kind, the time as a zigzag varint, and who it waits for
///
/// Texts have a varint length; the numbers of attributes and changes are varints.
enum CaseRow {
    static let fixedLength = 88
    /// Where the offset of the changes stands.
    fileprivate static let changesOffset = 80
    /// Stands for a time that there is none of.
    static let noTime = Int64.min
    /// Bytes of a key before the opening time.
    static let prefixLength = 2

    static func prefix(_ status: CaseStatus) -> [UInt8] { [CaseModel.cases, status.code] }

    static func key(_ state: CaseState, id: String) -> [UInt8] {
        TimedKey.make(prefix(state.status), at: state.openedAt, id: id)
    }

    static func make(_ state: CaseState) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fixedLength + 100)
        for time in [
            state.firstAt, state.lastAt, state.firstRespondedAt, state.firstResolvedAt, state.firstClosedAt,
            state.resolvedAt, state.closedAt,
        ] {
            bytes.append(littleEndian: time ?? noTime)
        }
        bytes.append(littleEndian: state.contacts)
        bytes.append(littleEndian: state.assignments)
        bytes.append(littleEndian: UInt64(state.reopenings))
        var texts: [UInt8] = []
        for value in state.ownValues { texts.append(prefixed: value) }
        texts.append(prefixed: state.outcome)
        state.attributes.encode(into: &texts)
        bytes.append(littleEndian: UInt64(fixedLength + texts.count))
        bytes += texts
        bytes.append(varint: UInt64(state.changes.count))
        for change in state.changes { change.encode(into: &bytes) }
        return bytes
    }
}

/// The value of a row, read in place.
struct CaseFacts: ~Escapable {
    private let row: RawSpan
    /// Where the changes begin.
    private let changes: Int

    @_lifetime(copy row)
    init(_ row: RawSpan) throws {
        guard row.byteCount >= CaseRow.fixedLength else { throw MalformedBytes("the facts of a case") }
        let changes = row.i64(at: CaseRow.changesOffset)
        guard (Int64(CaseRow.fixedLength)...Int64(row.byteCount)).contains(changes) else {
            throw MalformedBytes("the facts of a case")
        }
        self.row = row
        self.changes = Int(changes)
    }

    var firstAt: Int64 { row.i64(at: 0) }
    var lastAt: Int64 { row.i64(at: 8) }
    var firstRespondedAt: Int64? { time(at: 16) }
    var firstResolvedAt: Int64? { time(at: 24) }
    var firstClosedAt: Int64? { time(at: 32) }
    var resolvedAt: Int64? { time(at: 40) }
    var closedAt: Int64? { time(at: 48) }
    var contacts: Int64 { row.i64(at: 56) }
    var assignments: Int64 { row.i64(at: 64) }
    var reopenings: Int64 { row.i64(at: 72) }

    private func time(at offset: Int) -> Int64? {
        let time = row.i64(at: offset)
        return time == CaseRow.noTime ? nil : time
    }

    /// The texts behind the fixed part.
    var texts: RawSpan {
        @_lifetime(copy self)
        get { row.extracting(CaseRow.fixedLength..<changes) }
    }

    /// Lends what the case's clocks go by, in order of occurrence: what happened, when, and who it waits for then.
    func forEachChange(_ body: (CaseState.Change.Kind, Int64, RawSpan) throws -> Void) throws {
        var reader = ByteReader(row.extracting(changes..<row.byteCount))
        for _ in 0..<(try reader.count()) {
            guard let kind = CaseState.Change.Kind(rawValue: try reader.u8()) else {
                throw MalformedBytes("a change of a case")
            }
            let at = try reader.zigzag()
            let whom = try reader.textBytes()
            try body(kind, at, whom)
        }
    }

    /// The value of a dimension, UTF-8, in place; empty when the case has none.
    @_lifetime(copy self)
    func value(of dimension: RawSpan) throws -> RawSpan {
        var reader = ByteReader(texts)
        for name in CaseModel.ownDimensions {
            let value = try reader.textBytes()
            if name.sameBytes(as: dimension) { return value }
        }
        // The outcome.
        _ = try reader.textBytes()
        for _ in 0..<(try reader.count()) {
            let name = try reader.textBytes()
            let value = try reader.textBytes()
            if name.sameBytes(as: dimension) { return value }
        }
        return row.extracting(0..<0)
    }
}
