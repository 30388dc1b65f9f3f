@testable import Rapport
import Testing

/// A calendar that is wrong. The sign § stands before the node that is told, and is taken out.
struct CalendarMistake: Sendable, CustomTestStringConvertible {
    let code: WorkingCalendarError.Code
    let text: String

    init(_ code: WorkingCalendarError.Code, _ text: String) {
        self.code = code
        self.text = text
    }

    /// A name and a zone that are right, and what is wrong beside them.
    static func beside(_ code: WorkingCalendarError.Code, _ text: String) -> CalendarMistake {
        CalendarMistake(code, "calendar: desk\nzone: Europe/Berlin\n\(text)\n")
    }

    var testDescription: String { "\(code.rawValue): \(text)" }

    /// Without the sign; the line and the column that it stood at, 0 where there is none.
    var located: (yaml: String, line: Int, column: Int) {
        let parts = text.split(separator: Character("§"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return (text, 0, 0) }
        let before = parts[0].split(separator: Character("\n"), omittingEmptySubsequences: false)
        return (String(parts[0] + parts[1]), before.count, (before.last?.unicodeScalars.count ?? 0) + 1)
    }
}
