import ArgumentParser
import EventLog
import Rapport

/// `rapport imports`: which imports the log has.
struct ImportsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "imports",
        abstract: "Show the imports of the log, by which rapport import --revert takes one back.",
        discussion: """
            One line for each import, the first one first: its id, where its rows come from, when it began, its files, \
            rows, bad rows and the events it has appended. One that has no end was interrupted, or is still running; \
            the same command once more brings it to its end.

              rapport imports --data crm
              rapport imports --json --data crm
            """)

    @OptionGroup var data: DataOptions

    @Flag(help: "Answer in JSON: the imports with their files and the SHA-256 of these, and the position.")
    var json = false

    @Flag(help: "Answer in CSV: a row for each import.")
    var csv = false

    func validate() throws { _ = try form }

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func run() async throws {
        let list = try await DataDirectory(data).readingLog { log in
            let position = log.head
            return ImportList(imports: try RecordedImport.all(in: log), position: position)
        }
        try form.print(list, csv: list.csv) { list.text(for: $0) }
    }
}

/// The imports of a log; the shape of their JSON.
struct ImportList: Codable, Equatable {
    /// In the order in which they began.
    let imports: [RecordedImport]
    /// The position that the answer is of.
    let position: Position

    /// One line for each, for people.
    func text(for terminal: Terminal) -> String {
        if imports.isEmpty { return "No imports.\n" + terminal.footer(at: position) }
        var table = TextTable(columns: [
            .whole("Import"), .init("Source"), .whole("Began"), .init("Files"), .init("Rows", .right),
            .init("Bad", .right), .init("Events", .right), .init(""),
        ])
        for item in imports {
            let figures = [item.outcome?.rows, item.outcome?.badRows, item.outcome?.appended].map { figure in
                figure.map { NumberFormat.integer($0) } ?? NumberFormat.none
            }
            let files = item.files.map(\.name).joined(separator: ", ")
            table.append(
                row: [item.importID, item.source, item.recordedAt.description, files] + figures + [item.state])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + "\n"
            + terminal.footer(at: position)
    }

    /// One line for each.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "importID", "source", "recordedAt", "position", "files", "rows", "badRows", "appended", "completedPosition",
            "revertedPosition", "revertReason", "kept",
        ])
        for item in imports {
            table.append(
                item.importID, item.source, item.recordedAt, item.position,
                item.files.map(\.name).joined(separator: ", "), item.outcome?.rows, item.outcome?.badRows,
                item.outcome?.appended, item.outcome?.position, item.revert?.position, item.revert?.reason,
                item.revert?.kept)
        }
        return table
    }
}

extension RecordedImport {
    /// What is to be said of it, in a few words.
    fileprivate var state: String {
        guard let revert else { return outcome == nil ? "interrupted" : "" }
        let kept = revert.kept == 0 ? "" : ", \(NumberFormat.count(revert.kept, "event")) kept"
        return "reverted at \(revert.position)\(kept)"
    }
}
