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
            (with --personal, as personal fields are left out otherwise).

              rapport replay --data crm --customer C-1 --backwards --limit 10
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

    @Option(
        help: ArgumentHelp("The IANA zone that the days of filters belong to.", valueName: "zone"),
        transform: { try ZonedCalendar(zone: $0).name })
    var zone = "UTC"

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit takes 1 or more, not \(limit).") }
    }

    func run() async throws {
        try await DataDirectory(data).readingLog { log in
            var output = Output()
            let extent = try replay(log, to: &output)
            if !json { try output.line(Terminal.output.footer(at: extent.head)) }
            try output.flush()
        }
    }

    private func replay(_ log: EventLog, to output: inout Output) throws -> ReadExtent {
        let calendar = try ZonedCalendar(zone: zone)
        let (first, last) = try filters.positions(in: log, calendar)
        let (earliest, latest) = filters.occurrence(calendar)
        let story = EventStory(personal: personal, terminal: .output, head: log.head)
        var shown = 0
        return try log.read(filters.query(), from: first, to: last, backwards: backwards) { event in
            if let earliest, event.occurredAt < earliest { return true }
            if let latest, event.occurredAt > latest { return true }
            let recorded = log.recorded(event)
            try output.line(json ? EventLine.text(of: recorded, personal: personal) : story.line(of: recorded))
            shown += 1
            return shown != limit
        }
    }
}
