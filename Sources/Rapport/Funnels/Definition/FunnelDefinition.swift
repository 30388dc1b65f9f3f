public import EventLog

/// A behaviour funnel: which steps whose events are looked for, and how they are counted.
///
/// What each part means is said in the page "Funnels"; a definition is read from YAML or JSON by
/// ``init(yaml:file:)``, which is also where it is checked.
public struct FunnelDefinition: Sendable, Hashable {
    /// In which order the steps must happen.
    public enum Order: String, Sendable, Hashable, CaseIterable {
        /// One after the other, whatever happens in between.
        case ordered
        /// One right after the other: nothing else in scope in between.
        case strict
        /// In any order.
        case any
    }

    /// What is counted.
    public enum Counting: String, Sendable, Hashable, CaseIterable {
        /// Each subject once.
        case unique
        /// Every attempt; a new one may start when the one before has converted, run out of time or been excluded.
        case total
        /// Every session in which the first step happens.
        case session
    }

    /// Which attempt of a subject counts where each subject counts once.
    public enum Reentry: String, Sendable, Hashable, CaseIterable {
        /// The one that gets furthest.
        case best
        /// The first one.
        case first
    }

    /// What an exclusion does.
    public enum ExclusionMode: String, Sendable, Hashable, CaseIterable {
        /// It ends the attempt; the steps reached before count.
        case endAttempt = "end_attempt"
        /// The attempt does not count at all: a subject without another attempt is not in the funnel.
        case dropSubject = "drop_subject"
    }

    /// How long an attempt may take, from its first step.
    public enum Window: Sendable, Hashable {
        /// Microseconds, the last one included.
        case time(Int64)
        /// That many sessions of the subject, that of the first step included.
        case sessions(Int)

        /// Fourteen days.
        public static let standard = Window.time(14 * 86_400_000_000)
        /// The longest time: 366 days.
        public static let longest: Int64 = 366 * 86_400_000_000
    }

    /// Whose steps they are.
    public enum Subject: Sendable, Hashable {
        /// The entities of this kind that events are tagged with: `customer`, `opportunity`, `case`, `company` ...
        case entity(kind: String)
        /// Whatever a property of the events names.
        case property(EventProperty)
    }

    /// What begins a new session of a subject.
    public enum Sessions: Sendable, Hashable {
        /// More than this many microseconds since the event before.
        case gap(Int64)
        /// Another value of a property; events without it are in no session.
        case property(EventProperty)

        /// Thirty minutes.
        public static let standard = Sessions.gap(30 * 60_000_000)
    }

    /// Which of the events that fulfil a step's conditions count.
    public enum Occurrence: String, Sendable, Hashable, CaseIterable {
        /// All.
        case every
        /// Only the subject's first event of the step's types, if it fulfils the conditions.
        case firstEver = "first_ever"
        /// Only the subject's first event that fulfils them.
        case firstMatching = "first_matching"
    }

    /// Which events are meant.
    public struct Matcher: Sendable, Hashable {
        /// Of one of these types; never empty.
        public var types: [EventType]
        /// Which fulfil all of these.
        public var conditions: [EventCondition]

        /// Events of these types that fulfil all conditions.
        public init(types: [EventType], conditions: [EventCondition] = []) {
            self.types = types
            self.conditions = conditions
        }
    }

    /// A step.
    public struct Step: Sendable, Hashable {
        /// Unique within the funnel.
        public var name: String
        /// The events that are this step.
        public var events: Matcher
        /// Which of these.
        public var occurrence: Occurrence
        /// Whether it may be left out.
        public var isOptional: Bool
        /// The longest time since the step before, in microseconds; nil for as long as the window lasts.
        public var within: Int64?

        /// A step that all of `events` are, unless more is said.
        public init(
            name: String, events: Matcher, occurrence: Occurrence = .every, isOptional: Bool = false,
            within: Int64? = nil
        ) {
            self.name = name
            self.events = events
            self.occurrence = occurrence
            self.isOptional = isOptional
            self.within = within
        }
    }

