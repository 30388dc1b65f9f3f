public import EventLog

/// What an import did.
public struct ImportReport: Sendable, Equatable {
    /// The id under which the log has the import, by which it can be reverted. Nil where the log has none: after a dry
    /// run, where all events were there already, and where the events do not go into a log.
    public internal(set) var importID: String?
    /// Rows read, bad ones included.
    public internal(set) var rows = 0
    /// Events made of the rows, by their names in the mapping, in its order.
    public internal(set) var events: [EventCount] = []
    /// Events that were appended.
    public internal(set) var appended = 0
    /// Events that were in the log already, with the same bytes.
    public internal(set) var alreadyThere = 0
    /// How many rows gave an event whose id is taken by other bytes.
    public internal(set) var changedRowCount = 0
    /// The first of them.
    public internal(set) var changedRows: [ChangedRow] = []
    /// How many rows were bad.
    public internal(set) var badRowCount = 0
    /// The first of them.
    public internal(set) var badRows: [BadRow] = []
    /// What is strange and was imported nevertheless.
    public internal(set) var warnings: [ImportWarning] = []
    /// Whether a strict import stopped at a bad row, the last of ``badRows``.
    public internal(set) var isStopped = false

    /// How many events of one name were made.
    public struct EventCount: Sendable, Equatable {
        /// The event's name in the mapping.
        public let name: String
        /// How many were made; in a dry run, how many would be.
        public internal(set) var count: Int
    }
}

/// A row that was left out: none of its events was appended.
public struct BadRow: Sendable, Equatable, CustomStringConvertible {
    /// The file's name.
    public let file: String
    /// The line the row begins on, or that of the mistake where it is no CSV.
    public let line: Int
    /// The column at fault, where there is one.
    public let column: String?
    /// What is wrong with it.
    public let reason: String

    public var description: String { "\(file):\(line): \(column.map { "\($0): " } ?? "")\(reason)" }
}

/// An event whose id is in the log with other bytes, or came earlier in the import: it was not appended.
public struct ChangedRow: Sendable, Equatable, CustomStringConvertible {
    /// The file's name.
    public let file: String
    /// The line the row begins on.
    public let line: Int
    /// The event's name in the mapping.
    public let event: String
    /// The id that the row's key gives.
    public let id: EventID
    /// Where the other event stands; nil when it comes from the same append.
    public let position: Position?

    public var description: String {
        let other = position.map { "the event at position \($0)" } ?? "an earlier row of this import"
        return "\(file):\(line): \(event): \(other) has the same key and other content (id \(id))"
    }
}

/// Something strange, once for all the rows where it was seen.
public struct ImportWarning: Sendable, Equatable, CustomStringConvertible {
    /// What is strange.
    public let reason: String
    /// The file it was seen in first.
    public let file: String
    /// The line of the first row; nil when it is about the file.
    public let line: Int?
    /// In how many rows it was seen.
    public internal(set) var count = 1

    public var description: String {
        let more = count > 1 ? " (and \(count - 1) more)" : ""
        return "\(file):\(line.map { "\($0):" } ?? "") \(reason)\(more)"
    }
}
