/// A working calendar that cannot be used: what is wrong, and where it stands.
public struct WorkingCalendarError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The definition's file, where it was read from one.
    public internal(set) var file: String?
    /// The line in the document, from 1; 0 where no single line is at fault, or there is no document.
    public let line: Int
    /// The column in that line, from 1; 0 where there is no line.
    public let column: Int
    /// Of a calendar made in code the part that is wrong, as `hours.monday[1]`; empty for the whole, and where line
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

    /// `desk.yaml:7:14: '17:00-09:00' ends ... (reversedHours)`.
    public var description: String { located }
}

extension WorkingCalendarError {
    /// A rule for calendars. The names stay as they are.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The document is empty, no YAML, has a character that YAML does not have, or says the same thing twice.
        case unreadableDocument
        /// YAML that definitions do without: an alias, as `*name`, or a key behind a question mark.
        case unreadYAML
        /// More than 65,536 bytes, as it is written or as JSON.
        case definitionTooLong
        /// A value is of another kind than expected.
        case malformedValue
        /// Something that must be said is not.
        case missingKey
        /// A key that nobody would look at.
        case unknownKey
        /// The calendar's name is not 1 to 40 small letters, digits and hyphens.
        case calendarName
        /// No zone has this name.
        case unknownZone
        /// A text that is no day of the calendar.
        case unreadableDate
        /// A day outside the years 1970 to 2200.
        case dateOutOfRange
        /// Two entries are about one day.
        case duplicateDay
        /// The name of a day is too long, or has control characters.
        case dayName
        /// A text that is no hours of a day.
        case unreadableHours
        /// Hours begin or end outside the day.
        case timeOutsideDay
        /// Hours end where they begin, or before.
        case reversedHours
        /// Hours begin before those end that stand before them.
        case overlappingHours
        /// A day with hours of its own that has none.
        case noHours
        /// There is no hour of work, in any week or on any day.
        case neverOpen
    }
}

extension WorkingCalendarError: DefinitionFailure {}

extension WorkingCalendarError.Code: DefinitionCode {}
