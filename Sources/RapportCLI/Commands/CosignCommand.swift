import ArgumentParser
import Audit
import EventLog
import Transparency

/// `rapport cosign`: a second party's signature on a checkpoint.
struct CosignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cosign",
        abstract: "Put a second party's signature to a checkpoint of somebody's log.",
        discussion: """
            For a party that does not keep the log. It checks the log's own signature, and that the log has only grown \
            since the checkpoint that was cosigned before: by a consistency proof, or by reading a copy of the data. \
            Then it prints the note with the cosignature added. Whoever trusts the cosigner need not trust the log, \
            which cannot show one history to one and another to others.

              rapport key witness.key --name witness.example
              rapport cosign acme.note --key witness.key --log crm.example/acme+...
              rapport consistency --from 100 --to 250 --data crm > acme.proof
              rapport cosign new.note --key witness.key --log ... --proof acme.proof

            What was seen last is kept beside the key, a file for each log. A checkpoint of fewer events is refused \
            with exit code 3; one that contradicts what was seen ends with exit code 4, and both notes are evidence. \
            The first checkpoint of a log is taken as it is. checkpoint --add stores the cosigned note in the log's \
            data directory.
            """)

    @Argument(help: "The file with the checkpoint; with -, standard input.", completion: .file())
    var file: String

    @Option(help: ArgumentHelp("The file with the cosigner's key.", valueName: "file"), completion: .file())
    var key: String

    @Option(
        help: ArgumentHelp("The verifier key of the log, which signs the checkpoint.", valueName: "vkey"),
        transform: { try VerifierKey($0) })
    var log: VerifierKey

    @Option(
        help: ArgumentHelp(
            "The file with a consistency proof from the checkpoint that was cosigned before.", valueName: "file"),
        completion: .file())
    var proof: String?

    @Option(
        name: .customLong("data"),
        help: ArgumentHelp(
            "Read every event of this copy of the log, such as a backup, instead of a proof.", valueName: "dir"),
        completion: .directory)
    var copy: String?

    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        guard proof == nil || copy == nil else { throw ValidationError("--proof and --data exclude each other.") }
    }

    func run() async throws {
        // A data directory sets up logging by itself.
        if copy == nil { logging.start() }
        let cosigner = try Cosigner(keyFile: key, log: log)
        let input = try TextInput(file)
        let cosigned = try await cosigner.cosign(SignedNote(input), named: input.name) { last, new in
            if let copy { return try await compare(last, new, withCopy: copy) }
            if let last, last.size > 0 { try compare(last, new) }
        }
        try Output.print(verbatim: cosigned.encoded)
    }

    /// By a consistency proof.
    private func compare(_ last: TreeCheckpoint, _ new: TreeCheckpoint) throws {
        guard let proof else {
            throw CommandFailure(
                .badInput,
                "\(NumberFormat.events(last.size)) were cosigned before; expected --proof with what rapport "
                    + "consistency --from \(last.size) --to \(new.size) prints, or --data with a copy of the log")
        }
        let input = try TextInput(proof)
        let hashes = try HashLines.hashes(in: input)
        do {
            try MerkleProof.verifyConsistency(
                oldSize: last.size, oldRoot: last.root, newSize: new.size, newRoot: new.root, proof: hashes)
        } catch {
            throw CommandFailure(
                .damaged,
                "\(input.name): does not prove that the \(NumberFormat.events(last.size)) cosigned before are the "
                    + "first of these \(NumberFormat.integer(new.size)): \(error)")
        }
    }

    /// By the events themselves.
    private func compare(_ last: TreeCheckpoint?, _ new: TreeCheckpoint, withCopy path: String) async throws {
        try await DataDirectory(path: path, logging).readingLog { log in
            guard log.head.rawValue >= new.size else {
                throw CommandFailure(
                    .notFound,
                    "\(path): ends at position \(log.head), the checkpoint is of \(NumberFormat.events(new.size)); "
                        + "expected a copy that reaches as far")
            }
            var checkpoints = [RememberedCheckpoint(size: new.size, root: new.root, source: file)]
            if let last {
                checkpoints.append(
                    RememberedCheckpoint(size: last.size, root: last.root, source: "what was cosigned before"))
            }
            try AuditVerification.run(log, against: checkpoints)
        }
    }
}
