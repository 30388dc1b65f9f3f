internal import LMDB

/// What an entry of a run's ids holds: ids in their order, each with its position; under the first of them.
///
///      0  1  bytes that all ids of the block begin with, and that are left out: n
///      1  1  bytes of a distance: m
///      2  .  for each id its other 16 - n bytes, and the distance of its position from the run's first, little-endian
struct IDBlock: ~Escapable {
    private static let headerLength = 2
    /// Two blocks with their keys fill a page.
    private static let greatestLength = 2014

    private let bytes: RawSpan
    private let prefix: EventID
    private let suffixLength: Int
    private let distanceLength: Int

    /// The number of ids.
    let count: Int

    /// - Parameter key: what the block is stored under.
    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, under key: RawSpan) throws(MalformedBytes) {
        guard key.byteCount == 16, bytes.byteCount > Self.headerLength, bytes.u8(at: 0) < 16,
            1...8 ~= bytes.u8(at: 1)
        else { throw MalformedBytes("a block of ids and the first of them") }
        self.bytes = bytes
        suffixLength = 16 - Int(bytes.u8(at: 0))
        distanceLength = Int(bytes.u8(at: 1))
        prefix = EventID(high: key.u64BigEndian(at: 0), low: key.u64BigEndian(at: 8)).keeping(16 - suffixLength)
        count = (bytes.byteCount - Self.headerLength) / (suffixLength + distanceLength)
        guard count * (suffixLength + distanceLength) == bytes.byteCount - Self.headerLength else {
            throw MalformedBytes("a block of whole ids")
        }
    }

    private func offset(of index: Int) -> Int { Self.headerLength + index * (suffixLength + distanceLength) }

    /// The id at `index`.
    func id(_ index: Int) -> EventID {
        let end = offset(of: index) + suffixLength
        guard suffixLength >= 8 else {
            var low: UInt64 = 0
            for offset in (end - suffixLength)..<end { low = low << 8 | UInt64(bytes.u8(at: offset)) }
            return EventID(high: prefix.high, low: prefix.low | low)
        }
        var high: UInt64 = 0
        for offset in (end - suffixLength)..<(end - 8) { high = high << 8 | UInt64(bytes.u8(at: offset)) }
        return EventID(high: prefix.high | high, low: bytes.u64BigEndian(at: end - 8))
    }

    /// The position of the event of the id at `index`, in a run that begins at `base`.
    func position(_ index: Int, base: UInt64) throws(MalformedBytes) -> UInt64 {
        let start = offset(of: index) + suffixLength
        var distance: UInt64 = 0
        for byte in (0..<distanceLength).reversed() { distance = distance << 8 | UInt64(bytes.u8(at: start + byte)) }
        let (position, overflow) = base.addingReportingOverflow(distance)
        guard !overflow else { throw MalformedBytes("a position within 64 bits") }
        return position
    }

    /// The position of `id`, if it is in the block. O(log ids).
    func position(of id: EventID, base: UInt64) throws(MalformedBytes) -> UInt64? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            let candidate = self.id(middle)
            if candidate == id { return try position(middle, base: base) }
            if candidate < id { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// Takes from `next`, which gives ids in their order, as many as fit into a block.
    ///
    /// - Parameters:
    ///   - pending: the id that did not fit the last time, and then the one that does not fit now; at the end nil.
    ///   - distanceLength: bytes that every distance of the run fits into.
    ///   - bytes: where the block is written to.
    static func fill(
        _ pending: inout (id: EventID, distance: UInt64)?, distanceLength: Int, to bytes: inout [UInt8],
        next: () throws -> (id: EventID, distance: UInt64)?
    ) rethrows {
        guard let first = pending else { return }
        var entries: [(id: EventID, distance: UInt64)] = []
        var shared = 15
        while let entry = pending {
            let stillShared = min(shared, first.id.sharedBytes(with: entry.id))
            let length = headerLength + (entries.count + 1) * (16 - stillShared + distanceLength)
            if length > greatestLength { break }
            shared = stillShared
            entries.append(entry)
            pending = try next()
        }
        bytes.append(UInt8(shared))
        bytes.append(UInt8(distanceLength))
        for entry in entries {
            for byte in shared..<16 { bytes.append(entry.id.byte(byte)) }
            for byte in 0..<distanceLength { bytes.append(UInt8(truncatingIfNeeded: entry.distance >> (8 * byte))) }
        }
    }
}

extension EventID {
    /// The byte at `index`, from the left.
    fileprivate func byte(_ index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: (index < 8 ? high : low) >> UInt64(56 - (index & 7) * 8))
    }

    /// The number of bytes with which both begin.
    fileprivate func sharedBytes(with other: EventID) -> Int {
        high == other.high ? 8 + (low ^ other.low).leadingZeroBitCount / 8 : (high ^ other.high).leadingZeroBitCount / 8
    }

    /// The id with all but its first `count` bytes zero.
    fileprivate func keeping(_ count: Int) -> EventID {
        EventID(
            high: count >= 8 ? high : high & ~(UInt64.max >> UInt64(count * 8)),
            low: count <= 8 ? 0 : low & ~(UInt64.max >> UInt64((count - 8) * 8)))
    }
}
