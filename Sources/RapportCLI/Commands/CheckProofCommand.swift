import ArgumentParser
import Audit
import EventLog
import Transparency

/// `rapport check-proof`: what a file from somebody else proves.
struct CheckProofCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-proof",
        abstract: "Check a proof or a checkpoint, with nothing but the file and the verifier key.",
        discussion: """
            Says what the file proves, and what it does not, and shows the events in it. Needs no data directory. A \
            file that proves nothing ends with exit code 4, one that is no proof with 6. The verifier key must come \
            from somebody you trust, not with the file; with several, one of them must have signed.

              rapport check-proof c-1.bundle --key crm.example/acme+...
              rapport check-proof all.bundle --key ... --unpack copy

            With --unpack a range that begins at position 1 becomes a data directory of its own, of which everything \
            can be asked but sealed personal values, whose keys are not in it; a later range that goes on where it \
            ends is added to it.
            """)

    @Argument(help: "The file; with -, standard input.", completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp("The verifier key of the log, or of a cosigner (several, if repeated).", valueName: "vkey"),
        transform: { try VerifierKey($0) })
    var key: [VerifierKey]

    @Option(
        help: ArgumentHelp("Make a data directory of the events.", valueName: "dir"), completion: .directory)
    var unpack: String?

    @Flag(help: "Answer in JSON: kind, origin, size, root, signers, subject, and the events as export writes them.")
    var json = false

    @Flag(help: "Answer in CSV: the events as replay writes them; of a checkpoint origin, size, root and signers.")
    var csv = false

    @OptionGroup var logging: LoggingOptions

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func validate() throws { _ = try form }

    func run() async throws {
        logging.start()
        let proof = try ProofFile(file)
        let checked = try CheckedProof(proof, with: key)
        if let unpack { try makeDirectory(unpack, of: proof) }
        try checked.write(as: form)
    }

    private func makeDirectory(_ path: String, of proof: ProofFile) throws {
        guard case .bundle(let bundle) = proof.content else {
            throw CommandFailure(.conflict, "\(proof.name): is no bundle; expected one of a range to unpack")
        }
        let progress = ProgressLine(label: "Unpacking")
        defer { progress.finish() }
        let checked = try AuditTrail.unpack(bundle, into: path, keys: key) { position, last in
            progress.update(done: Int(clamping: position.rawValue), of: Int(clamping: last.rawValue))
        }
        progress.finish()
        Output.complain(
            "\(NumberFormat.events(checked.count)) unpacked into \(path); rapport verify --data \(path) --against "
                + "\(proof.name) compares again")
    }
}
