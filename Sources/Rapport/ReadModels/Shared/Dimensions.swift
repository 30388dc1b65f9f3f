internal import EventLog
internal import LMDB

/// The properties an entity is grouped by, as they were given with it: each name once, the newest value.
struct Dimensions: Equatable {
    struct Pair: Equatable {
        let name: String
        let value: String
    }

    private(set) var pairs: [Pair] = []

    init() {}

    /// Gives a property a value. What has no name or no value says nothing; names in `own` belong to dimensions that
    /// every entity of the kind has, and would count there twice.
    mutating func set(_ name: RawSpan, to value: RawSpan, besides own: [String]) {
        if name.isEmpty || value.isEmpty || own.contains(where: { $0.sameBytes(as: name) }) { return }
        let pair = Pair(name: name.text(), value: value.text())
        if let known = pairs.firstIndex(where: { $0.name.sameBytes(as: name) }) {
            pairs[known] = pair
        } else {
            pairs.append(pair)
        }
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(varint: UInt64(pairs.count))
        for pair in pairs {
            bytes.append(prefixed: pair.name)
            bytes.append(prefixed: pair.value)
        }
    }

    init(decoding reader: inout ByteReader) throws {
        for _ in 0..<(try reader.count()) {
            pairs.append(Pair(name: try reader.text(), value: try reader.text()))
        }
    }
}
