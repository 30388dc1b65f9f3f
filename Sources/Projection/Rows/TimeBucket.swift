internal import EventLog
internal import LMDB

/// The buckets of a series over time, UTC: quarters of an hour (every zone's day is made of them), days, and blocks of
/// 32 days. A range is the sum of its whole blocks, whole days and the quarters at its ends.
///
/// Rows stand for days and blocks; the quarters are within the row of their day (``DayRow``). A row's key ends in its
/// level (1) and its bucket (8, big-endian, offset so that it sorts).
enum TimeBucket {
    static let suffixLength = 9
    static let days: UInt8 = 1
    static let blocks: UInt8 = 2
    static let quartersPerDay: Int64 = 96
    private static let daysPerBlock: Int64 = 32
    private static let microsecondsPerQuarter: Int64 = 900_000_000
    /// Quarters in one bucket of each level.
    private static let sizes: [Int64] = [1, quartersPerDay, quartersPerDay * daysPerBlock]
    /// Every quarter of a timestamp lies in it; its ends are ends of blocks.
    static let everything: Range<Int64> = -(sizes[2] << 28)..<sizes[2] << 28

    static func quarter(of time: Timestamp) -> Int64 {
        time.microseconds.dividedFlooring(by: microsecondsPerQuarter).quotient
    }

    static func day(ofQuarter quarter: Int64) -> Int64 { quarter.dividedFlooring(by: quartersPerDay).quotient }

    static func block(ofDay day: Int64) -> Int64 { day.dividedFlooring(by: daysPerBlock).quotient }

    static func writeSuffix(_ level: UInt8, _ bucket: Int64, to bytes: inout [UInt8]) {
        bytes.append(level)
        bytes.append(bigEndian: UInt64(bitPattern: bucket) ^ 1 << 63)
    }

    static func bucket(ofKey key: RawSpan) -> (level: UInt8, bucket: Int64) {
        let start = key.byteCount - suffixLength
        return (key.u8(at: start), Int64(bitPattern: key.u64BigEndian(at: start + 1) ^ 1 << 63))
    }

    /// The ranges of buckets, level by level, that make up the quarters in `range`.
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
