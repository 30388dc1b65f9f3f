import ArgumentParser
import Sealing

/// `rapport keys backup`: a copy of the key store.
struct KeysBackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the keys into a folder of their own.",
        discussion: """
            `rapport backup` copies the log, whose personal values are sealed; this copies the keys that open them. \
            The master key is in neither. All three together bring everything back, and each two are worth nothing to \
            a thief, so keep them apart.

              rapport keys backup /mnt/keys/2017-05-31 --data crm

            The folder must not be there yet. A backup of keys opens what was erased after it was made: remove each \
            one after 30 days at most. A person is out of reach only when the last backup with their keys is gone.
            """)

    @Argument(
        help: ArgumentHelp("The folder to make, outside of the data directory.", valueName: "folder"),
        completion: .directory)
    var folder: String

    @OptionGroup var data: DataOptions

    @OptionGroup var masterKey: MasterKeyOptions

    @Flag(help: "Answer in JSON: logId, head, epoch, keys, persons, erased, replayedTo, bytes and pendingErasures.")
    var json = false

    @Flag(help: "Answer in CSV, with the values of --json.")
    var csv = false

    func validate() throws { _ = try form }

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func run() async throws {
        let report = try DataDirectory(data).withKeys(masterKey.source) { store, log in
            try store.backup(to: folder)
            return try KeysReport(of: store, in: log)
        }
        try form.print(report, csv: report.csv) { terminal in
            """
            \(report.facts.keysText) copied into \(folder)
            Keep it apart from the backups of the log, and 30 days at most: it opens what is erased from now on, too.
            The master key is not in it; without the master key it opens nothing.
            \(terminal.footer(at: report.head))
            """
        }
    }
}
