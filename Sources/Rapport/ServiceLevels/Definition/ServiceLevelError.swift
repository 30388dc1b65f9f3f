/// A service level that cannot be used: what is wrong, and where it stands.
public struct ServiceLevelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The definition's file, where it was read from one.
    public internal(set) var file: String?
    /// The line in the document, from 1; 0 where no single line is at fault, or there is no document.
    public let line: Int
    /// The column in that line, from 1; 0 where there is no line.
    public let column: Int
    /// Of a service level made in code the part that is wrong, as `targets[1].within`; empty for the whole, and where
    /// line and column tell.
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

    /// `desk.yaml:7:14: a target is ... (withinOutOfRange)`.
    public var description: String { located }
}

extension ServiceLevelError {
    /// A rule for service levels. The names stay as they are.
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
        /// The service level's name is not 1 to 40 small letters, digits and hyphens.
        case serviceLevelName
        /// The calendar's name is not 1 to 40 small letters, digits and hyphens.
        case calendarName
        /// A target goes by hours of work, and no calendar is named.
        case noCalendar
        /// A calendar is named, and no target goes by hours of work.
        case idleCalendar
        /// There is nothing promised.
        case noTargets
        /// More than 64 targets.
        case tooManyTargets
        /// A text that is no duration.
        case unreadableDuration
        /// A target is nothing, less than nothing, or more than ten years.
        case withinOutOfRange
        /// The name of a dimension is empty, too long, has control characters, or is that of the customer.
        case unusableDimension
        /// A dimension stands twice in one target.
        case duplicateDimension
        /// A condition without values, with a value twice, or with one that is too long.
        case unusableValues
        /// A target behind one that takes every case, or all of its own.
        case unreachableTarget
        /// What a clock is paused on is empty, stands twice, or is too long.
        case unusablePause
        /// Pauses, or what reopening means, where no resolution is promised.
        case withoutResolution
    }
}

extension ServiceLevelError: DefinitionFailure {}

extension ServiceLevelError.Code: DefinitionCode {}
