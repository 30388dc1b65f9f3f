internal import EventLog
internal import LMDB

/// A node of the document that defines a funnel. What is wrong with it is told with its place and a code.
struct FunnelNode {
    private let node: MappingNode

    fileprivate init(_ node: MappingNode) {
        self.node = node
    }

    /// The root of a document.
    init(yaml: String) throws(FunnelDefinitionError) {
        let text = try FunnelDocument(yaml).text
        do {
            node = try MappingNode(yaml: text, of: "definition")
        } catch {
            throw FunnelDefinitionError(error, .unreadableDocument)
        }
    }

    var isBlock: Bool { node.isBlock }

    func error(_ code: FunnelDefinitionError.Code, _ reason: String) -> FunnelDefinitionError {
        FunnelDefinitionError(node.error(reason), code)
    }

    /// A fault in the definition of which this is the root, at the part's node; at the innermost node around it where
    /// it does not stand in the document.
    func error(_ fault: FunnelFault) -> FunnelDefinitionError {
        var found = node
        for name in fault.part.names {
            guard let next = found.child(name) else { break }
            found = next
        }
        return FunnelDefinitionError(found.error(fault.reason), fault.code)
    }

    // MARK: Values

    private func read<Value>(
        _ value: () throws(ImportMappingError) -> Value
    ) throws(FunnelDefinitionError) -> Value {
        do {
            return try value()
        } catch {
            throw FunnelDefinitionError(error, .malformedValue)
        }
    }

    /// A single value, as it is written; quoted or not makes no difference, but for `null`, which is none.
    func text() throws(FunnelDefinitionError) -> String {
        if node.isNull {
            throw error(.malformedValue, "null stands for nothing, and a value is expected; the text is \"null\"")
        }
        return try read(node.text)
    }

    /// The values of a list, or the one value that stands in its stead.
    func texts() throws(FunnelDefinitionError) -> [String] {
        var texts: [String] = []
        for item in try oneOrMore() { texts.append(try item.text()) }
        return texts
    }

    /// `true` or `false`.
    func flag() throws(FunnelDefinitionError) -> Bool { try read(node.flag) }

    /// A whole number.
    func number() throws(FunnelDefinitionError) -> Int64 {
        let text = try text()
        guard let number = Int64(text) else { throw error(.malformedValue, "'\(text)' is no whole number") }
        return number
    }

    /// One of the words that a choice has.
    func choice<Choice>() throws(FunnelDefinitionError) -> Choice
    where Choice: CaseIterable & RawRepresentable, Choice.RawValue == String {
        let text = try text()
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map { $0.rawValue }.joined(separator: ", ")
            throw error(.malformedValue, "'\(text)' is none of \(words)")
        }
        return choice
    }

    /// A duration in microseconds.
    func duration() throws(FunnelDefinitionError) -> Int64 {
        let text = try text()
        guard let duration = FunnelDuration.microseconds(text) else { throw noDuration(text, "'30 min'") }
        return duration
    }

    /// A duration, or a number of sessions.
    func window() throws(FunnelDefinitionError) -> FunnelDefinition.Window {
        let text = try text()
        if let count = FunnelDuration.sessions(text) { return .sessions(count) }
        guard let duration = FunnelDuration.microseconds(text) else { throw noDuration(text, "'14 d' or '3 sessions'") }
        return .time(duration)
    }

    private func noDuration(_ text: String, _ examples: String) -> FunnelDefinitionError {
        error(
            .unreadableDuration,
            "'\(text)' is no duration, as \(examples): a whole number and one of \(FunnelDuration.unitNames)")
    }

    /// A property of events.
    func property() throws(FunnelDefinitionError) -> EventProperty {
        let text = try text()
        do {
            return try EventProperty(text)
        } catch {
            throw self.error(.unreadableProperty, error.reason)
        }
    }

    /// A type of events, by its name in the catalogue or by its full name. Whether the catalogue has it is not looked
    /// at.
    func eventType() throws(FunnelDefinitionError) -> EventType {
        let name = try text()
        if let known = EventCatalogue.type(named: name) { return known.eventType }
        do {
            return try EventType(name)
        } catch {
            throw self.error(.unknownEventType, error.reason)
        }
    }

    /// The number of the step that is named, from 1.
    func stepNumber(
        among steps: [FunnelDefinition.Step], _ code: FunnelDefinitionError.Code
    ) throws(FunnelDefinitionError) -> Int {
        let name = try text()
        guard let index = steps.firstIndex(where: { $0.name.sameBytes(as: name) }) else {
            let known = steps.map { "'\($0.name)'" }.joined(separator: ", ")
            throw error(code, "no step is named '\(name)'; there are \(known)")
        }
        return index + 1
    }

    // MARK: Nodes below

    /// The nodes of a list.
    func items() throws(FunnelDefinitionError) -> [FunnelNode] {
        try read(node.items).map { FunnelNode($0) }
    }

    /// The nodes of a list, or the one node that stands in its stead.
    func oneOrMore() throws(FunnelDefinitionError) -> [FunnelNode] { node.isList ? try items() : [self] }

    /// A block that may have these names and no others.
    func fields(_ known: [String]) throws(FunnelDefinitionError) -> FunnelFields {
        do {
            return FunnelFields(try node.fields(known: known))
        } catch {
            throw FunnelDefinitionError(error, node.isBlock ? .unknownKey : .malformedValue)
        }
    }
}

/// A block whose names are all known.
struct FunnelFields {
    private let fields: MappingFields

    fileprivate init(_ fields: MappingFields) {
        self.fields = fields
    }

    /// What stands under a name; nil where nothing does, or `null`.
    subscript(name: String) -> FunnelNode? {
        guard let node = fields[name], !node.isNull else { return nil }
        return FunnelNode(node)
    }

    /// What must stand under a name; `null` does not do, which shows when its value is read.
    func required(_ name: String) throws(FunnelDefinitionError) -> FunnelNode {
        do {
            return FunnelNode(try fields.required(name))
        } catch {
            throw FunnelDefinitionError(error, .missingKey)
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
