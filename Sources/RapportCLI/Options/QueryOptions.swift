import ArgumentParser
import EventLog
import Projection
import Rapport

/// What every question has in common: where to look, as of when, in which zone days begin, in which form to answer, and
/// who asks.
struct QueryOptions: ParsableArguments {
    @OptionGroup var data: DataOptions

    @Flag(help: "Answer in JSON: one object, times in ISO 8601, amounts in minor units; what is not known is left out.")
    var json = false

    @Flag(help: "Answer in CSV: one table, with the values of --json; what is not known is empty.")
    var csv = false

    @Option(
        name: .customLong("zone"),
        help: ArgumentHelp("The IANA zone that days belong to, as Europe/Berlin.", valueName: "zone"),
        transform: { try ZonedCalendar(zone: $0).name })
    var givenZone: String?

    @Option(
        help: ArgumentHelp(
            "What was known then: at a position, or by what was recorded by a time; a day counts to its end.",
            valueName: "position|time"))
    var asOf: PastPoint?

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

    @OptionGroup var reader: ReaderOptions

    func validate() throws {
        _ = try form
        guard wait == nil || atLeast != nil else { throw ValidationError("--wait needs --at-least.") }
        if let wait, wait < 1 { throw ValidationError("--wait takes 1 second or more, not \(wait).") }
        guard asOf == nil || atLeast == nil else {
            throw ValidationError(
                "--as-of asks what was known then; --at-least waits for what comes. Give one of them.")
        }
    }

    /// The zone that days belong to: the one that was given, else UTC.
    var zone: String { givenZone ?? ZonedCalendar.utc.name }

    /// In which form to answer.
    var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    /// Days in the zone asked for.
    var calendar: ZonedCalendar {
        get throws { try ZonedCalendar(zone: zone) }
    }

    /// The moment of the past that is asked about; nil for all that is recorded.
    ///
    /// - Parameter bound: leaves out what had not happened by then; nil leaves out nothing.
    /// - Throws: ``CommandFailure`` when nothing was recorded by then, or the log does not reach so far.
    func moment(in log: EventLog, happenedBy bound: TimeBound?) throws -> PastMoment? {
        if asOf == nil, bound == nil { return nil }
        let calendar = try calendar
        let position = try asOf?.position(in: log, calendar) ?? log.head
        // Of nothing nothing had happened.
        if position == .zero { return nil }
        return PastMoment(position: position, occurredUntil: bound?.end(in: calendar))
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
