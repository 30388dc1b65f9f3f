import ArgumentParser
import Audit
import EventLog
import Rapport
import Transparency

/// `rapport export`: events as lines that `append` reads.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write events as lines of JSON that append reads.",
        discussion: """
            All events, or those for which all filters hold, in the order they were recorded. Each line has the \
            position and the time of recording besides, which append passes over: in another log the event gets the \
            next position there. Personal fields are left out without --personal, and an event without them is another \
            event: a log is copied only with them. Whose are written is noted in the access log; what may not be shown \
            is withheld, and the line says why.

              rapport export --data crm --since 2017-01-01 --output events.jsonl
              rapport export --data crm --personal | rapport append --data copy

            A file is written beside its place and gets its name when it is complete and durable; only its owner may \
            read it. One that is there already stays, unless --force is given.

            With --tiles DIR it writes a folder of C2SP tlog-tiles up to the newest signed checkpoint, which any web \
            server can serve and others check with tools of their own. Of the events it tells position, time of \
            recording, id and type; of all else a hash. Exported again, only what is new is written.

              rapport export --data crm --tiles public/log
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup(title: "Filters") var filters: ReplayFilters

    @Flag(help: "Write personal fields too.")
    var personal = false

    @OptionGroup var reader: EventReaderOptions

    @Option(
        help: ArgumentHelp("The file to write; without it, or with -, standard output.", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(name: .customLong("cloudevents"), help: "Write CloudEvents 1.0 in their JSON form, one a line.")
    var cloudEvents = false

    @Flag(help: "Replace a file that is there.")
    var force = false

    @Option(
        help: ArgumentHelp("Write the hashes of all events as tlog-tiles into this folder.", valueName: "dir"),
        completion: .directory)
    var tiles: String?

    private var path: String? { output == "-" ? nil : output }

    func validate() throws {
        guard tiles == nil || (filters.isEmpty && output == nil && !personal && !force && !cloudEvents) else {
            throw ValidationError(
                "--tiles is of the whole log; it goes without filters, --output, --personal and --cloudevents.")
        }
        guard !force || path != nil else { throw ValidationError("--force needs --output FILE.") }
    }

    func run() async throws {
        if let tiles { return try await export(tilesTo: tiles) }
        let directory = DataDirectory(data)
        try await directory.readingLog { log in
            let opener = personal ? directory.personalReader(for: log, as: reader.actor, for: reader.purpose) : nil
            guard let path else {
                var lines = Output()
                try filters.read(log, opening: opener, asking: "export") { try write($0, of: log.logID, to: &lines) }
                return try lines.flush()
            }
            try export(log, opener, to: path)
        }
    }

    private func write(_ event: OpenedEvent, of log: EventID, to lines: inout Output) throws -> Bool {
        let (recorded, withheld) = (event.recorded, event.withheld)
        try lines.line(
            cloudEvents
                ? CloudEvent.text(of: recorded, in: log, personal: personal, withheld: withheld)
                : EventLine.text(of: recorded, personal: personal, withheld: withheld))
        return true
    }

    private func export(_ log: EventLog, _ reader: PersonalReader?, to path: String) throws {
        let file = try ExportFile(at: path, replacing: force)
        defer { file.discard() }
        let stop = StopSignals()
        let progress = ProgressLine(label: "Exporting")
        defer { progress.finish() }
        var lines = Output(to: file.handle)
        var count = 0
        let head: Position
        do {
            head = try filters.read(log, opening: reader, asking: "export") { event in
                if stop.isStopped { return false }
                count += 1
                progress.update(done: count, of: nil)
                return try write(event, of: log.logID, to: &lines)
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
            "\(NumberFormat.count(count, "event")) written to \(path.printable)\n" + terminal.footer(at: head))
    }

    private func export(tilesTo folder: String) async throws {
        try await DataDirectory(data).withCRM { crm in
            let checkpoint = try crm.audit.newestCheckpoint()
            let size = try checkpoint.checkpoint(named: data.path).size
            let progress = ProgressLine(label: "Exporting")
            defer { progress.finish() }
            let count = try crm.audit.exportTiles(to: folder, checkpoint: checkpoint) {
                progress.update(done: Int(clamping: $0), of: Int(clamping: $1))
            }
            progress.finish()
            try Output.print(
                "\(NumberFormat.count(count, "file")) written to \(folder.printable)\n"
                    + Terminal.output.footer(at: Position(size)))
        }
    }
}
