internal import EventLog
internal import Foundation

/// What a message of the catalogue, or a part of one, looks like on the wire.
///
/// SwiftProtobuf tells nobody the fields of a message, so they are learned: a value is encoded and the bytes are looked
/// at. That happens when a mapping is read. Rows are then written field by field, without JSON and without a message.
struct MessageShape {
    /// A field on the way from the event's message to this part of it.
    private struct Step {
        let field: String
        let isList: Bool
    }

    private let encode: (Data) throws -> [UInt8]
    private let decode: ([UInt8]) throws -> Data
    private var path: [Step] = []
    private let type: String

    /// The type, and where in it this part is: `OpportunityWon.amount`.
    var name: String { ([type] + path.map(\.field)).joined(separator: ".") }

    /// The payload of an event type.
    init(dataOf type: any CatalogueEvent.Type) {
        self.type = String(type.eventType.name.split(separator: ".").last ?? "")
        encode = { try EventCatalogue.uncheckedData(of: type, json: $0) }
        decode = { try EventCatalogue.json(of: type, data: $0) }
    }

    /// The personal part of an event type.
    init(personalPartOf type: any CatalogueEvent.Type) {
        self.type = "the personal part of " + (type.eventType.name.split(separator: ".").last ?? "")
        encode = { try EventCatalogue.personalData(of: type, json: $0) }
        decode = { try EventCatalogue.personalJSON(of: type, data: $0) }
    }

    // MARK: Questions

    /// Whether there is a field of this name, as JSON spells it.
    func has(_ field: String) -> Bool { bytes(of: field, "null") != nil }

    /// The message in a field; nil when the field holds none.
    func message(in field: String, isList: Bool) -> (key: UInt64, shape: MessageShape)? {
        guard let empty = bytes(of: field, isList ? "[{}]" : "{}")?.readVarint(), empty.rest.elementsEqual([0]) else {
            return nil
        }
        var shape = self
        shape.path.append(Step(field: field, isList: isList))
        return (empty.value, shape)
    }

    /// How a single value is written; nil when the field holds none that a mapping can give.
    func scalar(in field: String, isList: Bool) -> FieldEncoding? {
        func probe(_ literal: String) -> (key: UInt64, value: ArraySlice<UInt8>)? {
            bytes(of: field, isList ? "[\(literal)]" : literal)?.readVarint().map { (key: $0.value, value: $0.rest) }
        }
        if let text = probe("\"x\"") {
            return text.value.elementsEqual([1, UInt8(ascii: "x")]) ? FieldEncoding(key: text.key, form: .text) : nil
        }
        // A list of numbers is packed, which no event type of the catalogue needs.
        guard !isList, let one = probe("\"1\"") ?? probe("1") ?? probe("true"), one.key & 7 == 0 else { return nil }
        // A field without presence leaves out its zero.
        let writesZero = ["0", "false"].contains { probe($0) != nil }
        let form: FieldEncoding.Form
        if probe("true") != nil {
            form = .flag
        } else if probe("\"1\"") != nil {
            let low = ["-9223372036854775808", "-2147483648"].first { probe($0) != nil }
            let high = ["9223372036854775807", "4294967295"].first { probe($0) != nil }
            let range = (low.flatMap { Int64($0) } ?? 0)...(high.flatMap { Int64($0) } ?? Int64(Int32.max))
            form = .integer(range, isZigzag: one.value.first == 2)
        } else {
            form = .choice(choices(of: field))
        }
        return FieldEncoding(key: one.key, form: form, writesZero: writesZero)
    }

    /// The names of an enumeration's values.
    private func choices(of field: String) -> [String: UInt64] {
        var choices: [String: UInt64] = [:]
        // Values the schema does not know are kept as numbers: 32 of them in a row, and there are no more names.
        var unknown = 0
        var number: UInt64 = 0
        while unknown < 32, let bytes = encoded(field, "\(number)"), let json = try? decode(bytes) {
            unknown += 1
            if let name = Self.innermost((try? JSONSerialization.jsonObject(with: json)) ?? "") {
                choices[name] = number
                unknown = 0
            }
            number += 1
        }
        return choices
    }

    /// The one text in nested objects and lists of one element each.
    private static func innermost(_ value: Any) -> String? {
        switch value {
        case let text as String: text
        case let object as [String: Any]: object.values.first.flatMap { innermost($0) }
        case let list as [Any]: list.first.flatMap { innermost($0) }
        default: nil
        }
    }

    // MARK: Encoding

    /// The event's bytes with nothing but this value in it; nil when it does not fit.
    private func encoded(_ field: String, _ literal: String) -> [UInt8]? {
        var json = "{\(Self.quoted(field)):\(literal)}"
        for step in path.reversed() {
            json = "{\(Self.quoted(step.field)):\(step.isList ? "[\(json)]" : json)}"
        }
        return try? encode(Data(json.utf8))
    }

    /// The bytes of this part of it.
    private func bytes(of field: String, _ literal: String) -> ArraySlice<UInt8>? {
        guard var rest = encoded(field, literal)?[...] else { return nil }
        for _ in path {
            guard let key = rest.readVarint(), let length = key.rest.readVarint() else { return nil }
            rest = length.rest
        }
        return rest
    }

    private static func quoted(_ text: String) -> String {
        String(decoding: (try? JSONEncoder().encode(text)) ?? Data("\"\"".utf8), as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    /// The varint at the start, and what comes behind it.
    fileprivate func readVarint() -> (value: UInt64, rest: ArraySlice<UInt8>)? {
        var value: UInt64 = 0
        for (count, byte) in prefix(10).enumerated() {
            value |= UInt64(byte & 0x7F) << (7 * UInt64(count))
            if byte < 0x80 { return (value, dropFirst(count + 1)) }
        }
        return nil
    }
}
