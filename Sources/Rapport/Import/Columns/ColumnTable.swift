/// The columns that one section of a mapping uses; each gets a slot when its name is first met.
///
/// A column comes behind those it is made of, so that a row's values can be filled in from front to back.
struct ColumnTable {
    private(set) var columns: [SectionColumn] = []
    /// The look-up tables that some column uses.
    private(set) var lookups: [LookupPlan] = []
    /// When set, no column may be used, for this reason.
    var refusal: String?

    private let definitions: [String: MappingNode]
    private let lookupNodes: [String: MappingNode]
    private let delimiter: CSVDelimiter
    private var slots: [String: Int] = [:]
    /// Names of the definitions that are being read, outermost first.
    private var open: [String] = []
    /// Names of the look-up tables whose plans are being read.
    private var openLookups: [String] = []

    /// - Parameters:
    ///   - definitions: the derived columns, by name.
    ///   - lookups: the declared look-up tables, by name.
    ///   - delimiter: that of look-up files which name none.
    init(definitions: [String: MappingNode], lookups: [String: MappingNode], delimiter: CSVDelimiter) {
        self.definitions = definitions
        self.lookupNodes = lookups
        self.delimiter = delimiter
    }

    /// The slot of a column that is named at `place`.
    mutating func slot(of name: String, at place: MappingPlace) throws(ImportMappingError) -> Int {
        if let refusal { throw place.error("\(refusal), so it cannot use column '\(name)'") }
        if let pseudo = SectionColumn.pseudoColumns[name] {
            if case .dateUnknown = pseudo, !open.isEmpty {
                throw place.error("'\(name)' belongs to an event; a column cannot be made of it")
            }
            return slot("", name, pseudo, place)
        }
        if let definition = definitions[name], open.last != name {
            if let known = slots["=" + name] { return known }
            return try define(name, definition, place)
        }
        if let dot = name.firstIndex(of: "."), let node = lookupNodes[String(name[..<dot])] {
            let column = String(name[name.index(after: dot)...])
            return try lookUp(column, in: String(name[..<dot]), node, place)
        }
        return slot("", name, .field, place)
    }

    /// The slots of the columns that are listed.
    mutating func slots(of node: MappingNode) throws(ImportMappingError) -> [Int] {
        guard node.isList else { return [try slot(of: try node.name(), at: node.place)] }
        var slots: [Int] = []
        for item in try node.items() { slots.append(try slot(of: try item.name(), at: item.place)) }
        return slots
    }

    /// Whether a derived column of this name is used.
    func isDefined(_ name: String) -> Bool { slots["=" + name] != nil }

    private mutating func slot(
        _ space: String, _ name: String, _ source: SectionColumn.Source, _ place: MappingPlace, shown: String? = nil
    ) -> Int {
        if let known = slots[space + name] { return known }
        slots[space + name] = columns.count
        columns.append(SectionColumn(name: name, source: source, place: place, shown: shown ?? name))
        return columns.count - 1
    }

    // MARK: Derived columns

    private mutating func define(
        _ name: String, _ node: MappingNode, _ place: MappingPlace
    ) throws(ImportMappingError) -> Int {
        guard !open.contains(name) else { throw place.error("column '\(name)' is made of itself") }
        open.append(name)
        let value = try DerivedValue(node, &self)
        open.removeLast()
        let shown = value.template.firstColumn.map { columns[$0].shown }
        return slot("=", name, .derived(value), place, shown: shown)
    }

    // MARK: Look-ups

    private mutating func lookUp(
        _ column: String, in table: String, _ node: MappingNode, _ place: MappingPlace
    ) throws(ImportMappingError) -> Int {
        let index: Int
        if let known = lookups.firstIndex(where: { $0.name == table }) {
            index = known
        } else {
            guard !openLookups.contains(table) else {
                throw place.error("look-up '\(table)' goes by one of its own columns")
            }
            openLookups.append(table)
            let plan = try LookupPlan(named: table, node, delimiter: delimiter, &self)
            openLookups.removeLast()
            // Reading the plan may have added tables that its key is looked up in.
            index = lookups.count
            lookups.append(plan)
        }
        let number = lookups[index].number(of: column, at: place)
        return slot("", "\(table).\(column)", .lookedUp(table: index, column: number), place)
    }
}

/// A column that a section of a mapping uses.
struct SectionColumn: Sendable {
    enum Source: Sendable {
        /// A field of the row.
        case field
        case derived(DerivedValue)
        /// A column of a look-up table.
        case lookedUp(table: Int, column: Int)
        /// The number of the row in its file, from 1.
        case rowNumber
        /// `true` for an event that has the fallback for its date, else empty.
        case dateUnknown
    }

    let name: String
    let source: Source
    /// Where it is named first.
    let place: MappingPlace
    /// The name to tell people: the column of the file that it comes from.
    let shown: String

    static let pseudoColumns: [String: Source] = ["row.number": .rowNumber, "occurredAt.unknown": .dateUnknown]
}

/// A column that the mapping defines: a template, what in it counts as empty, and other spellings.
struct DerivedValue: Sendable {
    let template: RowTemplate
    private let blanks: Set<ArraySlice<UInt8>>
    private let aliases: [ArraySlice<UInt8>: [UInt8]]

    init(_ node: MappingNode, _ columns: inout ColumnTable) throws(ImportMappingError) {
        guard node.isBlock else {
            template = try RowTemplate(node, &columns)
            blanks = []
            aliases = [:]
            return
        }
        let fields = try node.fields("value", "blank", "aliases")
        template = try RowTemplate(try fields.required("value"), &columns)
        blanks = Set(try fields["blank"]?.texts().map { Array($0.utf8)[...] } ?? [])
        var aliases: [ArraySlice<UInt8>: [UInt8]] = [:]
        for entry in try fields["aliases"]?.entries() ?? [] {
            aliases[Array(entry.name.utf8)[...]] = Array(try entry.value.text().utf8)
        }
        self.aliases = aliases
    }

    /// Fills in the column at `slot`; those it is made of are filled in.
    func fill(_ slot: Int, of values: inout RowValues) {
        values.set(slot, to: template)
        guard !values.isEmpty(slot), !(blanks.isEmpty && aliases.isEmpty) else { return }
        if blanks.contains(values.bytes(slot)) {
            values.clear(slot)
        } else if let alias = aliases[values.bytes(slot)] {
            values.set(slot, to: alias)
        }
    }
}
