internal import LMDB

/// One number that stands for all records of a log from the first one on, and for their order.
///
/// The checksum of each record is hashed with the number of those before it as seed. Like the checksums it detects
/// damage, not forgery.
struct RecordChain: Equatable {
    /// 0 before the first record.
    private(set) var value: UInt64 = 0

    init() {}

    /// The chain that a manifest has kept.
    init(value: UInt64) {
        self.value = value
    }

    /// Adds the record that follows.
    mutating func add(_ event: borrowing EventView) {
        value = FastHash.hash64(event.bytes.extracting(0..<8), seed: value)
    }
}
