import ArgumentParser
import Audit
import EventLog
import Rapport
import Transparency

/// `rapport consistency`: that the log has only grown from one size to another.
struct ConsistencyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consistency",
        abstract: "Prove that the log has only grown since an earlier checkpoint, for a cosigner.",
        discussion: """
            Prints a consistency proof (RFC 6962), a hash in base64 on each line: with it cosign can tell from two \
            checkpoints alone that the events of the earlier one are the first of the later one, unchanged. There is \
            nothing to prove from size 0, or from a size to itself.

              rapport consistency --from 100 --to 250 --data crm > acme.proof
            """)

    @OptionGroup var data: DataOptions

    @Option(help: ArgumentHelp("How many events the earlier checkpoint is of.", valueName: "size"))
    var from: UInt64

    @Option(
        help: ArgumentHelp(
            "How many events the later checkpoint is of; without it, those of the newest signed one.",
            valueName: "size"))
    var to: UInt64?

    func validate() throws {
        if let to, from > to { throw ValidationError("--from \(from) is more than --to \(to).") }
    }

    func run() async throws {
        try await DataDirectory(data).withCRM { crm in
            let trail = crm.audit
            let to = try self.to ?? trail.newestCheckpoint().checkpoint(named: data.path).size
            guard from <= to else {
                throw CommandFailure(
                    .notFound, "the newest signed checkpoint is of \(NumberFormat.events(to)), --from of more")
            }
            let head = crm.log.head
            guard to <= head.rawValue else {
                throw CommandFailure(
                    .notFound, "position \(to) is not in the log, which ends at position \(head)")
            }
            try Output.print(verbatim: HashLines.text(of: trail.consistencyHashes(from: from, to: to)))
        }
    }
}
