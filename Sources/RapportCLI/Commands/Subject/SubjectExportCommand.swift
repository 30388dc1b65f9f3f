import ArgumentParser
import Audit
import EventLog
import Foundation
import LMDB
import Rapport

/// `rapport subject export`: everything about a person, for the person.
struct SubjectExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write everything about a person into a folder: an access request, or a copy to take along.",
        discussion: """
            The folder holds person.json (what is known, where it comes from, consents, who has seen it), events.jsonl \
            (every event, one a line, in the form of export), proof.bundle (when a checkpoint was signed) and \
            README.txt, which says what is what. Values of other persons are left out.

              rapport subject export C-1 --to /tmp/c-1 --data crm

            The SHA-256 of person.json is printed for rapport subject answer --artefact. That the values were handed \
            out is noted in the access log. The folder must not be there yet, nor lie in a data directory.
            """)

    @Argument(help: PersonArgument.help)
    var id: PersonArgument

    @OptionGroup var data: DataOptions
    @OptionGroup var reader: ReaderOptions

    @Option(help: ArgumentHelp("The folder to make.", valueName: "dir"), completion: .directory)
    var to: String

    @Flag(help: "Only this id, and not the others of the same person.")
    var only = false

    @Flag(help: "Answer in JSON: folder, events, sha256, proof and position.")
    var json = false

    @Flag(help: "Answer in CSV, with the values of --json.")
    var csv = false

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func validate() throws { _ = try form }

    func run() async throws {
        let folder = try PersonFolder(at: to)
        let report = try await DataDirectory(data).withCRM { crm in
            if !crm.log.isReadOnly { try await crm.finishReceipts() }
            let export = try await crm.exportPerson(id.tag, only: only, as: reader.actor)
            return try folder.write(export)
        }
        try form.print(report, csv: report.csv) { report.text(for: $0) }
    }
}

/// What `subject export` has written; the shape of its JSON.
struct PersonExportReport: Codable, Equatable {
    let folder: String
    let events: Int
    /// Of person.json.
    let sha256: String
    /// Whether there is a proof.
    let proof: Bool
    let position: Position

    func text(for terminal: Terminal) -> String {
        "\(NumberFormat.count(events, "event")) written to \(folder.printable)\(proof ? ", with a proof" : "")\n"
            + "sha256 of person.json: \(sha256)\n" + terminal.footer(at: position)
    }

    var csv: CSVTable {
        var table = CSVTable(columns: ["folder", "events", "sha256", "proof", "position"])
        table.append(folder, events, sha256, proof, position)
        return table
    }
}

/// A new folder for what is known of a person.
private struct PersonFolder {
    let path: String

    /// - Throws: ``CommandFailure`` when something is there, or it would lie in a data directory.
    init(at path: String) throws {
        guard (try? FileManager.default.attributesOfItem(atPath: path)) == nil else {
            throw CommandFailure(.conflict, "\(path): is there already; expected a folder to make")
        }
        let whole = URL(filePath: path).standardizedFileURL
        var folder = whole.deletingLastPathComponent().resolvingSymlinksInPath().path
        while let slash = folder.lastIndex(of: "/") {
            guard !FileManager.default.fileExists(atPath: folder + "/log/data.mdb") else {
                throw CommandFailure(
                    .notPermitted,
                    "\(path): lies in the data directory \(folder), whose copies would hold personal values in clear; "
                        + "expected another place")
            }
            folder = String(folder[..<slash])
        }
        self.path = whole.path
    }

    /// Writes the files; of an export that fails nothing stays.
    func write(_ export: PersonExport) throws -> PersonExportReport {
        try DurableFile.createDirectory(path)
        do {
            let sha256 = try writeFiles(export)
            return PersonExportReport(
                folder: path, events: export.events.count, sha256: sha256, proof: export.proof != nil,
                position: export.record.position)
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    /// Answers the SHA-256 of the record.
    private func writeFiles(_ export: PersonExport) throws -> String {
        let record = Array((try Output.jsonText(of: export.record) + "\n").utf8)
        try DurableFile.replace(path + "/person.json", with: record)
        try stream(to: "events.jsonl") { output in
            for event in export.events {
                try output.line(
                    EventLine.text(of: event.recorded, personal: true, withheld: event.withheld))
            }
        }
        if let proof = export.proof {
            try stream(to: "proof.bundle") { output in
                try proof.write { try output.verbatim($0) }
            }
        }
        try DurableFile.replace(path + "/README.txt", with: Array(explanation(of: export).utf8))
        return Hash256.sha256(of: record.rawSpan).hex
    }

    private func stream(to name: String, _ body: (inout Output) throws -> Void) throws {
        let file = try ExportFile(at: path + "/" + name, replacing: false)
        defer { file.discard() }
        var output = Output(to: file.handle)
        do {
            try body(&output)
            try output.flush()
            try file.finish()
        } catch {
            throw file.failure(error)
        }
    }

    private func explanation(of export: PersonExport) -> String {
        let record = export.record
        let proof =
            export.proof == nil
            ? "There is no proof.bundle: \(export.whyNoProof ?? "none could be made")."
            : """
            proof.bundle
              Proves that the events up to the newest signed checkpoint are in the log as they are, to whoever has the
              verifier key of the operator: rapport check-proof proof.bundle --key KEY. It holds no personal values, and
              does not prove that no event is missing.
            """
        return """
            What is known of \(record.ids.all.map(\.text).joined(separator: ", ")), at \(record.exportedAt).

            person.json
              What is known now: each value with the event that it comes from, when it became true and when it was
              recorded; what was allowed, asked for, restricted or erased; who was shown personal values, what for and
              in which hour; where the events came from; how long data is kept. Form: \(record.form).

            events.jsonl
              Every event about the person (\(export.events.count)), one JSON object a line, the oldest first: its
              position in the log, when it was recorded, when it happened, its type, what it is about (tags), its data,
              and under subjects the personal values ("personal"). "withheld" says why one is not shown. Values of
              other persons are left out.

            \(proof)

            Times are in UTC. Amounts are in minor units, as cents.

            """
    }
}
