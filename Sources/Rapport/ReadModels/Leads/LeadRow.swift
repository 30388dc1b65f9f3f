internal import LMDB

/// What questions about many leads look at, read in place: the key of the row has the status, the time of capture and
/// the lead, the row the rest.
///
/// Little endian; offsets in bytes:
///
///      0    8  the first response, microseconds UTC; 0 without one
///      8    8  when it was given up or converted, microseconds UTC; 0 while it is open
///     16    1  which of the two are there: 1, 2 or their sum
///     17    .  the owner, UTF-8, up to the end
struct LeadRow: ~Escapable {
    private static let hasResponse: UInt8 = 1
    private static let isClosed: UInt8 = 2
    private static let ownerOffset = 17

    private let row: RawSpan

    /// The row of a lead.
    static func bytes(of lead: LeadState) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: lead.respondedAt ?? 0)
        bytes.append(littleEndian: lead.closedAt ?? 0)
        bytes.append((lead.respondedAt == nil ? 0 : hasResponse) | (lead.closedAt == nil ? 0 : isClosed))
        bytes.append(utf8: lead.owner)
        return bytes
    }

    /// - Throws: `MalformedBytes` when it is too short to be one.
    @_lifetime(copy row)
    init(_ row: RawSpan) throws {
        guard row.byteCount >= Self.ownerOffset else { throw MalformedBytes("the facts of a lead") }
        self.row = row
    }

    /// The first response, microseconds UTC.
    var respondedAt: Int64? { row.u8(at: 16) & Self.hasResponse == 0 ? nil : row.i64(at: 0) }

    /// When it was given up or converted, microseconds UTC.
    var closedAt: Int64? { row.u8(at: 16) & Self.isClosed == 0 ? nil : row.i64(at: 8) }

    /// Whether `name` has the lead.
    func isOwned(by name: String) -> Bool {
        name.sameBytes(as: row.extracting(Self.ownerOffset..<row.byteCount))
    }
}
