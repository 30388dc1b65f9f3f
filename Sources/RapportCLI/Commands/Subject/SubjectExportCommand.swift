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
            out is noted in the access log. The folder must not be there yet, nor lie in a data directory. Where a \
            value cannot be opened, and the person is not erased, the export says so and is not complete: exit code 1.
            """)

    @Argument(help: PersonArgument.help)
    var id: PersonArgument

    @OptionGroup var data: DataOptions
    @OptionGroup var reader: ActorOptions

    @Option(help: ArgumentHelp("The folder to make.", valueName: "dir"), completion: .directory)
    var to: String

    @Flag(help: "Only this id, and not the others of the same person.")
    var only = false

    @Flag(help: "Answer in JSON: folder, events, sha256, proof, withheld (parts by reason) and position.")
    var json = false

    @Flag(help: "Answer in CSV, with the values of --json.")
    var csv = false

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func validate() throws {
        _ = try form
        guard !to.isEmpty else { throw ValidationError("--to takes a folder to make, not nothing.") }
    }

    func run() async throws {
        let folder = try PersonFolder(at: to)
        let directory = DataDirectory(data)
        try directory.requireNoAccessLog()
        let report = try await directory.withCRM { crm in
            if !crm.log.isReadOnly { try await crm.finishReceipts() }
            let export = try await crm.exportPerson(id.tag, only: only, as: reader.actor)
            return try folder.write(export)
        }
        try form.print(report, csv: report.csv) { report.text(for: $0) }
        try report.requireComplete()
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
    /// How many personal parts are not in it, by the reason; those of erased persons do not count.
    let withheld: [String: Int]
    let position: Position

    func text(for terminal: Terminal) -> String {
        let lack = withheld.isEmpty ? "" : terminal.styled("not complete", .red) + ": \(withheld.partsWithheld)\n"
        return "\(NumberFormat.count(events, "event")) written to \(folder.printable)\(proof ? ", with a proof" : "")\n"
            + lack + "sha256 of person.json: \(sha256)\n" + terminal.footer(at: position)
    }

    var csv: CSVTable {
        var table = CSVTable(columns: ["folder", "events", "sha256", "proof", "withheld", "position"])
        table.append(folder, events, sha256, proof, withheld.values.reduce(0, +), position)
        return table
    }

    /// - Throws: ``CommandFailure`` when values of the person are not in it.
    func requireComplete() throws {
        guard !withheld.isEmpty else { return }
        throw CommandFailure(.failure, "\(folder): the export is not complete: \(withheld.partsWithheld)")
    }
}

extension [String: Int] {
    /// `3 personal parts withheld (key missing)`.
    fileprivate var partsWithheld: String {
        let count = NumberFormat.count(values.reduce(0, +), "personal part")
        return "\(count) withheld (\(keys.sorted().joined(separator: ", ")))"
    }
}

extension PersonExport {
    /// How many parts about the person are not shown although the person is not erased, by the reason.
    fileprivate var withheldParts: [String: Int] {
        var counts: [String: Int] = [:]
        for reason in events.flatMap(\.withheld.values) where reason != .erased {
            counts[reason.rawValue, default: 0] += 1
        }
        return counts
    }
}

/// A new folder for what is known of a person.
private struct PersonFolder {
    let path: String

    /// - Throws: ``CommandFailure`` when something is there, or it would lie in a data directory.
    init(at path: String) throws {
        guard (try? FileManager.default.attributesOfItem(atPath: path)) == nil else {
            throw Self.isThere(path)
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
        try make()
        do {
            let sha256 = try writeFiles(export)
            return PersonExportReport(
                folder: path, events: export.events.count, sha256: sha256, proof: export.proof != nil,
                withheld: export.withheldParts, position: export.record.position)
        } catch {
            takeAway()
            throw error
        }
    }

    /// Makes the folder; one that somebody else makes meanwhile is not taken for it.
    private func make() throws {
        try DurableFile.createDirectory(URL(filePath: path).deletingLastPathComponent().path)
        do throws(LMDBError) {
            try DurableFile.makeDirectory(path)
        } catch {
            guard error.kind == .system(EEXIST) else { throw error }
            throw Self.isThere(path)
        }
    }

    private static func isThere(_ path: String) -> CommandFailure {
        CommandFailure(.conflict, "\(path): is there already; expected a folder to make")
    }

    private static let names = ["person.json", "events.jsonl", "proof.bundle", "README.txt"]

    /// Takes away the files that were written and, if it holds nothing else, the folder.
    private func takeAway() {
        for name in Self.names.flatMap({ [$0, $0 + ".new", $0 + ".part"] }) {
            try? FileManager.default.removeItem(atPath: path + "/" + name)
        }
        guard let rest = try? FileManager.default.contentsOfDirectory(atPath: path), rest.isEmpty else { return }
        try? FileManager.default.removeItem(atPath: path)
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
        let withheld = export.withheldParts
        let lack =
            withheld.isEmpty
            ? ""
            : "THIS IS NOT COMPLETE: \(withheld.partsWithheld). events.jsonl says where.\n\n"
        return lack
            + """
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
