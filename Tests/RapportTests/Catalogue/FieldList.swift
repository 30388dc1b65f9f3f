import LMDB

/// The fields of a message with those of the messages in it, as one list: what a view reads and what SwiftProtobuf
/// reads can be compared, byte for byte.
struct FieldList: Equatable {
    struct Field: Equatable {
        let name: String
        /// The UTF-8 of a text, bytes as they are, the digits of a number.
        let value: [UInt8]
    }

    private(set) var fields: [Field] = []

    mutating func text(_ name: String, _ bytes: RawSpan) {
        fields.append(Field(name: name, value: bytes.copy()))
    }

    mutating func text(_ name: String, _ text: String) {
        fields.append(Field(name: name, value: Array(text.utf8)))
    }

    mutating func bytes(_ name: String, _ bytes: [UInt8]) {
        fields.append(Field(name: name, value: bytes))
    }

    mutating func number(_ name: String, _ number: some BinaryInteger) {
        fields.append(Field(name: name, value: Array(String(number).utf8)))
    }

    mutating func flag(_ name: String, _ isSet: Bool) {
        number(name, isSet ? 1 : 0)
    }

    /// Says that something is there, or begins.
    mutating func mark(_ name: String) {
        fields.append(Field(name: name, value: []))
    }

    /// The first field that `other` does not have in its place.
    func firstDifference(from other: FieldList) -> String {
        for (mine, theirs) in zip(fields, other.fields) where mine != theirs {
            return "\(mine.name) \(mine.value.prefix(60)), not \(theirs.name) \(theirs.value.prefix(60))"
        }
        return "\(fields.count) fields, not \(other.fields.count)"
    }
}
