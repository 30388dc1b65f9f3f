internal import EventLog
internal import LMDB

/// The buckets of a series over time, UTC: quarters of an hour (every zone's day is made of them), days, and blocks of
/// 32 days. A range is the sum of its whole blocks, whole days and the quarters at its ends.
///
/// A cell's key ends in its level (1) and its bucket (8, big-endian, offset so that it sorts).
enum TimeBucket {
    static let suffixLength = 9
    static let coarserLevels: [UInt8] = [1, 2]
    private static let quarter: Int64 = 900_000_000
    /// Finest buckets in one bucket of each level.
    private static let sizes: [Int64] = [1, 96, 96 * 32]

    static func finest(of time: Timestamp) -> Int64 {
        time.microseconds.dividedFlooring(by: quarter).quotient
    }

    /// The bucket of `level` that holds the finest bucket.
    static func coarser(_ finest: Int64, _ level: UInt8) -> Int64 {
        finest.dividedFlooring(by: sizes[Int(level)]).quotient
    }

    static func writeSuffix(_ level: UInt8, _ bucket: Int64, to bytes: inout [UInt8]) {
        bytes.append(level)
        bytes.append(bigEndian: UInt64(bitPattern: bucket) ^ 1 << 63)
    }

    static func bucket(ofKey key: RawSpan) -> (level: UInt8, bucket: Int64) {
        let start = key.byteCount - suffixLength
        return (key.u8(at: start), Int64(bitPattern: key.u64BigEndian(at: start + 1) ^ 1 << 63))
    }

    /// The ranges of buckets, level by level, that make up the finest buckets in `range`; open ends are unbounded.
    static func cover(_ range: Range<Int64>) -> [(level: UInt8, buckets: Range<Int64>)] {
        guard !range.isEmpty else { return [] }
        var pieces: [(level: UInt8, buckets: Range<Int64>)] = []
        var rest = range
        // From the finest level up: the ragged ends are taken at this level, the middle goes to the next.
        for level in 0..<UInt8(2) {
            let factor = sizes[Int(level) + 1] / sizes[Int(level)]
            let firstWhole = (rest.lowerBound + factor - 1).dividedFlooring(by: factor).quotient
            let lastWhole = rest.upperBound.dividedFlooring(by: factor).quotient
            if firstWhole >= lastWhole {
                pieces.append((level, rest))
                return pieces
            }
            pieces.append((level, rest.lowerBound..<firstWhole * factor))
            pieces.append((level, lastWhole * factor..<rest.upperBound))
            rest = firstWhole..<lastWhole
        }
        pieces.append((2, rest))
        return pieces.filter { !$0.buckets.isEmpty }
    }
}