    /// Events that must not happen between two steps.
    public struct Exclusion: Sendable, Hashable {
        /// Which events.
        public var events: Matcher
        /// The number of the step after which they count, from 1.
        public var after: Int
        /// The number of the step before which they count.
        public var before: Int

        /// Events that must not happen between step `after` and step `before`.
        public init(events: Matcher, after: Int, before: Int) {
            self.events = events
            self.after = after
            self.before = before
        }
    }

    /// Which step's value of the property an attempt is counted under.
    public enum Attribution: Sendable, Hashable {
        /// That of its first step.
        case first
        /// That of the last step it has reached.
        case last
        /// That of the first of its steps that has a value.
        case firstDefined
        /// That of the last of its steps that has a value.
        case lastDefined
        /// That of a step, by number from 1; attempts that have not reached it are in no group.
        case step(Int)
        /// All: the steps of one value make a funnel of their own, and a subject may be in several.
        case all
    }

    /// Into which groups the funnel is broken down.
    public struct Breakdown: Sendable, Hashable {
        /// By the values of this property.
        public var property: EventProperty
        /// Which step's value.
        public var attribution: Attribution
        /// How many groups are shown, the largest first; the others are put together. Nothing else depends on it.
        public var mostGroups: Int
        /// Whether a subject counts once in every group in which it has an attempt, not once altogether.
        public var isPerSegment: Bool

        /// Groups by the value at the first step, unless more is said.
        public init(
            property: EventProperty, attribution: Attribution = .first, mostGroups: Int = 25, isPerSegment: Bool = false
        ) {
            self.property = property
            self.attribution = attribution
            self.mostGroups = mostGroups
            self.isPerSegment = isPerSegment
        }
    }

    /// A first or last moment, as it was written.
    public struct Bound: Sendable, Hashable {
        /// As in the file: a day, or a time.
        public var text: String
        /// What it is: of a day its first moment in the funnel's zone.
        public var time: Timestamp

        /// A moment.
        public init(text: String, time: Timestamp) {
            self.text = text
            self.time = time
        }
    }

    /// What a saved funnel is asked for by: lower case letters, digits and hyphens, at most 40.
    public var name: String
    /// What people call it; empty where nothing is said.
    public var title = ""
    /// Whose steps they are.
    public var subject = Subject.entity(kind: "customer")
    /// 2 to 32.
    public var steps: [Step]
    /// In which order.
    public var order = Order.ordered
    /// What is counted.
    public var counting = Counting.unique
    /// Which attempt of a subject counts.
    public var reentry = Reentry.best
    /// How long an attempt may take.
    public var window = Window.standard
    /// Events within this many microseconds of each other may stand for having happened in any order.
    public var grace: Int64 = 0
    /// What begins a new session.
    public var sessions = Sessions.standard
    /// What must not happen in between.
    public var exclusions: [Exclusion] = []
    /// What happens then.
    public var exclusionMode = ExclusionMode.endAttempt
    /// Properties whose values must be the same at all steps; at most 3.
    public var held: [EventProperty] = []
    /// In strict order: events of these types count as something that happened in between, beside those of the steps
    /// and exclusions.
    public var scope: [EventType] = []
    /// In strict order: whether another event of the step just done counts as something that happened in between.
    public var repeatBreaks = true
    /// The first moment of an entry; nil is unbounded.
    public var from: Bound?
    /// The end of the entries, left out; nil is unbounded.
    public var to: Bound?
    /// Whether later steps must have happened before ``to``, too.
    public var clipsToRange = false
    /// The IANA zone that days belong to.
    public var zone = "UTC"
    /// Into which groups it is broken down; nil into none.
    public var breakdown: Breakdown?

    /// A funnel of these steps, for customers, in order, within fourteen days. It is not checked.
    public init(name: String, steps: [Step]) {
        self.name = name
        self.steps = steps
    }
}
