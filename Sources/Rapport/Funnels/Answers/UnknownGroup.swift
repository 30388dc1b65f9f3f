/// A value that was to be compared, and that nobody counts under.
public struct UnknownGroup: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was asked for.
    public let value: String
    /// The values that there are, those of most entrants first; "" is that of attempts without one, and those of
    /// persons who were erased are left out. Empty where the funnel has no breakdown, or no value that is shown.
    public let known: [String]

    /// How many a message lists.
    private static let listed = 10

    public var description: String {
        if known.isEmpty { return "no group has the value '\(value)'; expected a funnel whose breakdown has values" }
        let rest = known.count > Self.listed ? " and \(known.count - Self.listed) more" : ""
        let list = known.prefix(Self.listed).map { "'\($0)'" }.joined(separator: ", ")
        return "no group has the value '\(value)'; expected \(list)\(rest)"
    }
}

/// Groups that cannot be compared: two are.
public struct NotTwoGroups: Error, Hashable, Sendable, CustomStringConvertible {
    /// The values that were asked for.
    public let values: [String]

    public var description: String {
        "\(values.count) values are to be compared; expected two values of the breakdown"
    }
}
