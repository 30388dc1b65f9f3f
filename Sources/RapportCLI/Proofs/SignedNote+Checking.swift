import Transparency

extension SignedNote {
    /// The note that the text is.
    ///
    /// - Throws: ``CommandFailure`` with the name of the text when it is none.
    init(_ input: TextInput) throws {
        self = try input.parsed { try SignedNote(parsing: $0) }
    }

    /// The checkpoint that it says.
    ///
    /// - Throws: ``CommandFailure`` with `name` before it when it says something else.
    func checkpoint(named name: String) throws -> TreeCheckpoint {
        do {
            return try TreeCheckpoint(parsing: text)
        } catch {
            throw CommandFailure(at: name, error)
        }
    }

    /// Those of `keys` that have signed it; one of them at least.
    ///
    /// - Throws: ``CommandFailure`` with `name` before it when none has, or when a signature of one is wrong.
    @discardableResult
    func requireSignature(of keys: [VerifierKey], named name: String) throws -> [VerifierKey] {
        do {
            return try verify(with: keys)
        } catch {
            throw CommandFailure(.damaged, "\(name): \(error)")
        }
    }

    /// Who has signed, by name and key id, as a verifier key begins.
    var signers: [String] {
        signatures.map { signature in
            let digits = String(signature.id, radix: 16)
            return signature.name + "+" + String(repeating: "0", count: 8 - digits.count) + digits
        }
    }
}

extension NumberFormat {
    /// `1 event`, `1,234 events`.
    static func events(_ number: UInt64) -> String { integer(number) + (number == 1 ? " event" : " events") }
}
