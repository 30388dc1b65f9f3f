import ArgumentParser
import EventLog

/// `rapport append`: events from lines of JSON.
struct AppendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append",
        abstract: "Append events, given as lines of JSON.",
        discussion: """
            Each line is one event: its type (a type of the catalogue may go without "rapport.crm.v1."), the tags of \
            what it is about, and its data. An event of the catalogue needs the tag of the customer, lead, \
            opportunity, pipeline, order (and its customer), case, survey or invitation that it is about. Your own \
            types have a namespace, as shop.ParcelSent, and any object as data. An event without "id" gets a new one, \
            without "occurredAt" the present time. Personal fields stand apart: \
            "subjects": [{"id": "customer:C-1", "personal": {...}}].

              echo '{"type": "OpportunityWon", "tags": ["opportunity:O-7"]}' |
                rapport append --data crm

            Events go in batches, each all or nothing and durable before the next; a bad line ends the command, and \
            its batch is not appended. Events that are in the log already (same id and content) are passed over, so a \
            file can be appended again after any failure. With --atomic or a condition all events go together.
            """)

    @OptionGroup var data: DataOptions

    @Argument(help: "The file; without it, or with -, standard input.", completion: .file())
    var file: String?

    @Flag(help: "Append all events together or none, at most 10,000; also none if some are in the log already.")
    var atomic = false

    @Option(help: ArgumentHelp("Append nothing if an event has this tag (all of them, if repeated).", valueName: "tag"))
    var failIfTag: [Tag] = []

    @Option(help: ArgumentHelp("Look only at events after this position for --fail-if-tag.", valueName: "position"))
    var after: Position?

    @Option(help: ArgumentHelp("How many events go in one batch, 1 to 10,000.", valueName: "count"))
    var batch = 1000

    @Flag(help: "Print the position of each event, in the order of the lines, as soon as it is durable.")
    var positions = false

    @Flag(help: "Print the summary as JSON: appended, known, and the last position.")
    var json = false

    @Flag(help: "Print the summary as CSV, with the values of --json.")
    var csv = false

    func validate() throws {
        _ = try form
        guard (1...Limits.eventsPerAppend).contains(batch) else {
            throw ValidationError("--batch takes 1 to \(Limits.eventsPerAppend) events, not \(batch).")
        }
        guard after == nil || !failIfTag.isEmpty else { throw ValidationError("--after needs --fail-if-tag.") }
    }

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    private var isTogether: Bool { atomic || !failIfTag.isEmpty }

    func run() async throws {
        let input = try LineReader(path: file)
        // One event too many, so that the log refuses what does not fit one append.
        let size = isTogether ? Limits.eventsPerAppend + 1 : batch
        let tally = try await DataDirectory(data).appendingLog { log in
            let batches = EventBatches(input, name: file ?? "standard input", size: size)
            return try await append(batches, to: log)
        }
        if !positions { try form.print(tally, csv: tally.csv) { tally.text(for: $0) } }
    }

    private func append(_ batches: EventBatches, to log: EventLog) async throws -> AppendTally {
        let stop = StopSignals { batches.stop() }
        var tally = AppendTally(head: log.head)
        do {
            let condition = try condition()
            for try await batch in batches.stream {
                if stop.isStopped { break }
                batches.makeRoom()
                let result = try await append(batch, to: log, condition)
                tally.add(result)
                if positions { try Output.print(result.positions.map(\.description).joined(separator: "\n")) }
            }
        } catch {
            if tally.total == 0 { throw error }
            throw CommandFailure(ExitStatus(of: error), "\(error); \(tally.outcome)")
        }
        try stop.throwIfStopped(tally.outcome)
        return tally
    }

    private func append(
        _ batch: EventBatches.Batch, to log: EventLog, _ condition: AppendCondition?
    ) async throws -> AppendResult {
        do {
            return try await log.append(batch.events, condition: condition, known: isTogether ? .refuse : .skip)
        } catch {
            throw CommandFailure(at: batch.place, error)
        }
    }

    private func condition() throws -> AppendCondition? {
        if failIfTag.isEmpty { return nil }
        return AppendCondition(failIfMatches: try Query(tags: failIfTag), after: after)
    }
}

/// What has come of appending so far.
struct AppendTally: Codable, Equatable {
    /// Events written.
    private(set) var appended = 0
    /// Events that were in the log already.
    private(set) var known = 0
    /// The last position that belongs to one of them; the head before where there are none.
    private(set) var position: Position

    init(head: Position) {
        position = head
    }

    var total: Int { appended + known }

    mutating func add(_ result: AppendResult) {
        appended += result.appended
        known += result.positions.count - result.appended
        position = max(position, result.last)
    }

    /// For a command that was stopped on the way.
    var outcome: String { "\(NumberFormat.integer(total)) of its events are in the log" }

    func text(for terminal: Terminal) -> String {
        "\(NumberFormat.integer(appended)) appended, \(NumberFormat.integer(known)) in the log already\n"
            + terminal.footer(at: position)
    }

    var csv: CSVTable {
        var table = CSVTable(columns: ["appended", "known", "position"])
        table.append(appended, known, position)
        return table
    }
}
