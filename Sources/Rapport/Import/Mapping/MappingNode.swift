internal import Yams

/// A node of the YAML tree of a mapping, or of another document: it says where it stands, and refuses what it does not
/// know.
struct MappingNode {
    private let node: Node
    let place: MappingPlace

    private init(_ node: Node) {
        self.node = node
        self.place = MappingPlace(line: node.mark?.line ?? 0, column: node.mark?.column ?? 0)
    }

    /// The root of a document, which is a mapping unless `document` names it otherwise.
    init(yaml: String, of document: String = "mapping") throws(ImportMappingError) {
        do {
            guard let root = try Yams.compose(yaml: yaml) else {
                throw MappingPlace().error("the \(document) is empty")
            }
            self.init(root)
        } catch let error as ImportMappingError {
            throw error
        } catch let error as YamlError {
            throw Self.located(error)
        } catch {
            throw MappingPlace().error(String(describing: error))
        }
    }

    private static func located(_ error: YamlError) -> ImportMappingError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return ImportMappingError(line: mark.line, column: mark.column, reason: "no YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
            return ImportMappingError(
                line: context.mark.line, column: context.mark.column, reason: "\(names) stands here more than once")
        default: return MappingPlace().error("no YAML: \(error)")
        }
    }

    func error(_ reason: String) -> ImportMappingError { place.error(reason) }

    var isBlock: Bool { node.mapping != nil }
    var isList: Bool { node.sequence != nil }

    /// Whether it says that there is nothing, in one of YAML's words for it and without quotes. A value that is left
    /// out is another matter: ``text()`` refuses it.
    var isNull: Bool {
        guard let scalar = node.scalar, scalar.style == .plain else { return false }
        return ["null", "Null", "NULL", "~"].contains(scalar.string)
    }

    // MARK: Values

    /// A single value, as it is written; quoted or not makes no difference, but for nothing at all.
    func text() throws(ImportMappingError) -> String {
        guard let scalar = node.scalar else { throw error("a single value is expected, not a \(kind)") }
        if scalar.string.isEmpty, scalar.style == .plain { throw error("a value is missing; an empty one is \"\"") }
        return scalar.string
    }

    /// As ``text()``, but not empty.
    func name() throws(ImportMappingError) -> String {
        let text = try text()
        guard !text.isEmpty else { throw error("a name is missing") }
        return text
    }

    /// One value of a few.
    func choice<Choice>(_ choices: KeyValuePairs<String, Choice>) throws(ImportMappingError) -> Choice {
        let text = try text()
        guard let choice = choices.first(where: { $0.key == text }) else {
            throw error("'\(text)' is none of \(choices.map { $0.key }.joined(separator: ", "))")
        }
        return choice.value
    }

    /// The nodes of a list.
    func items() throws(ImportMappingError) -> [MappingNode] {
        guard let sequence = node.sequence else { throw error("a list is expected, not a \(kind)") }
        return sequence.map { MappingNode($0) }
    }

    /// The values of a list, or the one value that stands in its stead.
    func texts() throws(ImportMappingError) -> [String] {
        guard isList else { return [try text()] }
        return try items().map { item throws(ImportMappingError) in try item.text() }
    }

    /// The names and nodes of a block, in order.
    func entries() throws(ImportMappingError) -> [(name: String, key: MappingNode, value: MappingNode)] {
        guard let mapping = node.mapping else { throw error("a block of names and values is expected, not a \(kind)") }
        return try mapping.map { pair throws(ImportMappingError) in
            let key = MappingNode(pair.key)
            return (try key.name(), key, MappingNode(pair.value))
        }
    }

    /// A block that may have these names and no others.
    func fields(_ known: String...) throws(ImportMappingError) -> MappingFields { try fields(known: known) }

    /// As ``fields(_:)``.
    func fields(known: [String]) throws(ImportMappingError) -> MappingFields {
        let entries = try entries()
        for entry in entries where !known.contains(entry.name) {
            throw entry.key.error("unknown key '\(entry.name)'; here may stand \(known.joined(separator: ", "))")
        }
        return MappingFields(place: place, entries: entries.map { ($0.name, $0.value) })
    }

    private var kind: String { isBlock ? "block" : isList ? "list" : "single value" }
}

/// A block whose names are all known.
struct MappingFields {
    let place: MappingPlace
    fileprivate let entries: [(name: String, value: MappingNode)]

    fileprivate init(place: MappingPlace, entries: [(name: String, value: MappingNode)]) {
        self.place = place
        self.entries = entries
    }

    subscript(name: String) -> MappingNode? { entries.first { $0.name == name }?.value }

    func required(_ name: String) throws(ImportMappingError) -> MappingNode {
        guard let value = self[name] else { throw place.error("'\(name)' is missing here") }
        return value
    }
}
