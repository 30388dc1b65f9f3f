/// What customers were promised about cases: within which time they are answered, and their cases solved.
///
/// A definition is read from YAML or JSON by ``init(yaml:file:)``, which is also where it is checked. How well it is
/// kept is told by ``CRMState/serviceLevels(_:by:atLeast:)``.
public struct ServiceLevel: Sendable, Hashable {
    /// What is promised.
    public enum Metric: String, Codable, Sendable, Hashable, CaseIterable {
        /// From the opening to the first response; to the resolution or the close where that came without one. Its
        /// clock is never paused.
        case firstResponse = "first_response"
        /// From the opening to the resolution, or to the close where that came first. Its clock stands still while
        /// others are waited for, and goes on when the case is open again.
        case resolution
    }

    /// Which time counts.
    public enum Clock: String, Codable, Sendable, Hashable, CaseIterable {
        /// The hours of work of the calendar.
        case business
        /// All hours, day and night.
        case wall
    }

    /// What a case must be like.
    public struct Condition: Codable, Sendable, Hashable {
        /// `channel`, `category`, `severity`, `owner`, `queue`, or an attribute that cases are opened with.
        public var dimension: String
        /// One of these, compared byte by byte; never none.
        public var values: [String]

        /// Cases that have one of these values.
        public init(_ dimension: String, _ values: [String]) {
            self.dimension = dimension
            self.values = values
        }
    }

    /// A promise for some cases.
    public struct Target: Codable, Sendable, Hashable {
        /// What is promised.
        public var metric: Metric
        /// In microseconds; above 0.
        public var within: Int64
        /// Which time counts.
        public var clock: Clock
        /// All of these must hold of a case; none takes every case. In byte order of their dimensions.
        public var conditions: [Condition]

        /// A promise for the cases of which all conditions hold. It is not checked.
        public init(_ metric: Metric, within: Int64, clock: Clock = .business, when conditions: [Condition] = []) {
            self.metric = metric
            self.within = within
            self.clock = clock
            self.conditions = conditions
        }
    }

    /// What it is asked for by: lower case letters, digits and hyphens, at most 40.
    public var name: String
    /// The name of the calendar whose hours of work count; nil where no target goes by them.
    public var calendar: String?
    /// For each metric the first target counts whose conditions hold.
    public var targets: [Target]
    /// While a case waits on one of these, as `customer` or `vendor`, the clock of its resolution stands still.
    public var pausesOn: [String] = []
    /// What the clock of the resolution does when a case is open again.
    public var reopening = ServiceClock.Reopening.goesOn

    /// A service level without pauses. It is not checked.
    public init(name: String, calendar: String? = nil, targets: [Target]) {
        self.name = name
        self.calendar = calendar
        self.targets = targets
    }

    /// Refuses a service level that makes no sense. One that was read has been checked.
    ///
    /// - Throws: ``ServiceLevelError`` for the first thing that is wrong, with the part that it is in.
    public func check() throws(ServiceLevelError) {
        do {
            try ServiceLevelRules(self).check()
        } catch {
            throw ServiceLevelError(error)
        }
    }
}
