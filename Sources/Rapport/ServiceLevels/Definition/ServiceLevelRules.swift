/// What must hold of a service level. Each rule is written once, for those that are read and those made in code.
struct ServiceLevelRules {
    /// What a rule says that is broken.
    typealias Fault = DefinitionFault<ServiceLevelError>

    /// Targets that a service level has at most.
    static let mostTargets = 64
    /// UTF-8 bytes of a dimension or a value.
    static let mostTextBytes = 256
    /// Microseconds of a target: ten years of 365 days.
    static let longestTarget: Int64 = 3_650 * 86_400_000_000

    /// The service level in question.
    private let level: ServiceLevel

    /// The rules for a service level.
    init(_ level: ServiceLevel) {
        self.level = level
    }

    /// Goes through all rules. O(targets · values).
    func check() throws(Fault) {
        guard DefinitionName.isName(level.name) else {
            throw Fault(
                DefinitionPart("service_level"), .serviceLevelName,
                "a service level's name is 1 to \(DefinitionName.mostBytes) of a-z, 0-9 and -, not "
                    + level.name.debugDescription)
        }
        try checkTargets()
        try checkCalendar()
        try checkPauses()
        let count = level.json.utf8.count
        guard count <= DefinitionText.mostBytes else {
            throw Fault(
                DefinitionPart(), .definitionTooLong,
                "as JSON a definition has at most \(DefinitionText.mostBytes) bytes, not \(count)")
        }
    }

    private func checkCalendar() throws(Fault) {
        let part = DefinitionPart("calendar")
        let asksHours = level.targets.contains { $0.clock == .business }
        guard let calendar = level.calendar else {
            if !asksHours { return }
            throw Fault(part, .noCalendar, "a target goes by hours of work; expected the name of their calendar")
        }
        guard DefinitionName.isName(calendar) else {
            throw Fault(
                part, .calendarName,
                "a calendar's name is 1 to \(DefinitionName.mostBytes) of a-z, 0-9 and -, not "
                    + calendar.debugDescription)
        }
        if !asksHours {
            throw Fault(part, .idleCalendar, "no target goes by hours of work; expected 'clock: business' in one")
        }
    }

    // MARK: Targets

    private func checkTargets() throws(Fault) {
        let part = DefinitionPart("targets")
        if level.targets.isEmpty { throw Fault(part, .noTargets, "a service level has 1 target or more, found none") }
        guard level.targets.count <= Self.mostTargets else {
            throw Fault(
                part, .tooManyTargets, "at most \(Self.mostTargets) targets are promised, found \(level.targets.count)")
        }
        var before: [Reach] = []
        for (number, target) in level.targets.enumerated() {
            let part = part.item(number)
            guard (1...Self.longestTarget).contains(target.within) else {
                throw Fault(
                    part.key("within"), .withinOutOfRange,
                    "a target is more than nothing and at most 3650 d, not \(DefinitionDuration.text(target.within))")
            }
            try check(target.conditions, part.key("when"))
            let reach = Reach(target)
            if let other = before.first(where: { $0.takesAll(of: reach) }) {
                let what = other.values.isEmpty ? "every case" : "every case of this one"
                throw Fault(
                    part, .unreachableTarget,
                    "a target for \(target.metric.rawValue) before this one takes \(what); it must come last")
            }
            before.append(reach)
        }
    }

    /// The cases that a target is for.
    private struct Reach {
        let metric: ServiceLevel.Metric
        /// By dimension, both UTF-8.
        let values: [[UInt8]: Set<[UInt8]>]

        init(_ target: ServiceLevel.Target) {
            metric = target.metric
            let pairs = target.conditions.map { (Array($0.dimension.utf8), Set($0.values.map { Array($0.utf8) })) }
            values = Dictionary(pairs) { first, _ in first }
        }

        /// Whether every case that another target could take is taken by this one. O(values).
        func takesAll(of other: Reach) -> Bool {
            guard metric == other.metric else { return false }
            return values.allSatisfy { dimension, values in other.values[dimension]?.isSubset(of: values) ?? false }
        }
    }

    private func check(_ conditions: [ServiceLevel.Condition], _ part: DefinitionPart) throws(Fault) {
        // By what people read, as JSON is written by it.
        var known: Set<String> = []
        for condition in conditions {
            let part = part.key(condition.dimension)
            guard Self.isText(condition.dimension) else {
                throw Fault(
                    part, .unusableDimension,
                    "a dimension has 1 to \(Self.mostTextBytes) bytes, and no control characters")
            }
            guard condition.dimension != "customer" else {
                throw Fault(part, .unusableDimension, "a definition names no customers; expected another dimension")
            }
            guard known.insert(condition.dimension).inserted else {
                throw Fault(part, .duplicateDimension, "'\(condition.dimension)' stands here more than once")
            }
            try check(condition.values, part, .unusableValues, "value")
        }
    }

    /// That texts are there, each once.
    private func check(
        _ texts: [String], _ part: DefinitionPart, _ code: ServiceLevelError.Code, _ what: String
    ) throws(Fault) {
        if texts.isEmpty { throw Fault(part, code, "a \(what) is expected, found none") }
        var known: Set<[UInt8]> = []
        for (number, text) in texts.enumerated() {
            let part = part.item(number)
            guard Self.isText(text) else {
                throw Fault(part, code, "a \(what) has 1 to \(Self.mostTextBytes) bytes, and no control characters")
            }
            guard known.insert(Array(text.utf8)).inserted else {
                throw Fault(part, code, "'\(text)' stands here more than once")
            }
        }
    }

    /// Whether it is there, fits on a line, and is not lost when it is read.
    private static func isText(_ text: String) -> Bool {
        (1...mostTextBytes).contains(text.utf8.count)
            && !text.unicodeScalars.contains { $0.properties.generalCategory == .control || $0 == "\u{FEFF}" }
    }

    // MARK: Pauses

    private func checkPauses() throws(Fault) {
        if !level.pausesOn.isEmpty {
            try check(level.pausesOn, DefinitionPart("pauses_on"), .unusablePause, "name of who is waited for")
        }
        if level.targets.contains(where: { $0.metric == .resolution }) { return }
        if !level.pausesOn.isEmpty {
            throw Fault(DefinitionPart("pauses_on"), .withoutResolution, "only the clock of a resolution is paused")
        }
        if level.reopening != .goesOn {
            throw Fault(
                DefinitionPart("on_reopening"), .withoutResolution, "only the clock of a resolution runs again")
        }
    }
}
