import EventLog
import Rapport

/// `verify --schemas`: whether every stored event still decodes with the code of today.
struct SchemaCheck: Encodable, Equatable {
    let logId: EventID
    /// Every event up to here was looked at.
    let position: Position
    /// By type, then schema revision.
    let types: [SchemaTally]
    /// Why the check fails, in one line; nil when everything decodes.
    let complaint: String?

    init(_ report: SchemaReport, of log: EventLog) {
        logId = log.logID
        position = report.position
        types = report.types
        complaint = Self.complaint(of: report, path: log.path)
    }

    /// Goes over the log that is here and prints what it has found.
    ///
    /// - Throws: ``CommandFailure`` with exit code 4 when a stored event does not decode.
    static func run(in directory: DataDirectory, as form: AnswerForm) async throws {
        try await directory.readingLog { log in
            let progress = ProgressLine(label: "Decoding")
            defer { progress.finish() }
            let personal = PersonalData(of: log)
            defer { personal.close() }
            let report = try SchemaGate.check(log, opening: personal) {
                progress.update(done: Int(clamping: $0.rawValue), of: Int(clamping: $1.rawValue))
            }
            progress.finish()
            let check = SchemaCheck(report, of: log)
            try form.print(check, csv: check.csv) { check.text(for: $0) }
            if let complaint = check.complaint { throw CommandFailure(.damaged, complaint) }
        }
    }

    private static func complaint(of report: SchemaReport, path: String) -> String? {
        guard let (tally, problem) = report.firstProblem else { return nil }
        let verb = report.undecodable == 1 ? "does" : "do"
        return "\(path): \(NumberFormat.count(report.undecodable, "stored event")) \(verb) not decode; the first is "
            + "\(tally.type), schema revision \(tally.schemaRevision), at position \(problem.position): "
            + problem.reason
    }
}

// MARK: - For people and spreadsheets

extension SchemaCheck {
    /// One line for each type and schema revision, with its first problem.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "type", "schemaRevision", "origin", "events", "decoded", "newer", "undecodable", "untagged", "first",
            "firstUntagged", "firstUndecodable", "reason",
        ])
        for tally in types {
            table.append(
                tally.type, tally.schemaRevision, tally.origin.rawValue, tally.events, tally.decoded, tally.newer,
                tally.undecodable, tally.untagged, tally.first, tally.firstUntagged, tally.problems.first?.position,
                tally.problems.first?.reason)
        }
        return table
    }

    /// The table, then what is wrong, event by event.
    func text(for terminal: Terminal) -> String {
        if types.isEmpty { return "No events.\n" + terminal.footer(at: position) }
        return ([table(for: terminal)] + problems + lacks).joined(separator: "\n") + "\n"
            + terminal.footer(at: position)
    }

    private func table(for terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .whole("Type"), .init("Revision", .right), .init("Of"), .init("Events", .right), .init("Decoded", .right),
            .init("Newer", .right), .init("Undecodable", .right), .init("Untagged", .right),
        ])
        for tally in types {
            let counts = [tally.decoded, tally.newer, tally.undecodable, tally.untagged]
            let cells = counts.map { tally.origin == .catalogue ? NumberFormat.integer($0) : NumberFormat.none }
            let head = [
                Self.shortName(of: tally), String(tally.schemaRevision), tally.origin.rawValue,
                NumberFormat.integer(tally.events),
            ]
            table.append(row: head + cells)
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    private var problems: [String] {
        types.flatMap { tally -> [String] in
            let rest = tally.undecodable - tally.problems.count
            let name = Self.shortName(of: tally)
            let listed = tally.problems.map { problem in
                "position \(problem.position), \(name), schema revision \(tally.schemaRevision): "
                    + problem.reason.printable
            }
            return listed + (rest > 0 ? ["and \(NumberFormat.integer(rest)) more of \(name)"] : [])
        }
    }

    private var lacks: [String] {
        types.compactMap { tally in
            tally.firstUntagged.map { position -> String in
                let name = Self.shortName(of: tally)
                return "\(NumberFormat.count(tally.untagged, "event")) of \(name) without the tag of what it is "
                    + "about, the first at position \(position): no read model finds them by it"
            }
        }
    }

    /// The name without the package of the catalogue.
    private static func shortName(of tally: SchemaTally) -> String {
        let isOfCatalogue = tally.origin == .catalogue
        return (isOfCatalogue ? String(tally.type.dropFirst(EventCatalogue.package.count)) : tally.type).printable
    }
}
