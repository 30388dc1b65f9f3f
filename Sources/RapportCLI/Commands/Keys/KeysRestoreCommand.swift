import ArgumentParser
import EventLog
import Rapport
import Sealing

/// `rapport keys restore`: a key store made of a backup of one.
struct KeysRestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring back the keys from a backup of them.",
        discussion: """
            The data directory has its log, and no keys: one that `rapport restore` has made, or whose folder keys is \
            lost. Keys of another log are refused.

              rapport restore /mnt/backup/crm --into crm
              rapport keys restore /mnt/keys/2017-05-31 --data crm

            Whoever was erased after the backup was made stays erased: the log says so, and their keys are destroyed \
            before anything is answered, for which the master key is needed. Personal values whose keys are newer than \
            the backup stay closed, and are shown as `key missing`.

            A log that was restored with --fork is another log, which these keys do not open.
            """)

    @Argument(
        help: ArgumentHelp("The folder of the backup.", valueName: "folder"), completion: .directory)
    var folder: String

    @OptionGroup var data: DataOptions

    @OptionGroup var masterKey: MasterKeyOptions

    @Flag(
        help: """
            Answer in JSON: logId, head, epoch, keys, persons, erased, replayedTo, bytes, pendingErasures and \
            erasedAgain.
            """)
    var json = false

    @Flag(help: "Answer in CSV, with the values of --json.")
    var csv = false

    func validate() throws { _ = try form }

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func run() async throws {
        let directory = DataDirectory(data)
        let report = try directory.withPersonalData(masterKey.source) { personal, log in
            try directory.requireOwn(log)
            try KeyStore.restore(from: folder, into: directory.path, logID: log.logID)
            let store = try directory.keys(of: personal)
            let erased = KeyStoreFacts(try store.status()).erased
            try eraseAgain(in: directory, personal, log)
            return try KeysReport(
                of: store, in: log, erasedAgain: max(0, KeyStoreFacts(try store.status()).erased - erased))
        }
        try form.print(report, csv: report.csv) { report.text(for: $0) }
    }

    /// Carries out what was erased after the backup was made.
    private func eraseAgain(in directory: DataDirectory, _ personal: PersonalData, _ log: EventLog) throws {
        do {
            try personal.replayErasures(in: log)
        } catch {
            throw CommandFailure(
                ExitStatus(of: error),
                "\(directory.path): the keys are back, but who was erased after their backup is not erased in them "
                    + "again: \(error). The next command that writes does that first")
        }
    }
}

extension DataDirectory {
    /// - Throws: ``CommandFailure`` when the log that is here is a backup, or cannot be written: keys that came back
    ///   could not be destroyed there.
    fileprivate func requireOwn(_ log: EventLog) throws {
        guard log.isBackup else { return try requireWritable(log) }
        throw CommandFailure(
            .notPermitted,
            "\(path): a backup of a log, which keys are kept apart from; expected a data directory; restore makes one "
                + "of it")
    }
}
