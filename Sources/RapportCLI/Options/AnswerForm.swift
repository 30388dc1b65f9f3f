import ArgumentParser

/// In which form a command answers.
enum AnswerForm {
    /// For people.
    case text
    /// For programs.
    case json
    /// For spreadsheets.
    case csv

    /// The form that the flags ask for.
    ///
    /// - Throws: wrong usage when both are given.
    init(json: Bool, csv: Bool) throws {
        guard !json || !csv else { throw ValidationError("--json and --csv exclude each other.") }
        self = json ? .json : csv ? .csv : .text
    }

    /// Prints the answer as JSON, as the table, or as `text`.
    func print(
        _ answer: some Encodable, csv table: @autoclosure () throws -> CSVTable, text: (Terminal) throws -> String
    ) throws {
        switch self {
        case .text: try Output.print(text(.output))
        case .json: try Output.print(json: answer)
        case .csv: try Output.print(csv: table())
        }
    }
}
