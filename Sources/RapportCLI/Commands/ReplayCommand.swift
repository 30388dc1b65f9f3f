import ArgumentParser
import EventLog
import Rapport

/// `rapport replay`: what is in the log, event by event.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Show events of the log, in the order they were recorded.",
        discussion: """
            One line for each event: position, when it happened (UTC), type, tags, data. All filters must hold. With \
            --json the lines are those that append reads, with position and recordedAt besides, so a log can be copied \
            (with --personal, as personal fields are left out otherwise). export writes the same lines into a file. \
            With --cloudevents each line is a CloudEvent for other programs.

              rapport replay --data crm --customer C-1 --backwards --limit 10
              rapport replay --data crm --actor user:7 --recorded-since 2017-06-01
              rapport replay --data crm --json --personal | rapport append --data copy

            Whose personal fields are shown is noted in the access log. What may not be shown is withheld, and the \
            line says why: erased, restricted, key missing, or access cannot be logged.
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup(title: "Filters") var filters: ReplayFilters

    @Flag(help: "The newest first.")
    var backwards = false

    @Option(help: ArgumentHelp("Stop after this many events.", valueName: "count"))
    var limit: Int?

    @Flag(help: "Show personal fields too.")
    var personal = false

    @OptionGroup var reader: EventReaderOptions

    @Flag(help: "Print lines of JSON that append reads.")
    var json = false

    @Flag(help: "Print rows of CSV, with the values of --json.")
    var csv = false

    @Flag(name: .customLong("cloudevents"), help: "Print CloudEvents 1.0, one a line, in their JSON form.")
    var cloudEvents = false

    private var form: EventForm {
        get throws { try EventForm(json: json, csv: csv, cloudEvents: cloudEvents) }
    }

    func validate() throws {
        _ = try form
        if let limit, limit < 1 { throw ValidationError("--limit takes 1 or more, not \(limit).") }
    }

    func run() async throws {
        let form = try form
        let directory = DataDirectory(data)
        try await directory.readingLog { log in
            var output = Output()
            if form == .csv { try output.line(CSVTable.line(of: EventLine.columns)) }
            let opener = personal ? directory.personalReader(for: log, as: reader.actor, for: reader.purpose) : nil
            let head = try replay(log, opener, as: form, to: &output)
            if form == .text { try output.line(Terminal.output.footer(at: head)) }
            try output.flush()
        }
    }

    private func replay(
        _ log: EventLog, _ reader: PersonalReader?, as form: EventForm, to output: inout Output
    ) throws -> Position {
        let story = EventStory(personal: personal, terminal: .output, head: log.head)
        var shown = 0
        return try filters.read(log, opening: reader, asking: "replay", backwards: backwards) { event in
            try output.line(line(of: event, in: log.logID, as: form, story))
            shown += 1
            return shown != limit
        }
    }

    private func line(of event: OpenedEvent, in log: EventID, as form: EventForm, _ story: EventStory) -> String {
        let (recorded, withheld) = (event.recorded, event.withheld)
        return switch form {
        case .text: story.line(of: recorded, withheld: withheld)
        case .json: EventLine.text(of: recorded, personal: personal, withheld: withheld)
        case .csv: CSVTable.line(of: EventLine.cells(of: recorded, personal: personal, withheld: withheld))
        case .cloudEvents: CloudEvent.text(of: recorded, in: log, personal: personal, withheld: withheld)
        }
    }
}
