import ArgumentParser
import Audit
import Rapport
import Transparency

/// `rapport subject certificate`: what can be said of an erasure, signed.
struct SubjectCertificateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate",
        abstract: "Check an erasure, and write a signed certificate of it.",
        discussion: """
            Looks for keys, opens every part about the person as far as that is possible, looks whether look-up tables \
            were written anew, and where the erasure stands in the log's tree. Says what is out of reach, too. A \
            certificate that is not complete is written all the same, and the exit code is 1.

              rapport subject certificate C-1 --key acme.key --to c-1.txt --data crm
              rapport subject check-certificate c-1.txt --key crm.example/acme+...
            """)

    @Argument(help: PersonArgument.help)
    var id: PersonArgument

    @OptionGroup var data: DataOptions

    @Option(
        help: ArgumentHelp("The key that signs it, as rapport key makes it.", valueName: "file"), completion: .file())
    var key: String

    @Option(help: ArgumentHelp("The file to write; there is none yet.", valueName: "file"), completion: .file())
    var to: String

    @Flag(help: "Answer in JSON: the certificate.")
    var json = false

    @Flag(help: "Answer in CSV: one line for each check.")
    var csv = false

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func validate() throws {
        _ = try form
        guard !to.isEmpty else { throw ValidationError("--to takes a file, not nothing.") }
    }

    func run() async throws {
        let signing = try SigningKey.reading(file: key, outside: data.path)
        let directory = DataDirectory(data)
        try directory.requireNoAccessLog()
        try await directory.withCRM { crm in
            let file = try ReservedFile(at: to)
            defer { file.discard() }
            let made = try await crm.erasureCertificate(of: id.tag)
            try CertificateFile(made, signedBy: signing).write(to: file)
            try form.print(made, csv: made.csv) { "\(made.text(for: $0))\nwritten to \(to.printable)" }
            try made.requireComplete()
        }
    }
}
