internal import EventLog
internal import LMDB
internal import Projection

/// Numbers the values that events have of a property, or of several together: 1, 2, 3 ... in the order in which they
/// are met; 0 where one is missing or empty.
struct ValueNumbers: Sendable {
    private let reader: ValueReader
    private var values = ByteKeyTable()
    private var key: [UInt8] = []

    /// As ``ValueReader/init(of:in:)``.
    init(of properties: [EventProperty], in types: [EventType]) {
        reader = ValueReader(of: properties, in: types)
    }

    /// How many numbers there are, 0 left out.
    var count: Int { values.count }

    /// The number of an event's values. Of a property with several values in one event the first counts.
    ///
    /// - Parameters:
    ///   - event: an event of `type`.
    ///   - type: the number of its type within the types.
    /// - Throws: `MalformedBytes`.
    mutating func number(of event: borrowing EventView, type: Int) throws -> UInt32 {
        guard try reader.read(event, type: type, into: &key) else { return 0 }
        let met = key
        return UInt32(values.number(of: met.rawSpan) + 1)
    }

    /// The value that has a number, of several together with commas between them; empty for 0.
    func text(_ number: UInt32) -> String {
        guard number > 0, Int(number) <= values.count else { return "" }
        return values.withBytes(Int(number) - 1) { reader.text(of: $0) }
    }

    /// Takes in the values of another table of the same properties.
    ///
    /// - Returns: for each of its numbers, from 0 on, the one here; empty where it has none.
    mutating func union(_ other: ValueNumbers) -> [UInt32] {
        if other.count == 0 { return [] }
        return [0]
            + (0..<other.values.count).map { number in
                other.values.withBytes(number) { UInt32(values.number(of: $0) + 1) }
            }
    }
}
