import ArgumentParser
import Rapport
import Transparency

/// `rapport subject check-certificate`: what a certificate of an erasure says.
struct SubjectCheckCertificateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-certificate",
        abstract: "Check a certificate of an erasure, with nothing but the file and the verifier key.",
        discussion: """
            Needs no data directory. A file that none of the keys has signed ends with exit code 4, one that is no \
            certificate with 6, and a certificate that says that something is left with 1.

              rapport subject check-certificate c-1.txt --key crm.example/acme+...
            """)

    @Argument(help: "The file; with -, standard input.", completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp("The verifier key (several, if repeated).", valueName: "vkey"),
        transform: { try VerifierKey($0) })
    var key: [VerifierKey]

    @Flag(help: "Answer in JSON: the certificate.")
    var json = false

    @Flag(help: "Answer in CSV: one line for each check.")
    var csv = false

    @OptionGroup var logging: LoggingOptions

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func validate() throws { _ = try form }

    func run() async throws {
        logging.start()
        let certificate = try CertificateFile(reading: file, signedByOneOf: key).certificate
        try form.print(certificate, csv: certificate.csv) { certificate.text(for: $0) }
        try certificate.requireComplete()
    }
}
