import ArgumentParser
import EventLog
import Foundation
import Rapport
import Synchronization

/// `rapport import`: events from the rows of CSV files.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import CSV files, as a mapping says.",
        discussion: """
            The mapping, a YAML file, says which events a row becomes; the page Importing of the library describes it, \
            and schemas/imports holds examples. The same rows give the same events with the same ids, so an import \
            can be repeated and adds only what is new. A row that is bad or has changed is left out and reported; \
            with --strict the first bad one ends the import. Begin with a dry run:

              rapport import shop.yaml orders.csv --dry-run --data crm

            An import is taken back by its id, which it prints and rapport imports lists. What others have worked on \
            since stays, unless --force is given; the log keeps everything, and questions with --as-of show it.

              rapport import --revert imp-0123456789abcdef --dry-run --data crm
            """)

    /// Bad and changed rows shown without --all-rows.
    private static let shownRows = 20

    @OptionGroup var data: DataOptions

    @Argument(help: "The mapping.", completion: .file(extensions: ["yaml", "yml"]))
    var mapping: String?

    @Argument(help: "The CSV files, imported in this order.", completion: .file(extensions: ["csv"]))
    var files: [String] = []

    @OptionGroup(title: "Taking back") var taking: ImportRevertOptions

    @Flag(help: "Append nothing; say what would be made of the rows, or what would be reverted.")
    var dryRun = false

    @Flag(help: "Stop at the first bad row, and take an id that looks personal for one. What came before stays.")
    var strict = false

    @Flag(help: "Show every bad and every changed row, not just the first \(Self.shownRows).")
    var allRows = false

    @Flag(
        help: """
            Report in JSON: importID, rows, events by name, appended, alreadyThere, changedRows, badRows, warnings; \
            with --revert reverted, kept, and keptEvents with their reasons.
            """)
    var json = false

    @Flag(help: "Report in CSV: the events that were made, by their names in the mapping; with --revert those kept.")
    var csv = false

    func validate() throws {
        _ = try form
        if taking.revert != nil {
            guard mapping == nil, !strict, !allRows else {
                throw ValidationError("--revert takes no mapping, no files, and neither --strict nor --all-rows.")
            }
        } else {
            guard mapping != nil, !files.isEmpty else {
                throw ValidationError("Give a mapping and its CSV files, or --revert ID.")
            }
        }
    }

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func run() async throws {
        if let id = taking.revert { return try await taking.takeBack(id, data, isDry: dryRun, as: form) }
        guard let mapping else { return }
        for path in [mapping] + files where !FileManager.default.fileExists(atPath: path) {
            throw CommandFailure(.notFound, "\(path): no such file")
        }
        let directory = DataDirectory(data)
        let importer = Importer(try ImportMapping(path: mapping), options: options)
        let summary =
            dryRun
            ? try await dryRun(importer)
            : try await directory.appendingLog { try await run(importer, appendingTo: $0) }
        try form.print(summary, csv: summary.csv) { summary.text(for: $0) }
        guard summary.isStopped else { return }
        throw CommandFailure(.badInput, "stopped at the first bad row; expected none with --strict")
    }

    private var options: ImportOptions {
        var options = ImportOptions()
        options.isStrict = strict
        options.isDryRun = dryRun
        options.listedRows = allRows ? .max : Self.shownRows
        return options
    }

    private func dryRun(_ importer: Importer) async throws -> ImportSummary {
        let progress = ProgressLine(label: "Reading")
        defer { progress.finish() }
        let report = try await importer.run(files: files, observe: Self.observer(progress)) { _ in
            ImportBatchResult(appended: 0)
        }
        return ImportSummary(report, position: nil)
    }

    /// A signal ends the import before its next append; the one under way is finished.
    private func run(_ importer: Importer, appendingTo log: EventLog) async throws -> ImportSummary {
        let stop = StopSignals()
        let isStopped = stop.check
        let tally = ImportTally(head: log.head)
        let progress = ProgressLine(label: "Importing")
        defer { progress.finish() }
        do {
            let report = try await importer.run(files: files, into: log, observe: Self.observer(progress)) { events in
                if isStopped() { throw CancellationError() }
                return ImportBatchResult(appended: tally.add(try await log.append(events, known: .skip)))
            }
            return ImportSummary(report, position: tally.position)
        } catch is CancellationError {
            try stop.throwIfStopped(tally.outcome)
            throw CancellationError()
        }
    }

    private static func observer(_ progress: ProgressLine) -> @Sendable (ImportNotice) -> Void {
        { notice in
            if case .progress(let rows) = notice { progress.update(done: rows, of: nil) }
        }
    }
}

/// What has been appended so far, known to the command whatever becomes of the import.
private final class ImportTally: Sendable {
    private let tally: Mutex<AppendTally>

    init(head: Position) {
        tally = Mutex(AppendTally(head: head))
    }

    /// Answers how many of the events were new.
    func add(_ result: AppendResult) -> Int {
        tally.withLock { $0.add(result) }
        return result.appended
    }

    var outcome: String { tally.withLock { $0.outcome } }
    var position: Position { tally.withLock { $0.position } }
}
