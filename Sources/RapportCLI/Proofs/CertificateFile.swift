import EventLog
import Rapport
import Transparency

/// A signed certificate of an erasure, as a file.
struct CertificateFile {
    let certificate: ErasureCertificate
    let note: SignedNote

    /// Signs a certificate.
    init(_ certificate: ErasureCertificate, signedBy key: SigningKey) throws {
        self.certificate = certificate
        note = try certificate.signed(with: key)
    }

    /// Reads the file at `path` and checks its signature; `-` stands for standard input.
    ///
    /// - Throws: ``CommandFailure`` when it is no certificate, or none of `keys` has signed it.
    init(reading path: String, signedByOneOf keys: [VerifierKey]) throws {
        let input = try TextInput(path)
        note = try SignedNote(input)
        try note.requireSignature(of: keys, named: input.name)
        do {
            certificate = try ErasureCertificate(note)
        } catch {
            throw CommandFailure(at: input.name, error)
        }
    }

    /// Writes it to the file that was made for it.
    func write(to file: ReservedFile) throws { try file.write(note.encoded) }
}

extension ErasureCertificate {
    /// What it says, for people.
    func text(for terminal: Terminal) -> String {
        var lines = [
            isComplete
                ? terminal.styled("complete", .green) + ": nothing of \(subject.text.printable) can be read any more"
                    + (retained.isEmpty ? "" : " but what a law keeps: " + kept.printable)
                : terminal.styled("NOT complete", .red) + ": of \(subject.text.printable) something is left",
            "ids: " + ids.map(\.text).joined(separator: ", ").printable,
            "erased at position \(erasure.position), recorded \(erasure.recordedAt), event \(erasure.eventID)",
        ]
        if let receipt {
            lines.append(
                "keys destroyed: \(NumberFormat.integer(keyCount)) in all by this receipt, with generation \(epoch), "
                    + "receipt at position "
                    + "\(receipt.position), event \(receipt.eventID)")
        } else {
            lines.append("keys destroyed: there is no receipt yet")
        }
        for data in retained {
            lines.append("kept by law: \(data.category) until \(data.until) \(data.lawRef)".printable)
        }
        for check in checks {
            let mark = check.passed ? terminal.styled("ok", .green) : terminal.styled("FAILED", .red)
            lines.append("\(mark) \(check.name): \(check.found.printable)")
        }
        if let place {
            lines.append(
                place.isSigned
                    ? "the tree is that of a signed checkpoint of \(NumberFormat.events(place.size))"
                    : "no signed checkpoint covers it yet")
        }
        lines.append("log \(logID), checked \(checkedAt) at position \(position)")
        lines.append("out of reach of every check: " + outOfReach.joined(separator: "; ").printable)
        return lines.joined(separator: "\n")
    }

    private var kept: String { retained.map(\.category).joined(separator: ", ") }

    /// One row for each check.
    var csv: CSVTable {
        var table = CSVTable(columns: ["subject", "check", "passed", "found", "complete"])
        for check in checks { table.append(subject, check.name, check.passed, check.found, isComplete) }
        return table
    }

    /// - Throws: ``CommandFailure`` when something of the person is left.
    func requireComplete() throws {
        guard !isComplete else { return }
        let failed = checks.filter { !$0.passed }.map(\.name) + (receipt == nil ? ["receipt"] : [])
        throw CommandFailure(
            .failure, "\(subject): the erasure is not complete: \(failed.joined(separator: ", "))")
    }
}
