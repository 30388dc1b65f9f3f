import ArgumentParser
import Audit
import Transparency

/// `rapport key`: a key that signs checkpoints.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make a key that signs checkpoints, or show how its signatures are checked.",
        discussion: """
            With --name a new key is made and written to the file, for its owner only (0600); a file that is there is \
            never replaced. Prints the verifier key, one line: whoever has it can tell what the key has signed, so \
            give it to everybody. Without --name it is printed again.

              rapport key acme.key --name crm.example/acme
              rapport key acme.key

            The name is that of the log in all its checkpoints, as a URL without a scheme; no two logs have the same. \
            Whoever has the file can sign in your name: it is refused within a data directory, whose backups would \
            hold it. A party that cosigns the checkpoints of another has a key of its own, and gives away what \
            --cosigner prints.
            """)

    @Argument(help: "The file with the key.", completion: .file())
    var file: String

    @Option(help: ArgumentHelp("Make a new key of this name.", valueName: "name"))
    var name: String?

    @Flag(help: "Print the verifier key of its cosignatures.")
    var cosigner = false

    func run() async throws {
        let verifier = try name.map { try make(named: $0) } ?? SigningKeyFile(path: file).key().verifier
        try Output.print("\(cosigner ? verifier.cosigner : verifier)")
    }

    private func make(named name: String) throws -> VerifierKey {
        try SigningKeyFile(path: file).requireRoom()
        return try CheckpointSigner.makeKey(named: name, at: file)
    }
}
