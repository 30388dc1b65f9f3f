public import EventLog

/// A working calendar that somebody has saved under its name.
public struct SavedCalendar: Sendable, Hashable {
    /// 1 for the first calendar under the name, and one more for each that has followed.
    public let version: Int
    /// When there is work.
    public let definition: WorkingCalendar
    /// When this version was recorded.
    public let savedAt: Timestamp
    /// The event that has saved it.
    public let position: Position

    /// What it is asked for by.
    public var name: String { definition.name }
}

/// A service level that somebody has saved under its name.
public struct SavedServiceLevel: Sendable, Hashable {
    /// 1 for the first service level under the name, and one more for each that has followed.
    public let version: Int
    /// What is promised.
    public let definition: ServiceLevel
    /// When this version was recorded.
    public let savedAt: Timestamp
    /// The event that has saved it.
    public let position: Position

    /// What it is asked for by.
    public var name: String { definition.name }
}

/// No calendar is saved under the name that was asked for.
public struct UnknownCalendar: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was asked for.
    public let name: String
    /// The names under which calendars are saved, sorted.
    public let known: [String]

    public var description: String {
        "no calendar is saved as \(name.debugDescription); \(expectation(of: known))"
    }
}

/// No service level is saved under the name that was asked for, or it was not said which one of several.
public struct UnknownServiceLevel: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was asked for; nil where nothing was.
    public let name: String?
    /// The names under which service levels are saved, sorted.
    public let known: [String]

    public var description: String {
        let what = name.map { "no service level is saved as \($0.debugDescription)" } ?? "which service level?"
        return "\(what); \(expectation(of: known))"
    }
}

/// What was expected instead of an unknown name.
private func expectation(of known: [String]) -> String {
    known.isEmpty ? "none is saved" : "expected \(known.joined(separator: ", "))"
}
