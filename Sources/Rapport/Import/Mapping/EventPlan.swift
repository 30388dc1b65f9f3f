internal import EventLog

/// One kind of event that the rows of a section are made into. A class, because every row asks for it.
final class EventPlan: Sendable {
    /// Which rows make one.
    enum Repetition: Sendable {
        case everyRow
        /// Of the rows with the same key only the first one.
        case firstOfKey
        /// The import as a whole makes one.
        case once
    }

    /// Enters the id.
    let name: String
    let catalogueType: any CatalogueEvent.Type
    let type: EventType
    let repetition: Repetition
    let when: RowCondition
    /// The slots of the columns whose values enter the id; none of them may be empty.
    let key: [Int]
    let occurredAt: MomentPlan
    let about: [RowTemplate]
    /// The kinds of entity that its tags must name: one of each group.
    let needs: EventCatalogue.Needs
    let person: RowTemplate?
    let personal: MessagePlan?
    let data: MessagePlan

    /// Reads one element of `events`.
    init(_ node: MappingNode, zone: ZonedCalendar, _ columns: inout ColumnTable) throws(ImportMappingError) {
        let fields = try node.fields(
            "name", "type", "once", "first", "when", "key", "occurredAt", "about", "person", "personal", "data")
        let type = try Self.type(try fields.required("type"))
        name = try fields.required("name").name()
        catalogueType = type
        self.type = type.eventType
        repetition = try Self.repetition(fields)
        if repetition == .once { columns.refusal = "event '\(name)' is made once for all rows" }
        defer { columns.refusal = nil }
        when = try RowCondition(fields["when"], &columns)
        key = try Self.key(fields, repetition, &columns)
        occurredAt = try MomentPlan(try fields.required("occurredAt"), zone: zone, &columns)
        let aboutNode = try fields.required("about")
        var about: [RowTemplate] = []
        for item in try aboutNode.items() { about.append(try RowTemplate(tag: item, &columns)) }
        self.about = about
        needs = EventCatalogue.needs(of: type.eventType)
        var data = DataReader(zone: zone, columns: columns)
        self.data = try data.message(fields["data"], MessageShape(dataOf: type))
        if let node = fields["personal"] {
            personal = try data.message(node, MessageShape(personalPartOf: type))
            guard fields["person"] != nil else { throw node.error("a personal part needs the 'person' it is about") }
        } else {
            personal = nil
        }
        columns = data.columns
        if let node = fields["person"] {
            person = try RowTemplate(tag: node, &columns)
        } else {
            person = nil
        }
        for kinds in needs where !about.contains(where: { tag in kinds.contains { tag.begins(with: $0 + ":") } }) {
            let form = EventCatalogue.tagForm(kinds, id: "{...}")
            throw aboutNode.error("event '\(name)' needs a tag \"\(form)\", which says what it is about")
        }
    }

    private static func type(_ node: MappingNode) throws(ImportMappingError) -> any CatalogueEvent.Type {
        let name = try node.name()
        guard let type = EventCatalogue.type(named: name) else {
            let known = EventCatalogue.names.map { $0.trimmingPrefix(EventCatalogue.package) }.joined(separator: ", ")
            throw node.error("unknown event type '\(name)'; there are \(known)")
        }
        return type
    }

    private static func repetition(_ fields: MappingFields) throws(ImportMappingError) -> Repetition {
        let isOnce = try fields["once"]?.flag() ?? false
        let isFirst = try fields["first"]?.flag() ?? false
        if isOnce, isFirst { throw fields.place.error("an event cannot be both 'once' and 'first'") }
        return isOnce ? .once : isFirst ? .firstOfKey : .everyRow
    }

    private static func key(
        _ fields: MappingFields, _ repetition: Repetition, _ columns: inout ColumnTable
    ) throws(ImportMappingError) -> [Int] {
        if repetition == .once {
            if let key = fields["key"] { throw key.error("an event that is made once has no key") }
            return []
        }
        let node = try fields.required("key")
        if !node.isList, try node.text() == "row" { return [try columns.slot(of: "row.number", at: node.place)] }
        let slots = try columns.slots(of: node)
        guard !slots.isEmpty else { throw node.error("a key needs at least one column") }
        return slots
    }
}

extension RowTemplate {
    /// A tag: a kind, a colon and an id.
    init(tag node: MappingNode, _ columns: inout ColumnTable) throws(ImportMappingError) {
        try self.init(node, &columns)
        guard case .text(let text)? = parts.first, let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > 0 else {
            throw node.error("a tag is a kind, a colon and an id, as in \"customer:{account}\"")
        }
    }

    /// Whether it begins with this text in every row.
    fileprivate func begins(with start: String) -> Bool {
        guard case .text(let text)? = parts.first else { return false }
        return text.starts(with: start.utf8)
    }
}

extension MappingNode {
    /// `true` or `false`.
    func flag() throws(ImportMappingError) -> Bool { try choice(["true": true, "false": false]) }

    /// An IANA zone.
    func zone() throws(ImportMappingError) -> ZonedCalendar {
        let name = try text()
        do {
            return try ZonedCalendar(zone: name)
        } catch {
            throw self.error(error.description)
        }
    }
}
