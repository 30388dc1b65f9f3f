internal import EventLog

/// What a mapping says of the files of one shape.
struct FileSection: Sendable {
    /// Patterns of file names; none means that every name will do.
    let patterns: [String]
    /// Columns that the file must have to be of this shape.
    let having: [String]
    /// The names of the columns, for files that do not begin with them.
    let header: [String]?
    let delimiter: CSVDelimiter
    /// Whether blanks around values are dropped.
    let trims: Bool
    let columns: [SectionColumn]
    let lookups: [LookupPlan]
    let events: [EventPlan]

    /// Whether a file may be of this shape.
    func matches(fileName: String) -> Bool {
        patterns.isEmpty || patterns.contains { FileNamePattern.matches($0, fileName) }
    }
}

extension FileSection {
    /// Reads one element of `files`; what it does not say the mapping as a whole says in `defaults`.
    init(_ node: MappingNode, defaults: MappingFields) throws(ImportMappingError) {
        let fields = try node.fields(
            "file", "having", "header", "delimiter", "zone", "trim", "columns", "events")
        guard fields["file"] != nil || fields["having"] != nil else {
            throw node.error("'file' or 'having' is missing here: which files is this about?")
        }
        patterns = try fields["file"]?.texts() ?? []
        having = try fields["having"]?.texts() ?? []
        header = try fields["header"]?.texts()
        delimiter = try (fields["delimiter"] ?? defaults["delimiter"])?.delimiter() ?? .comma
        trims = try (fields["trim"] ?? defaults["trim"])?.flag() ?? true
        let zone = try (fields["zone"] ?? defaults["zone"])?.zone() ?? .utc
        let own = try fields["columns"]?.entries() ?? []
        let shared = try defaults["columns"]?.entries() ?? []
        var table = ColumnTable(
            definitions: Dictionary((shared + own).map { ($0.name, $0.value) }) { $1 },
            lookups: Dictionary(try defaults["lookups"]?.entries().map { ($0.name, $0.value) } ?? []) { $1 },
            delimiter: delimiter)
        guard let list = fields["events"] ?? defaults["events"] else {
            throw node.error("'events' is missing, here or for the whole mapping")
        }
        events = try Self.events(try list.items(), zone, &table)
        for column in own where !table.isDefined(column.name) {
            throw column.key.error("no event uses column '\(column.name)'")
        }
        columns = table.columns
        lookups = table.lookups
    }

    private static func events(
        _ items: [MappingNode], _ zone: ZonedCalendar, _ table: inout ColumnTable
    ) throws(ImportMappingError) -> [EventPlan] {
        var events: [EventPlan] = []
        for item in items {
            let event = try EventPlan(item, zone: zone, &table)
            guard !events.contains(where: { $0.name == event.name }) else {
                throw item.error("there is an event '\(event.name)' already")
            }
            events.append(event)
        }
        return events
    }
}

/// Patterns of file names, in which `*` stands for any characters and `?` for one.
enum FileNamePattern {
    /// O(pattern × name).
    static func matches(_ pattern: String, _ name: String) -> Bool {
        let (pattern, name) = (Array(pattern.unicodeScalars), Array(name.unicodeScalars))
        var (at, next) = (0, 0)
        // The last star met, and where in the name what follows it was tried; earlier ones need no second try.
        var star: (at: Int, next: Int)?
        while next < name.count {
            if at < pattern.count, pattern[at] == "*" {
                star = (at, next)
                at += 1
            } else if at < pattern.count, pattern[at] == "?" || pattern[at] == name[next] {
                (at, next) = (at + 1, next + 1)
            } else if let last = star {
                star = (last.at, last.next + 1)
                (at, next) = (last.at + 1, last.next + 1)
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == "*" }
    }
}
