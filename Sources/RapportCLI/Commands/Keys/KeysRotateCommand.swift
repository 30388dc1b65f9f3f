import ArgumentParser
import Foundation
import Sealing

/// `rapport keys rotate`: another master key.
struct KeysRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Put the keys under another master key.",
        discussion: """
            The master key seals one key, under which all others are sealed. A new one is made, under the other master \
            key, and all keys are sealed anew under it: the more keys, the longer it takes, and the folder needs room \
            for both. Nothing of the log changes. The master key that is in use already is refused (exit code 3).

              rapport keys new /etc/rapport/master-2.key
              rapport keys rotate --to /etc/rapport/master-2.key --data crm

            From then on only the other master key opens the keys of this data directory: start every program with it. \
            Backups of keys that were made before still need the old one, and whoever has both still opens them. \
            Make a new backup, then destroy every copy of the old master key: what is left of the keys anywhere, in \
            backups, snapshots or on the disk itself, opens nothing any more.
            """)

    @OptionGroup var data: DataOptions

    @OptionGroup var masterKey: MasterKeyOptions

    @Option(
        help: ArgumentHelp("The file with the other master key, made by `rapport keys new`.", valueName: "file"),
        completion: .file())
    var to: String

    @Flag(help: "Answer in JSON: logId, head, epoch, keys, persons, erased, replayedTo, bytes and pendingErasures.")
    var json = false

    @Flag(help: "Answer in CSV, with the values of --json.")
    var csv = false

    func validate() throws { _ = try form }

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func run() async throws {
        let directory = DataDirectory(data)
        let other = try LocalMasterKey(file: to, dataDirectory: directory.path)
        try requireOther(other, in: directory)
        let report = try directory.withKeys(masterKey.source) { store, log in
            try store.rotate(to: other)
            return try KeysReport(of: store, in: log)
        }
        try form.print(report, csv: report.csv) { terminal in
            """
            \(report.facts.keysText) are under the master key in \(to); the one before opens them no longer.
            Start every program with
              export RAPPORT_MASTER_KEY_FILE=\(URL(filePath: to).standardizedFileURL.path)
            Backups of keys that were made before still need the old master key.
            \(terminal.footer(at: report.head))
            """
        }
    }

    /// - Throws: ``CommandFailure`` when it is the master key that the keys are under now.
    private func requireOther(_ other: LocalMasterKey, in directory: DataDirectory) throws {
        do {
            _ = try directory.readingKeys(.key(other)) { store, _ in try store.blindIndexKey() }
        } catch let refusal as MasterKeyRefusal where refusal.reason == .wrongKey {
            return
        }
        throw CommandFailure(
            .conflict, "\(to): is the key in use already; expected another one, which `rapport keys new` makes")
    }
}
