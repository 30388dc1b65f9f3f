import ArgumentParser
import EventLog

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
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup(title: "Filters") var filters: ReplayFilters

    @Flag(help: "The newest first.")
    var backwards = false

    @Option(help: ArgumentHelp("Stop after this many events.", valueName: "count"))
    var limit: Int?

    @Flag(help: "Show personal fields too.")
    var personal = false

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
        try await DataDirectory(data).readingLog { log in
            var output = Output()
            if form == .csv { try output.line(CSVTable.line(of: EventLine.columns)) }
            let extent = try replay(log, as: form, to: &output)
            if form == .text { try output.line(Terminal.output.footer(at: extent.head)) }
            try output.flush()
        }
    }

    private func replay(_ log: EventLog, as form: EventForm, to output: inout Output) throws -> ReadExtent {
        let story = EventStory(personal: personal, terminal: .output, head: log.head)
        var shown = 0
        return try filters.read(log, backwards: backwards) { recorded in
            try output.line(line(of: recorded, in: log.logID, as: form, story))
            shown += 1
            return shown != limit
        }
    }

    private func line(
        of recorded: RecordedEvent, in log: EventID, as form: EventForm, _ story: EventStory
    ) -> String {
        switch form {
        case .text: story.line(of: recorded)
        case .json: EventLine.text(of: recorded, personal: personal)
        case .csv: CSVTable.line(of: EventLine.cells(of: recorded, personal: personal))
        case .cloudEvents: CloudEvent.text(of: recorded, in: log, personal: personal)
        }
    }
}
