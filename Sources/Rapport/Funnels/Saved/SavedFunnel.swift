public import EventLog

/// A funnel that somebody has saved under a name.
public struct SavedFunnel: Sendable, Hashable {
    /// 1 for the first definition under the name, and one more for each that has followed.
    public let version: Int
    /// What it counts.
    public let definition: FunnelDefinition
    /// When this version was recorded.
    public let savedAt: Timestamp
    /// The event that has saved it.
    public let position: Position

    /// A version of a funnel, saved by the event at `position`, which was recorded at `savedAt`.
    init(_ definition: FunnelDefinition, version: Int, savedAt: Timestamp, position: Position) {
        self.version = version
        self.definition = definition
        self.savedAt = savedAt
        self.position = position
    }

    /// What it is asked for by.
    public var name: String { definition.name }

    /// The read model that keeps the rows of this version: `funnel-NAME-vN`.
    public var readModel: String { "funnel-\(name)-v\(version)" }
}

/// In JSON the definition is a text, as it stands in the log: canonical JSON.
extension SavedFunnel: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, version, definition, savedAt, position, readModel
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let text = try container.decode(String.self, forKey: .definition)
        self.init(
            try FunnelDefinition(yaml: text), version: try container.decode(Int.self, forKey: .version),
            savedAt: try container.decode(Timestamp.self, forKey: .savedAt),
            position: try container.decode(Position.self, forKey: .position))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(version, forKey: .version)
        try container.encode(definition.json, forKey: .definition)
        try container.encode(savedAt, forKey: .savedAt)
        try container.encode(position, forKey: .position)
        try container.encode(readModel, forKey: .readModel)
    }
}

/// No funnel is saved under the name that was asked for.
public struct UnknownFunnel: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was asked for.
    public let name: String
    /// The names under which funnels are saved, sorted.
    public let known: [String]

    /// `name` is none of `known`.
    public init(name: String, known: [String]) {
        self.name = name
        self.known = known
    }

    public var description: String {
        let expected = known.isEmpty ? "none is saved" : "expected \(known.joined(separator: ", "))"
        return "no funnel is saved as \(name.debugDescription); \(expected)"
    }
}
