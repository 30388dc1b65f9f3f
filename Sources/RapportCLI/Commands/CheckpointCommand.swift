import ArgumentParser
import Audit
import EventLog
import Foundation
import Rapport
import Transparency

/// `rapport checkpoint`: what the log holds, signed, for others to keep.
struct CheckpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Sign what the log holds now, for others to keep.",
        discussion: """
            Prints a signed note: the log's name, how many events it has, and the root of the hash tree over them. \
            Whoever keeps it can tell later whether one of these events was edited, dropped, inserted or swapped \
            (verify --against). So send it to somebody who does not keep the log: an auditor, a customer, a printer. \
            Without such a copy, whoever keeps log and key can rewrite both.

              rapport checkpoint --data crm --key acme.key > acme.note
              rapport verify --data crm --against acme.note
              rapport checkpoint --data crm --key acme.key --every 1000 --seconds 60

            With --every or --seconds it goes on and signs what is new, until Ctrl-C, with exit code 0. Several keys \
            sign one note, as when a key is changed. Nothing that contradicts an earlier signature is ever signed. \
            Without a key it prints size and root in short, which nobody has signed.

            --add stores a note that others have cosigned (cosign), so that proofs carry their signatures, each \
            checked with its --cosigner. --remember \
            stores a checkpoint that somebody has kept, after comparing the log with it; verify compares again.
            """)

    @OptionGroup var data: DataOptions

    @Option(
        help: ArgumentHelp(
            "The file with a key that signs. Without it, RAPPORT_SIGNING_KEY in the environment.", valueName: "file"),
        completion: .file())
    var key: [String] = []

    @Option(help: ArgumentHelp("Go on, and sign when so many events are new.", valueName: "events"))
    var every: UInt64?

    @Option(help: ArgumentHelp("Go on, and sign what is new after so many seconds.", valueName: "seconds"))
    var seconds: Double?

    @Option(help: ArgumentHelp("Store a cosigned note in the data directory.", valueName: "file"), completion: .file())
    var add: String?

    @Option(
        help: ArgumentHelp(
            "With --add: the key that a cosignature is checked with (all, if repeated).", valueName: "key"),
        transform: { try VerifierKey($0) })
    var cosigner: [VerifierKey] = []

    @Option(
        help: ArgumentHelp("Store a checkpoint that somebody else has kept.", valueName: "file"), completion: .file())
    var remember: String?

    @Flag(help: "List the checkpoints that are stored, instead of signing one.")
    var list = false

    @Flag(
        help: """
            Answer in JSON: origin, size, root, signers and note; with --list of each stored one source, origin, size, \
            root and signers.
            """)
    var json = false

    @Flag(help: "Answer in CSV, with the values of --json.")
    var csv = false

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    /// The key files, wherever they were named.
    private var keys: [String] {
        if !key.isEmpty { return key }
        return ProcessInfo.processInfo.environment[SigningKeyFile.variable].flatMap { $0.isEmpty ? nil : [$0] } ?? []
    }

    private var goesOn: Bool { every != nil || seconds != nil }

    func validate() throws {
        _ = try form
        let others = [add != nil, remember != nil, list].count { $0 }
        guard others == 0 || (others == 1 && key.isEmpty && !goesOn) else {
            throw ValidationError("--add, --remember and --list stand alone: they sign nothing.")
        }
        guard cosigner.isEmpty || add != nil else { throw ValidationError("--cosigner needs --add FILE.") }
        guard !goesOn || !keys.isEmpty else { throw ValidationError("--every and --seconds need --key FILE.") }
        if let every, every < 1 { throw ValidationError("--every takes 1 event or more, not \(every).") }
        guard let seconds else { return }
        guard seconds >= 0.1, seconds <= 86_400 else {
            throw ValidationError("--seconds takes 0.1 to 86,400 seconds, not \(seconds).")
        }
    }

    func run() async throws {
        let directory = DataDirectory(data)
        try directory.requireLog()
        if list { return try printList() }
        if let add { return try storeCosigned(add) }
        if let remember { return try await directory.readingLog { try storeSeen(remember, in: $0) } }
        let signers = try keys.map { try CheckpointSigner(keyFile: $0, dataDirectory: data.path) }
        try await directory.withCRM { crm in
            if signers.isEmpty { return try printRoot(of: crm) }
            try directory.requireWritable(crm.log)
            let signing = CheckpointSigning(trail: crm.audit, log: crm.log, signers: signers, form: try form)
            guard goesOn else { return try signing.once() }
            try await signing.goOn(every: every, seconds: seconds)
        }
    }

    private func printRoot(of crm: Rapport) throws {
        let (size, root) = try crm.audit.currentRoot(of: crm.log)
        let report = CheckpointReport(size: size, root: root)
        if try form == .text {
            try Output.print(verbatim: report.text)
            Output.complain("nobody has signed this; --key FILE signs it, and key FILE --name NAME makes a key")
        } else {
            try form.print(report, csv: report.csv) { _ in report.text }
        }
    }
}

