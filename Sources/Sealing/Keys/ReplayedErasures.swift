public import EventLog
internal import LMDB

/// Up to where in the log its erasures are carried out in a key store, and in which history of the log that was: a log
/// that was put back as it had been earlier, and has grown since, has other events there.
public struct ReplayedErasures: Equatable, Sendable {
    /// All erasures up to here are carried out.
    public let position: Position
    /// The checksum of the record there; nil where nobody has said it.
    public let checksum: UInt64?

    /// All erasures of the log up to `position`, where the record has this checksum.
    public init(position: Position, checksum: UInt64? = nil) {
        self.position = position
        self.checksum = checksum
    }

    /// - Returns: nil when the bytes are not of this form.
    init?(_ stored: RawSpan) {
        guard stored.byteCount == 8 || stored.byteCount == 16 else { return nil }
        position = Position(stored.u64(at: 0))
        checksum = stored.byteCount == 16 ? stored.u64(at: 8) : nil
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: position.rawValue)
        if let checksum { bytes.append(littleEndian: checksum) }
        return bytes
    }

    /// What is known after `earlier` was: whoever names the record has looked at the whole log, and is right; of two
    /// who do not, who got farther.
    func after(_ earlier: ReplayedErasures) -> ReplayedErasures {
        checksum != nil || position > earlier.position ? self : earlier
    }
}
