import ArgumentParser
import EventLog
import Rapport

/// What every question has in common: where to look, in which zone days begin, and in which form to answer.
struct QueryOptions: ParsableArguments {
    @OptionGroup var data: DataOptions

    @Flag(help: "Answer in JSON: one object, times in ISO 8601, amounts in minor units; what is not known is left out.")
    var json = false

    @Flag(help: "Answer in CSV: one table, with the values of --json; what is not known is empty.")
    var csv = false

    @Option(
        help: ArgumentHelp("The IANA zone that days belong to, as Europe/Berlin.", valueName: "zone"),
        transform: { try ZonedCalendar(zone: $0).name })
    var zone = "UTC"

    @Option(
        help: ArgumentHelp(
            "Answer when the read models have reached this position; without it, the newest there is at the start.",
            valueName: "position"))
    var atLeast: Position?

    @Option(
        help: ArgumentHelp(
            "Wait as long for a position of --at-least that is not in the log yet; without it, that is refused.",
            valueName: "seconds"))
    var wait: Int?

    func validate() throws {
        _ = try form
        guard wait == nil || atLeast != nil else { throw ValidationError("--wait needs --at-least.") }
        if let wait, wait < 1 { throw ValidationError("--wait takes 1 second or more, not \(wait).") }
    }

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    /// Days in the zone asked for.
    var calendar: ZonedCalendar {
        get throws { try ZonedCalendar(zone: zone) }
    }

    /// Opens the data directory, waits until `models` have come far enough, and lends the CRM to `question`.
    func ask<Answer>(_ models: [String], _ question: (Rapport) async throws -> Answer) async throws -> Answer {
        try await DataDirectory(data).withReadModels(models, atLeast: atLeast, waiting: wait, question)
    }

    /// Prints the answer as JSON, as the table, or else as `text` with the position that it is of.
    func print(
        _ answer: some Encodable, at position: Position, csv table: @autoclosure () throws -> CSVTable,
        text: (Terminal) throws -> String
    ) throws {
        try form.print(answer, csv: table()) { try text($0) + "\n" + $0.footer(at: position) }
    }
}

extension ParsableArguments {
    /// Refuses a range of days that ends before it begins.
    func requireRange(from: CivilDate?, to: CivilDate?) throws {
        if let from, let to, from > to { throw ValidationError("--from \(from) is after --to \(to).") }
    }
}

extension Terminal {
    /// The last line of every answer.
    func footer(at position: Position) -> String { styled("at position \(position)", .dim) }

    /// Columns for drawings: the window's, or 80 where nothing limits them.
    var drawingWidth: Int { width ?? 80 }
}
