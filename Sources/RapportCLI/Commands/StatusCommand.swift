import ArgumentParser
import Rapport

/// `rapport status`: the log and how far what is derived from it has come.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the log and how far the read models have come.",
        discussion: """
            Looks and changes nothing: read models that are behind are brought up to date by the next question, or by \
            a process that follows; the first question builds them. The digest of a read model is over its rows \
            alone; the same log always gives the same digest, however often its rows are built.

              rapport status --data crm --digest

            With --watch it looks again and again, and tells the rate at which events come in, whichever process \
            appends them. A terminal is redrawn; elsewhere each look is a line, and with --json an object on a line. \
            Ctrl-C ends it, with exit code 0. With --csv it is the read models without --watch, and the log, a row for \
            each look, with it.

              rapport status --data crm --watch 5
            """)

    @OptionGroup var data: DataOptions

    @Flag(help: "Show the digest of each read model, which reads all its rows.")
    var digest = false

    @Option(
        defaultAsFlag: 2.0, parsing: .next,
        help: ArgumentHelp("Look again every so many seconds, until Ctrl-C.", valueName: "seconds"))
    var watch: Double?

    @Flag(
        help: """
            Answer in JSON: time, logId, head, bytes, mapBytes, freeBytes, notIndexed, readers, oldestReaderLag, \
            readModels and, of a backup, takenAt, when watching, eventsPerSecond, else keyStore, where there is one.
            """)
    var json = false

    @Flag(
        help: """
            Answer in CSV: name, version, position, lag, state, failure and digest of each read model; when watching, \
            the values of --json but logId, and how many events each read model lags.
            """)
    var csv = false

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func validate() throws {
        _ = try form
        guard let watch else { return }
        guard watch >= 0.1, watch <= 86_400 else {
            throw ValidationError("--watch takes 0.1 to 86,400 seconds, not \(watch).")
        }
        guard !digest else { throw ValidationError("--digest reads all rows: too much for --watch.") }
    }

    func run() async throws {
        if let watch {
            let form = try form
            return try await DataDirectory(data).withCRM(readOnly: true) { crm in
                try await StatusWatch(crm: crm, interval: .seconds(watch), form: form).run()
            }
        }
        let status = try await DataDirectory(data).withCRM(readOnly: true) { crm in
            try LogStatus(crm, digests: digest, keys: true)
        }
        try form.print(status, csv: status.csv) { status.text(for: $0) }
    }
}
