import ArgumentParser
import EventLog

/// `rapport export`: events as lines that `append` reads.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write events as lines of JSON that append reads.",
        discussion: """
            All events, or those for which all filters hold, in the order they were recorded. Each line has the \
            position and the time of recording besides, which append passes over: in another log the event gets the \
            next position there. Personal fields are left out without --personal, and an event without them is another \
            event: a log is copied only with them.

              rapport export --data crm --since 2017-01-01 --output events.jsonl
              rapport export --data crm --personal | rapport append --data copy

            A file is written beside its place and gets its name when it is complete and durable; only its owner may \
            read it. One that is there already stays, unless --force is given.
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup(title: "Filters") var filters: ReplayFilters

    @Flag(help: "Write personal fields too.")
    var personal = false

    @Option(
        help: ArgumentHelp("The file to write; without it, or with -, standard output.", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(help: "Replace a file that is there.")
    var force = false

    private var path: String? { output == "-" ? nil : output }

    func validate() throws {
        guard !force || path != nil else { throw ValidationError("--force needs --output FILE.") }
    }

    func run() async throws {
        try await DataDirectory(data).readingLog { log in
            guard let path else {
                var lines = Output()
                try filters.read(log) { try write($0, to: &lines) }
                return try lines.flush()
            }
            try export(log, to: path)
        }
    }

    private func write(_ recorded: RecordedEvent, to lines: inout Output) throws -> Bool {
        try lines.line(EventLine.text(of: recorded, personal: personal))
        return true
    }

    private func export(_ log: EventLog, to path: String) throws {
        let file = try ExportFile(at: path, replacing: force)
        defer { file.discard() }
        let stop = StopSignals()
        let progress = ProgressLine(label: "Exporting")
        defer { progress.finish() }
        var lines = Output(to: file.handle)
        var count = 0
        let extent: ReadExtent
        do {
            extent = try filters.read(log) { recorded in
                if stop.isStopped { return false }
                count += 1
                progress.update(done: count, of: nil)
                return try write(recorded, to: &lines)
            }
            try stop.throwIfStopped("\(path) was not written")
            try lines.flush()
            try file.finish()
        } catch {
            throw file.failure(error)
        }
        progress.finish()
        let terminal = Terminal.output
        try Output.print(
            "\(NumberFormat.count(count, "event")) written to \(path.printable)\n" + terminal.footer(at: extent.head))
    }
}
