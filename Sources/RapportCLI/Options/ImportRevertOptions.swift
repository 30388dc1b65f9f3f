import ArgumentParser
import EventLog
import Rapport

/// Which import is taken back, why, and how far.
struct ImportRevertOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Take back the import with this id, instead of importing.", valueName: "id"))
    var revert: String?

    @Option(help: ArgumentHelp("Why it is taken back, as a short code.", valueName: "code"))
    var reason: String?

    @Flag(help: "Take back what others have worked on since, too.")
    var force = false

    @Option(
        name: .customLong("actor"),
        help: ArgumentHelp(
            "Who takes it back. Without it, RAPPORT_ACTOR in the environment, or user: and the login name.",
            valueName: "id"))
    var name: String?

    func validate() throws {
        try ReaderOptions.check(name, as: "--actor", nil)
        if let revert, revert.isEmpty { throw ValidationError("--revert takes the id of an import, not nothing.") }
        if let reason {
            let scalars = reason.unicodeScalars
            guard (1...64).contains(scalars.count), reason.printable == reason,
                !scalars.contains(where: { $0.properties.isWhitespace })
            else {
                throw ValidationError(
                    "--reason takes a short code: 1 to 64 characters, without spaces and controls.")
            }
        }
        guard revert != nil || (reason == nil && !force && name == nil) else {
            throw ValidationError("--reason, --force and --actor are for --revert.")
        }
    }

    /// Takes the import back, and says what came of it.
    ///
    /// - Parameter isDry: only says what would come of it.
    func takeBack(_ id: String, _ data: DataOptions, isDry: Bool, as form: AnswerForm) async throws {
        let directory = DataDirectory(data)
        try directory.requireNoAccessLog()
        let provenance = Provenance(actor: ReaderOptions.actor(name), source: "rapport import --revert")
        let report = try await directory.withCRM(readOnly: isDry) { crm in
            if !isDry { try directory.requireWritable(crm.log) }
            return try await crm.revertImport(
                id, reason: reason ?? "", force: force, dryRun: isDry, provenance: provenance)
        }
        try form.print(report, csv: report.csv) { report.text(for: $0) }
    }
}
