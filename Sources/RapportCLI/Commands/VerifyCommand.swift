import ArgumentParser
import Audit
import EventLog
import Projection
import Rapport

/// `rapport verify`: whether the files are sound.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every file and every event of the log, and what is derived from it.",
        discussion: """
            First the pages of each file, without trusting them. Then, in a process of its own, all that is in them: \
            positions without gaps, each event's shape, checksum, time, type, tags and id; the index on disk against \
            the log; the checksum of each row of the read models. Ends with exit code 4 and the first damage if \
            anything is wrong. Changes nothing.

              rapport verify --data crm

            Whoever can write to the files can write checksums that match. So every event is hashed, too, and compared \
            with the hash tree and with each checkpoint stored beside it (checkpoint): what was edited, dropped, \
            inserted or swapped is named by its position. Somebody who rewrites the log and all of that is found out \
            by a checkpoint that was kept elsewhere:

              rapport verify --data crm --against acme.note

            --schemas asks something else: whether this program can still read every event that is stored.
            """)

    @OptionGroup var data: DataOptions

    @Option(
        help: ArgumentHelp(
            "A checkpoint that was kept elsewhere: a file with a note or a proof, or SIZE:ROOT (all, if repeated).",
            valueName: "file"),
        completion: .file())
    var against: [String] = []

    @Flag(
        help: """
            Answer in JSON: logId, position and, if sound, bytes, partsInClear, root and treeSize of the hash tree, \
            and how many checkpoints agree; else damage, and of a damaged file its name, page and what is wrong.
            """)
    var json = false

    @Flag(help: "Answer in CSV, with the values of --json.")
    var csv = false

    @Flag(help: "Decode every stored event with the schemas of this program instead.")
    var schemas = false

    @Flag(help: .hidden)
    var reading = false

    func validate() throws {
        _ = try form
        guard !schemas || against.isEmpty else {
            throw ValidationError("--schemas and --against are different checks; give one of them.")
        }
    }

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func run() async throws {
        if reading { return try await VerifyingProcess.read(data, Self.models, against: against) }
        let directory = DataDirectory(data)
        try directory.requireLog()
        if schemas { return try await SchemaCheck.run(in: directory, as: form) }
        // What cannot be read is told before the work begins.
        for argument in against { _ = try RememberedCheckpoint(argument: argument) }
        let verdict = try verify()
        // What is wrong is told to people as a failure.
        if json || csv || verdict.damage == nil {
            try form.print(verdict, csv: verdict.csv) { verdict.text(for: $0) }
        }
        if let complaint = verdict.complaint { throw CommandFailure(.damaged, complaint) }
    }

    /// Those whose pages can be looked at before the log is read, which defines others.
    private static let models = Rapport.readModels

    private func verify() throws -> Verdict {
        let progress = ProgressLine(label: "Checking pages")
        defer { progress.finish() }
        do {
            try EventLog.checkPages(at: data.path) { progress.update(done: $0, of: $1) }
            try ReadModelFiles(of: Self.models, at: data.path).checkPages { progress.update(done: $0, of: $1) }
        } catch let damage as DamagedFile {
            return Verdict(damage)
        }
        progress.finish()
        return try VerifyingProcess.run(data.path, against: against)
    }
}
