internal import Crypto
internal import EventLog

/// Ids of imported events: the same source, mapping event and key give the same id, in every import, for ever.
///
/// A UUIDv8 of SHA-256 over the name of the source, the name of the mapping's event and the values of its key, each as
/// UTF-8 behind its length (four bytes, big-endian).
struct ImportID {
    private let prefix: [UInt8]
    private var bytes: [UInt8] = []

    /// What the correlation id of the events of an import begins with, and the tag of the import.
    static let importPrefix = "import:"

    /// The correlation id of all events of the import with this id; the text of its tag, too.
    static func correlationID(of importID: String) -> String { importPrefix + importID }

    init(source: String, event: String) {
        var prefix: [UInt8] = []
        prefix.append(lengthPrefixed: Array(source.utf8)[...])
        prefix.append(lengthPrefixed: Array(event.utf8)[...])
        self.prefix = prefix
    }

    /// The id for the values of a key.
    mutating func id(_ key: [Int], _ values: RowValues) -> EventID {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: prefix)
        for slot in key { bytes.append(lengthPrefixed: values.bytes(slot)) }
        var (high, low): (UInt64, UInt64) = (0, 0)
        for (index, byte) in SHA256.hash(data: bytes).enumerated() where index < 16 {
            if index < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
        return EventID(digestHigh: high, digestLow: low)
    }
}

extension [UInt8] {
    fileprivate mutating func append(lengthPrefixed value: ArraySlice<UInt8>) {
        let length = UInt32(value.count)
        for shift in [24, 16, 8, 0] as [UInt32] { append(UInt8(truncatingIfNeeded: length >> shift)) }
        append(contentsOf: value)
    }
}
