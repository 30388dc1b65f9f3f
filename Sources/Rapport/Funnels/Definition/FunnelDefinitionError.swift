/// A funnel's definition that cannot be used: what is wrong, and where it stands.
public struct FunnelDefinitionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The definition's file, where it was read from one.
    public internal(set) var file: String?
    /// The line in the document, from 1; 0 where no single line is at fault, or there is no document.
    public let line: Int
    /// The column in that line, from 1; 0 where there is no line.
    public let column: Int
    /// Of a definition made in code the part that is wrong, as `steps[1].within`; empty for the whole, and where line
    /// and column tell.
    public let part: String
    /// Which rule is broken.
    public let code: Code
    /// What is wrong, and what would be right.
    public let reason: String

    /// All of it but the file.
    init(line: Int, column: Int, part: String, code: Code, reason: String) {
        self.line = line
        self.column = column
        self.part = part
        self.code = code
        self.reason = reason
    }

    /// `checkout.yaml:7:14: a window is ... (windowOutOfRange)`.
    public var description: String { located }
}

extension FunnelDefinitionError {
    /// A rule for definitions. The names stay as they are.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The document is empty, no YAML, has a character that YAML does not have, or says the same thing twice.
        case unreadableDocument
        /// YAML that definitions do without: an alias, as `*name`, or a key behind a question mark.
        case unreadYAML
        /// More than 65,536 bytes, as it is written or as JSON.
        case definitionTooLong
        /// A value is of another kind than expected, or none of the words that may stand there.
        case malformedValue
        /// Something that must be said is not.
        case missingKey
        /// A key that nobody would look at.
        case unknownKey
        /// The funnel's name is not 1 to 40 small letters, digits and hyphens.
        case funnelName
        /// The title is too long, or has control characters.
        case title
        /// The subject's kind of entity can be none.
        case subjectKind
        /// Fewer than 2 steps.
        case tooFewSteps
        /// More than 32 steps.
        case tooManySteps
        /// A step's name is empty, too long, or has control characters.
        case stepName
        /// Two steps have one name.
        case duplicateStepName
        /// No type is given.
        case noEventType
        /// A type that nothing in the log can have.
        case unknownEventType
        /// A text that names no property.
        case unreadableProperty
        /// No event of these types has the property.
        case unknownProperty
        /// A condition without a test, with several, or with one that makes no sense.
        case unusableCondition
        /// The first step cannot be left out.
        case optionalFirstStep
        /// In any order no step is optional.
        case optionalInAnyOrder
        /// An optional step has the events of the required step that follows: nothing would tell them apart.
        case optionalEqualsRequired
        /// There is no step before the first.
        case withinOnFirstStep
        /// In any order no step is before another.
        case withinInAnyOrder
        /// The longest time since the step before is nothing, less, or longer than the window.
        case withinOutOfRange
        /// More than 32 exclusions.
        case tooManyExclusions
        /// An exclusion lies between steps that are not there.
        case unknownStep
        /// An exclusion does not go from one step to a later one.
        case exclusionRange
        /// An exclusion begins or ends with a step that may be left out.
        case exclusionAtOptionalStep
        /// An exclusion is a step between whose events it must not happen.
        case exclusionEqualsStep
        /// In any order exclusions hold for the whole attempt.
        case partialExclusionInAnyOrder
        /// A text that is no duration.
        case unreadableDuration
        /// The window is nothing, less than nothing, or too long.
        case windowOutOfRange
        /// The grace is less than nothing, or longer than the window.
        case graceOutOfRange
        /// Sessions are defined, and nothing is counted by them.
        case unusedSessions
        /// The gap between sessions is nothing, less than nothing, or too long.
        case sessionGapOutOfRange
        /// In strict order it must be said what counts as happening in between.
        case strictWithoutScope
        /// A scope that nothing looks at.
        case scopeWithoutStrict
        /// `repeat_breaks` where nothing looks at it.
        case repeatBreaksWithoutStrict
        /// More than 3 properties are held.
        case tooManyHeld
        /// No zone has this name.
        case unknownZone
        /// A text that is neither a day nor a time with an offset.
        case unreadableTime
        /// A time outside the years 0 to 9999.
        case timeOutOfRange
        /// The range ends where it begins, or before.
        case reversedRange
        /// `clip_to_range` where the range has no end.
        case clipWithoutEnd
        /// `reentry` in totals, where every attempt counts.
        case reentryInTotals
        /// `exclusion_mode` where nothing is excluded.
        case modeWithoutExclusions
        /// `grace` in any order, where nothing is excluded: there is no order that it could loosen.
        case graceInAnyOrder
        /// The breakdown goes by a step that is not there.
        case attributionStep
        /// In any order there is no such step.
        case attributionInAnyOrder
        /// Groups of their own where subjects are not what is counted, or not by the first step's value.
        case perSegment
        /// Less than 1 group, or more than 1,000.
        case groupsOutOfRange
    }
}

extension FunnelDefinitionError: DefinitionFailure {}

extension FunnelDefinitionError.Code: DefinitionCode {}
