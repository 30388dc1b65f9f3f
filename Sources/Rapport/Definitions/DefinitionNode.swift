/// A node of the document that defines something. What is wrong with it is told with its place and a code.
struct DefinitionNode<Failure: DefinitionFailure> {
    private let node: MappingNode

    fileprivate init(_ node: MappingNode) {
        self.node = node
    }

    /// The root of a document, of which length and characters are looked at first.
    init(yaml: String) throws(Failure) {
        let text = try DefinitionText(yaml, failing: Failure.self).text
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

    // MARK: Values

    /// A single value, as it is written; quoted or not makes no difference, but for `null`, which is none.
    func text() throws(Failure) -> String {
        if node.isNull {
            throw error(.malformedValue, "null stands for nothing, and a value is expected; the text is \"null\"")
        }
        return try read(node.text)
    }

    /// The values of a list, or the one value that stands in its stead.
    func texts() throws(Failure) -> [String] {
        var texts: [String] = []
        for item in try oneOrMore() { texts.append(try item.text()) }
        return texts
    }

    /// `true` or `false`.
    func flag() throws(Failure) -> Bool { try read(node.flag) }

    /// A whole number.
    func number() throws(Failure) -> Int64 {
        let text = try text()
        guard let number = Int64(text) else { throw error(.malformedValue, "'\(text)' is no whole number") }
        return number
    }

    /// One of the words that a choice has.
    func choice<Choice>() throws(Failure) -> Choice
    where Choice: CaseIterable & RawRepresentable, Choice.RawValue == String {
        let text = try text()
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map { $0.rawValue }.joined(separator: ", ")
            throw error(.malformedValue, "'\(text)' is none of \(words)")
        }
        return choice
    }

    /// A duration in microseconds.
    ///
    /// - Parameter code: the rule that a text breaks which is none.
    func duration(orElse code: Failure.Code) throws(Failure) -> Int64 {
        let text = try text()
        guard let duration = DefinitionDuration.microseconds(text) else { throw noDuration(text, "'30 min'", code) }
        return duration
    }

    /// That a text is no duration.
    func noDuration(_ text: String, _ examples: String, _ code: Failure.Code) -> Failure {
        error(
            code,
            "'\(text)' is no duration, as \(examples): a whole number and one of \(DefinitionDuration.unitNames)")
    }

    /// What a node of YAML tells, or that it is malformed.
    private func read<Value>(_ value: () throws(ImportMappingError) -> Value) throws(Failure) -> Value {
        do {
            return try value()
        } catch {
            throw Failure(error, .malformedValue)
        }
    }

    // MARK: Nodes below

    /// The nodes of a list.
    func items() throws(Failure) -> [DefinitionNode] { try read(node.items).map { DefinitionNode($0) } }

    /// The nodes of a list, or the one node that stands in its stead.
    func oneOrMore() throws(Failure) -> [DefinitionNode] { node.isList ? try items() : [self] }

    /// The names and nodes of a block with any names, in order.
    func entries() throws(Failure) -> [(name: String, node: DefinitionNode)] {
        try read(node.entries).map { (name: $0.name, node: DefinitionNode($0.value)) }
    }

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
    fileprivate func child(_ name: DefinitionPart.Name) -> MappingNode? {
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
