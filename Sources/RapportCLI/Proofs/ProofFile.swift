import Audit
import Foundation
import Transparency

/// A file that proves something to whoever has the verifier key of the log.
struct ProofFile {
    /// The kinds of files.
    enum Content {
        /// One event, by the hashes beside its path (c2sp.org/tlog-proof).
        case event(TransparencyLogProof)
        /// Several events.
        case bundle(ProofBundle)
        /// What a log held.
        case checkpoint(SignedNote)
    }

    private static let proofMark = "c2sp.org/tlog-proof@"
    private static let bundleMark = "rapport.bundle/"

    /// What it is called in messages.
    let name: String
    let content: Content

    /// Reads the file at `path`; `-` stands for standard input. Nothing is checked. A bundle in a file is not held in
    /// memory.
    ///
    /// - Throws: ``CommandFailure`` when it is none of these.
    init(_ path: String) throws {
        if Self.isLargeFile(path, with: Self.bundleMark) {
            name = path
            do {
                content = .bundle(try ProofBundle(file: path))
            } catch {
                throw CommandFailure(at: path, error)
            }
            return
        }
        let input = try TextInput(path)
        name = input.name
        if input.text.utf8.starts(with: Self.proofMark.utf8) {
            content = .event(try input.parsed { try TransparencyLogProof(parsing: $0) })
        } else if input.text.utf8.starts(with: Self.bundleMark.utf8) {
            content = .bundle(try input.parsed { try ProofBundle(parsing: $0) })
        } else {
            content = .checkpoint(try Self.note(input))
        }
    }

    /// Whether it begins with `mark` and can be read again and again, unlike a pipe.
    private static func isLargeFile(_ path: String, with mark: String) -> Bool {
        guard path != "-",
            (try? URL(filePath: path).resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true,
            let file = FileHandle(forReadingAtPath: path), let head = try? file.read(upToCount: mark.utf8.count)
        else { return false }
        return head.elementsEqual(mark.utf8)
    }

    private static func note(_ input: TextInput) throws -> SignedNote {
        do {
            let note = try SignedNote(input)
            _ = try note.checkpoint(named: input.name)
            return note
        } catch {
            throw CommandFailure(.badInput, "\(error); expected a checkpoint, a tlog-proof or a bundle")
        }
    }
}
