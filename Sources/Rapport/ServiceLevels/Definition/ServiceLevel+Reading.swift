internal import LMDB

extension ServiceLevel {
    /// Reads a service level and checks it; JSON is YAML, too.
    ///
    /// ```yaml
    /// service_level: standard
    /// calendar: service-desk
    /// targets:
    ///   - {metric: first_response, within: 1 h, clock: business, when: {severity: [high, urgent]}}
    ///   - {metric: first_response, within: 4 h, clock: business}
    ///   - {metric: resolution, within: 5 d, clock: wall}
    /// pauses_on: [customer, vendor]
    /// on_reopening: goes_on
    /// ```
    ///
    /// - Parameter file: what errors call the document; nil where it was not read from a file.
    /// - Throws: ``ServiceLevelError`` for the first thing that is wrong, with its place.
    public init(yaml: String, file: String? = nil) throws(ServiceLevelError) {
        do {
            try self.init(DefinitionNode<ServiceLevelError>(yaml: yaml))
        } catch {
            var error = error
            error.file = file
            throw error
        }
    }

    /// The key that only service levels have.
    static let nameKey = "service_level"

    private static let keys = [nameKey, "calendar", "targets", "pauses_on", "on_reopening"]

    private init(_ root: DefinitionNode<ServiceLevelError>) throws(ServiceLevelError) {
        let fields = try root.fields(Self.keys)
        let name = try fields.required(Self.nameKey).text()
        var targets: [Target] = []
        for item in try fields.required("targets").items() { targets.append(try Target(item)) }
        self.init(name: name, targets: targets)
        if let node = fields["calendar"] { calendar = try node.text() }
        if let node = fields["pauses_on"] { pausesOn = try node.texts() }
        if let node = fields["on_reopening"] { reopening = try node.choice() }
        do {
            try ServiceLevelRules(self).check()
        } catch {
            throw root.error(error)
        }
    }
}

extension ServiceLevel.Target {
    /// Reads an element of `targets`.
    fileprivate init(_ node: DefinitionNode<ServiceLevelError>) throws(ServiceLevelError) {
        let fields = try node.fields(["metric", "within", "clock", "when"])
        let metric: ServiceLevel.Metric = try fields.required("metric").choice()
        let within = try fields.required("within").duration(orElse: .unreadableDuration)
        self.init(metric, within: within, clock: try fields.required("clock").choice())
        guard let when = fields["when"] else { return }
        for (name, node) in try when.entries() {
            conditions.append(ServiceLevel.Condition(name, try node.texts()))
        }
        conditions.sort { $0.dimension.compareBytes(to: $1.dimension) < 0 }
    }
}

extension ServiceLevel {
    /// Whether a document is, or was meant to be, a service level rather than a calendar: it has the key of its name.
    public static func isOne(yaml: String) -> Bool {
        guard let root = try? DefinitionNode<ServiceLevelError>(yaml: yaml), let entries = try? root.entries() else {
            return false
        }
        return entries.contains { $0.name.utf8.elementsEqual(nameKey.utf8) }
    }
}
