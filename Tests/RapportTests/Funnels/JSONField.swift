import EventLog
import Foundation
import LMDB
import SwiftProtobuf

@testable import Rapport

/// JSON, read without a schema.
enum JSONTree: Decodable, Sendable {
    case text(String)
    /// Its digits.
    case number(String)
    case flag(Bool)
    case list([JSONTree])
    case block([String: JSONTree])

    init(from decoder: any Swift.Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let number = try? container.decode(Int64.self) {
            self = .number(String(number))
        } else if let number = try? container.decode(UInt64.self) {
            self = .number(String(number))
        } else if let list = try? container.decode([JSONTree].self) {
            self = .list(list)
        } else {
            self = .block(try container.decode([String: JSONTree].self))
        }
    }

    private struct UnknownType: Error {
        let type: String
    }

    /// What SwiftProtobuf shows of an event's data.
    static func shown(_ event: NewEvent) throws -> [String: JSONTree] {
        guard let type = EventCatalogue.type(named: event.type.name) else { throw UnknownType(type: event.type.name) }
        return try shown(as: type, event.data)
    }

    private static func shown<Event: CatalogueEvent>(
        as type: Event.Type, _ data: [UInt8]
    ) throws -> [String: JSONTree] {
        var options = JSONEncodingOptions()
        options.alwaysPrintInt64sAsNumbers = true
        let json = try Event(serializedBytes: data).jsonUTF8Data(options: options)
        return try JSONDecoder().decode([String: JSONTree].self, from: json)
    }

    /// The text; nil for anything else.
    var content: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }
}

/// A field that properties can name, and what JSON says of it.
struct JSONField: Sendable {
    /// What it holds.
    enum Content: Sendable {
        /// A text, or the name of an enumeration's value.
        case text
        case number
        case flag
        case texts
        case namedValues
    }

    /// From the outermost on.
    let names: [String]
    let content: Content

    var path: String { names.joined(separator: ".") }

    /// The fields of an event in which all are filled in.
    static func fields(of block: [String: JSONTree], within outer: [String] = []) -> [JSONField] {
        var fields: [JSONField] = []
        for (name, value) in block.sorted(by: { $0.key < $1.key }) {
            let names = outer + [name]
            switch value {
            case .text: fields.append(JSONField(names: names, content: .text))
            case .number: fields.append(JSONField(names: names, content: .number))
            case .flag: fields.append(JSONField(names: names, content: .flag))
            case .block(let inner): fields += Self.fields(of: inner, within: names)
            case .list(let elements):
                if let content = Self.content(of: elements) { fields.append(JSONField(names: names, content: content)) }
            }
        }
        return fields
    }

    /// Nil for a list that no property can name.
    private static func content(of elements: [JSONTree]) -> Content? {
        guard let first = elements.first else { return nil }
        switch first {
        case .text: return .texts
        case .block(let element):
            let hasBoth = element["name"]?.content != nil && element["value"]?.content != nil
            return hasBoth ? .namedValues : nil
        case .number, .flag, .list: return nil
        }
    }

    /// The fields of a type. The only one that holds bytes, which JSON shows as a text, is left out.
    static func fields(of sample: NewEvent) throws -> [JSONField] {
        let shown = Self.fields(of: try JSONTree.shown(sample))
        guard sample.type == EventCorrected.eventType else { return shown }
        return shown.filter { $0.path != "data" }
    }

    // MARK: Values

    /// What the properties that name the field are in an event.
    func values(in event: [String: JSONTree]) -> [(path: String, values: [String])] {
        var block = event
        for name in names.dropLast() {
            guard case .block(let inner)? = block[name] else { return [(path, [])] }
            block = inner
        }
        let value = block[names[names.count - 1]]
        return content == .namedValues ? namedValues(value) : [(path, values(value))]
    }

    private func values(_ value: JSONTree?) -> [String] {
        switch value {
        case .text(let text)?: return [text]
        case .number(let digits)?: return [digits]
        case .flag(let flag)?: return [flag ? "true" : "false"]
        case .list(let elements)?: return elements.compactMap { $0.content }
        case .block?, nil: break
        }
        switch content {
        case .number: return ["0"]
        case .flag: return ["false"]
        case .text, .texts, .namedValues: return []
        }
    }

    private func namedValues(_ value: JSONTree?) -> [(path: String, values: [String])] {
        var named: [(name: String, values: [String])] = [("nobody has it", [])]
        if case .list(let elements)? = value {
            for case .block(let element) in elements {
                let name = element["name"]?.content ?? ""
                let value = element["value"]?.content ?? ""
                if let known = named.firstIndex(where: { $0.name.sameBytes(as: name) }) {
                    named[known].values.append(value)
                } else if !name.isEmpty {
                    named.append((name, [value]))
                }
            }
        }
        return named.map { ("\(path)[\($0.name)]", $0.values) }
    }
}
