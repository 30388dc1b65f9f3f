public import EventLog

/// What the stored events of one type and schema revision are to this program.
public struct SchemaTally: Codable, Sendable, Hashable {
    /// Whose the type is.
    public enum Origin: String, Codable, Sendable, Hashable {
        /// A type of the catalogue: its events are decoded.
        case catalogue
        /// A type of the log itself, as `LogForked`.
        case log
        /// An integrator's own type: its bytes mean nothing to this program.
        case own
        /// A type in the namespace of the catalogue that this program does not know: a newer one has written it.
        case newer
    }

    /// An event that does not decode.
    public struct Problem: Codable, Sendable, Hashable {
        /// Where it stands.
        public let position: Position
        /// What does not decode, and why.
        public let reason: String
    }

    /// How many problems are listed of a type and revision; the others are counted.
    public static let mostProblems = 10

    /// The full name of the type.
    public let type: String
    /// The revision that the events were written at.
    public let schemaRevision: UInt16
    /// Whose the type is.
    public let origin: Origin
    /// Where the first of the events stands.
    public let first: Position
    /// How many events there are.
    public private(set) var events = 0
    /// Of these, how many decode, their personal parts in clear included. Zero for types that are not decoded.
    public private(set) var decoded = 0
    /// Of those that decode, how many a newer schema has written: they have fields that this program does not know, or
    /// a later revision.
    public private(set) var newer = 0
    /// How many do not decode.
    public private(set) var undecodable = 0
    /// How many lack a tag that their type needs: no read model finds them by it.
    public private(set) var untagged = 0
    /// Where the first of these stands; nil when there is none.
    public private(set) var firstUntagged: Position?
    /// The first events that do not decode, ``mostProblems`` at most.
    public private(set) var problems: [Problem] = []

    /// A tally that counts nothing yet.
    init(of type: EventType, schemaRevision: UInt16, _ origin: Origin, first: Position) {
        self.type = type.name
        self.schemaRevision = schemaRevision
        self.origin = origin
        self.first = first
    }

    /// Counts an event that is not decoded.
    mutating func add() { events += 1 }

    /// Counts an event that decodes.
    mutating func add(isNewer: Bool) {
        events += 1
        decoded += 1
        if isNewer { newer += 1 }
    }

    /// Counts an event that does not decode.
    mutating func add(undecodableAt position: Position, _ error: any Error) {
        events += 1
        undecodable += 1
        if problems.count < Self.mostProblems { problems.append(Problem(position: position, reason: "\(error)")) }
    }

    /// Counts an event, besides, that lacks a tag.
    mutating func lacksTag(at position: Position) {
        untagged += 1
        if firstUntagged == nil { firstUntagged = position }
    }
}

/// What the check of all stored events against the schemas of this program has found.
public struct SchemaReport: Codable, Sendable, Hashable {
    /// Every event up to here was looked at.
    public let position: Position
    /// By type, then schema revision.
    public let types: [SchemaTally]

    /// How many events do not decode.
    public var undecodable: Int { types.reduce(0) { $0 + $1.undecodable } }

    /// The first event that does not decode; nil when all do.
    public var firstProblem: (tally: SchemaTally, problem: SchemaTally.Problem)? {
        var first: (tally: SchemaTally, problem: SchemaTally.Problem)?
        for tally in types {
            guard let problem = tally.problems.first else { continue }
            if first.map({ problem.position < $0.problem.position }) ?? true { first = (tally, problem) }
        }
        return first
    }
}