// MARK: - What is stored

extension CheckpointCommand {
    private var kept: CheckpointStore { CheckpointStore(at: data.path + "/checkpoints") }

    private func printList() throws {
        let all = try KeptCheckpoint.all(of: kept.signed(), .signed) + KeptCheckpoint.all(of: kept.seen(), .seen)
        try form.print(all, csv: KeptCheckpoint.csv(of: all)) { KeptCheckpoint.text(of: all, for: $0) }
    }

    /// Stores a note of a checkpoint that was signed here, with the signatures that it has got since.
    private func storeCosigned(_ path: String) throws {
        let input = try TextInput(path)
        let note = try SignedNote(input)
        let text = Array(note.text.utf8)
        let stored = try kept.signed().filter { Array($0.text.utf8) == text }
        guard !stored.isEmpty else {
            throw CommandFailure(
                .conflict, "\(input.name): is no checkpoint that was signed for this log; checkpoint --list shows them")
        }
        try note.requireSignature(of: kept.keys(), named: input.name)
        let known =
            try kept.newest().map { Array($0.text.utf8) == text ? $0.signatures : stored.flatMap(\.signatures) } ?? []
        let new = note.signatures.filter { !known.contains($0) }
        guard !new.isEmpty else {
            throw CommandFailure(.conflict, "\(input.name): has no signature that is not stored already")
        }
        // A proof carries it from now on: one that does not hold would spoil the proof.
        let checkable = try kept.keys() + cosigner
        for signature in new where !checkable.contains(where: { $0.id == signature.id && $0.name == signature.name }) {
            throw CommandFailure(
                .badInput,
                "\(input.name): is signed by \(signature.name), whose key is not given; --cosigner KEY checks it")
        }
        try note.requireSignature(of: checkable, named: input.name)
        try kept.append(signed: note)
        let report = try CheckpointReport(note)
        try form.print(report, csv: report.csv) { _ in
            "stored: the checkpoint of \(NumberFormat.events(report.size)), signed by "
                + report.signers.joined(separator: ", ").printable
        }
    }

    /// Stores what somebody has kept, once every event of `log` was compared with it.
    private func storeSeen(_ path: String, in log: EventLog) throws {
        let input = try TextInput(path)
        let note = try SignedNote(input)
        let report = try CheckpointReport(note)
        let checkpoint = try note.checkpoint(named: input.name)
        do {
            _ = try note.verify(with: kept.keys())
        } catch NoteError.noKnownSignature {
            // Strangers may have signed it: what counts is what the log holds.
        } catch let error as NoteError {
            throw CommandFailure(.damaged, "\(input.name): \(error)")
        }
        try AuditVerification.run(
            log, against: [RememberedCheckpoint(size: checkpoint.size, root: checkpoint.root, source: input.name)])
        try kept.remember(note)
        try form.print(report, csv: report.csv) { _ in
            "remembered: the log agrees with the checkpoint of \(NumberFormat.events(report.size)), signed by "
                + report.signers.joined(separator: ", ").printable
        }
    }
}
