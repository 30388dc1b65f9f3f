/// A node of the document that defines something. What is wrong with it is told with its place and a code.
struct DefinitionNode<Failure: DefinitionFailure> {
    private let node: MappingNode

    fileprivate init(_ node: MappingNode) {
        self.node = node
    }

    /// The root of a document, which is looked at as that of a funnel is: its length, its characters, and no aliases.
    init(yaml: String) throws(Failure) {
        let text: String
        do {
            text = try FunnelDocument(yaml).text
        } catch {
            throw Failure(
                line: error.line, column: error.column, part: "",
                code: Failure.Code(rawValue: error.code.rawValue) ?? .unreadableDocument, reason: error.reason)
        }
        do {
            node = try MappingNode(yaml: text, of: "definition")
        } catch {
            throw Failure(error, .unreadableDocument)
        }
    }

    /// Whether names and values stand here.
    var isBlock: Bool { node.isBlock }

    /// What is wrong with this node.
    func error(_ code: Failure.Code, _ reason: String) -> Failure { Failure(node.error(reason), code) }

    /// A fault in the definition of which this is the root, at the part's node; at the innermost node around it where
    /// it does not stand in the document.
    func error(_ fault: DefinitionFault<Failure>) -> Failure {
        var found = node
        for name in fault.part.names {
            guard let next = found.child(name) else { break }
            found = next
        }
        return Failure(found.error(fault.reason), fault.code)
    }

    /// A single value, as it is written; quoted or not makes no difference, but for `null`, which is none.
    func text() throws(Failure) -> String {
        if node.isNull {
            throw error(.malformedValue, "null stands for nothing, and a value is expected; the text is \"null\"")
        }
        do {
            return try node.text()
        } catch {
            throw Failure(error, .malformedValue)
        }
    }

    /// The nodes of a list.
    func items() throws(Failure) -> [DefinitionNode] {
        let items: [MappingNode]
        do {
            items = try node.items()
        } catch {
            throw Failure(error, .malformedValue)
        }
        return items.map { DefinitionNode($0) }
    }

    /// The nodes of a list, or the one node that stands in its stead.
    func oneOrMore() throws(Failure) -> [DefinitionNode] { node.isList ? try items() : [self] }

    /// A block that may have these names and no others.
    func fields(_ known: [String]) throws(Failure) -> DefinitionFields<Failure> {
        do {
            return DefinitionFields(try node.fields(known: known))
        } catch {
            throw Failure(error, node.isBlock ? .unknownKey : .malformedValue)
        }
    }
}

/// A block whose names are all known.
struct DefinitionFields<Failure: DefinitionFailure> {
    private let fields: MappingFields

    fileprivate init(_ fields: MappingFields) {
        self.fields = fields
    }

    /// What stands under a name; nil where nothing does, or `null`.
    subscript(name: String) -> DefinitionNode<Failure>? {
        guard let node = fields[name], !node.isNull else { return nil }
        return DefinitionNode(node)
    }

    /// What must stand under a name; `null` does not do, which shows when its value is read.
    func required(_ name: String) throws(Failure) -> DefinitionNode<Failure> {
        do {
            return DefinitionNode(try fields.required(name))
        } catch {
            throw Failure(error, .missingKey)
        }
    }
}

extension MappingNode {
    /// The value under a key, or an element of the list; nil where there is none.
    fileprivate func child(_ name: FunnelPart.Name) -> MappingNode? {
        switch name {
        case .key(let key):
            let found = try? self.entries()
            return found?.first(where: { $0.name == key })?.value
        case .item(let number):
            guard let elements = try? self.items() else { return number == 0 ? self : nil }
            return elements.indices.contains(number) ? elements[number] : nil
        }
    }
}
