extension ServiceLevel {
    /// The service level in JSON, with the keys that a file has, sorted, and without what is not said. Equal service
    /// levels have equal bytes, and ``init(yaml:file:)`` reads it back as it was. Of one that passes ``check()``.
    public var json: String {
        var members: [String: CanonicalJSON] = [
            Self.nameKey: .text(name), "targets": .list(targets.map(\.tree)),
        ]
        if let calendar { members["calendar"] = .text(calendar) }
        if !pausesOn.isEmpty { members["pauses_on"] = .oneOrMore(pausesOn) }
        if reopening != .goesOn { members["on_reopening"] = .text(reopening.rawValue) }
        return CanonicalJSON.block(members).string
    }
}

extension ServiceLevel.Target {
    fileprivate var tree: CanonicalJSON {
        var members: [String: CanonicalJSON] = [
            "metric": .text(metric.rawValue), "within": .text(DefinitionDuration.text(within)),
            "clock": .text(clock.rawValue),
        ]
        if !conditions.isEmpty {
            let trees = conditions.map { ($0.dimension, CanonicalJSON.oneOrMore($0.values)) }
            members["when"] = .block(Dictionary(trees) { first, _ in first })
        }
        return .block(members)
    }
}
