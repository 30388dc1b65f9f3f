import ArgumentParser
import EventLog
import Rapport

/// What every question has in common: where to look, in which zone days begin, and in which form to answer.
struct QueryOptions: ParsableArguments {
    @OptionGroup var data: DataOptions

    @Flag(help: "Answer in JSON: one object, times in ISO 8601, amounts in minor units; what is not known is left out.")
    var json = false

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
        guard wait == nil || atLeast != nil else { throw ValidationError("--wait needs --at-least.") }
        if let wait, wait < 1 { throw ValidationError("--wait takes 1 second or more, not \(wait).") }
    }

    /// Days in the zone asked for.
    var calendar: ZonedCalendar {
        get throws { try ZonedCalendar(zone: zone) }
    }

    /// Opens the data directory, waits until `models` have come far enough, and lends the CRM to `question`.
    func ask<Answer>(_ models: [String], _ question: (Rapport) async throws -> Answer) async throws -> Answer {
        try await DataDirectory(data).withReadModels(models, atLeast: atLeast, waiting: wait, question)
    }

    /// Prints the answer as JSON, or else as `text` with the position that it is of.
    func print(_ answer: some Encodable, at position: Position, text: (Terminal) throws -> String) throws {
        if json { return try Output.print(json: answer) }
        let terminal = Terminal.output
        try Output.print(text(terminal) + "\n" + terminal.footer(at: position))
    }
}

extension Terminal {
    /// The last line of every answer.
    func footer(at position: Position) -> String { styled("at position \(position)", .dim) }

    /// Columns for drawings: the window's, or 80 where nothing limits them.
    var drawingWidth: Int { width ?? 80 }
}
