import ArgumentParser
import Sealing

/// `rapport keys status`: what the key store holds.
struct KeysStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how many keys there are, of how many persons, and who is erased.",
        discussion: """
            Looks and changes nothing, and needs no master key. With --check it tries whether the master key opens the \
            keys: a wrong one ends with exit code 3, a missing one with 2.

              rapport keys status --data crm --check

            Erasures that stand in the log and are not carried out in the keys come from an old backup of the keys, or \
            from a process that was killed. The next command that writes carries them out before anything else.
            """)

    @OptionGroup var data: DataOptions

    @OptionGroup var masterKey: MasterKeyOptions

    @Flag(help: "Try whether the master key opens the keys.")
    var check = false

    @Flag(
        help: """
            Answer in JSON: logId, head, epoch, keys, persons, erased, replayedTo, bytes, pendingErasures and, with \
            --check, opens.
            """)
    var json = false

    @Flag(help: "Answer in CSV, with the values of --json.")
    var csv = false

    func validate() throws { _ = try form }

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func run() async throws {
        let report = try DataDirectory(data).readingKeys(masterKey.source) { store, log in
            if check { _ = try store.blindIndexKey() }
            return try KeysReport(of: store, in: log, opens: check ? true : nil)
        }
        try form.print(report, csv: report.csv) { report.text(for: $0) }
    }
}
