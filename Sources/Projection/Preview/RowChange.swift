public import EventLog

/// A field of a row that a changed read model would make another one.
public struct FieldChange: Hashable, Codable, Sendable {
    /// Where it is in the row: `steps[2].amount`, `columns[3]`, `2017-02-20T09:00:00Z.columns[0]`; `bytes` where the
    /// row is not told field by field.
    public let path: String
    /// What stands there now, as JSON; nil when nothing does.
    public let before: String?
    /// What would stand there, as JSON; nil when nothing would.
    public let after: String?

    /// A field that differs.
    public init(path: String, before: String?, after: String?) {
        self.path = path
        self.before = before
        self.after = after
    }
}

/// A row that a changed read model would add, remove or change.
public struct RowChange: Hashable, Codable, Sendable {
    /// What would become of the row.
    public enum Kind: String, Codable, Sendable {
        case added
        case removed
        case changed
    }

    /// The table: `entities`, `totals`, `series` or `rows`.
    public let table: String
    /// Of an entity's row the number of the fold that keeps it; nil in other tables.
    public let fold: Int?
    /// Which row it is: the tag of an entity, the table and parts of a total, those and the days of a series.
    public let key: String
    /// What would become of it.
    public let kind: Kind
    /// The fields that differ; all of them of a row that is added or removed.
    public let fields: [FieldChange]

    /// A row that differs.
    public init(table: String, fold: Int?, key: String, kind: Kind, fields: [FieldChange]) {
        self.table = table
        self.fold = fold
        self.key = key
        self.kind = kind
        self.fields = fields
    }
}

/// What a changed read model would make of the rows that serve.
public struct PreviewSummary: Hashable, Codable, Sendable {
    /// How many rows of a table stay and how many do not.
    public struct Rows: Hashable, Codable, Sendable {
        /// `entities`, `totals`, `series` or `rows`.
        public let table: String
        /// Byte for byte what they are now.
        public internal(set) var same = 0
        /// There would be more.
        public internal(set) var added = 0
        /// They would be gone.
        public internal(set) var removed = 0
        /// They would hold something else.
        public internal(set) var changed = 0
    }

    /// The read model.
    public let name: String
    /// Of which moment of the log both sides are.
    public let position: Position
    /// The version that has made the rows that serve.
    public let versionBefore: Int
    /// The version of the changed read model.
    public let versionAfter: Int
    /// The content digest of the rows that serve; of no rows where the read model has none.
    public let digestBefore: String
    /// The content digest that they would have.
    public let digestAfter: String
    /// Table by table, in the order of ``RowChange/table``.
    public let tables: [Rows]

    /// Whether every row would be what it is now.
    public var changesNothing: Bool { tables.allSatisfy { $0.added == 0 && $0.removed == 0 && $0.changed == 0 } }
}
