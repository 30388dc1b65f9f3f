import EventLog
import Foundation
import LMDB
import Transparency

/// A second party that puts its name to the checkpoints of one log, each of which goes on from the one before.
///
/// What it has seen last is kept beside its key, a file for each log, and is durable before a cosignature leaves.
struct Cosigner {
    private let key: SigningKey
    private let log: VerifierKey
    /// The file with the body of the checkpoint seen last.
    private let seenPath: String

    /// - Parameters:
    ///   - keyFile: the second party's own key.
    ///   - log: the key by which the log signs; its name is the log's origin.
    /// - Throws: ``CommandFailure`` when there is no such key, or when it is the log's own.
    init(keyFile: String, log: VerifierKey) throws {
        key = try SigningKeyFile(path: keyFile).key()
        self.log = log
        guard log.algorithm == .ed25519 else {
            throw CommandFailure(.badInput, "\(log): checks cosignatures; expected the key that the log signs by")
        }
        guard key.verifier.publicKey != log.publicKey else {
            throw CommandFailure(.conflict, "\(keyFile): is the log's own key; expected that of another party")
        }
        let origin = Array(log.name.utf8)
        // Whatever links lead to the key, there is one memory of what it has seen.
        let place = URL(fileURLWithPath: keyFile).resolvingSymlinksInPath().standardizedFileURL.path
        seenPath = "\(place).\(Hash256.sha256(of: origin.rawSpan).hex.prefix(16)).seen"
    }

    /// The note with the cosignature, once it is known that the log has signed it and that it goes on from the
    /// checkpoint seen last.
    ///
    /// - Parameters:
    ///   - name: what the note is called in messages.
    ///   - evidence: compares the checkpoint seen last, if there is one, with the new one, and throws unless the log
    ///     has only grown from the one to the other. Not asked where both are the same.
    /// - Throws: ``CommandFailure`` when it does not go on from there, or when another process is cosigning.
    func cosign(
        _ note: SignedNote, named name: String,
        evidence: (_ last: TreeCheckpoint?, _ new: TreeCheckpoint) async throws -> Void
    ) async throws -> SignedNote {
        let checkpoint = try checkpoint(of: note, named: name)
        guard let lock = try FileLock.acquire(seenPath + ".lock") else {
            throw CommandFailure(.unavailable, "\(seenPath): another process is cosigning with this key just now")
        }
        defer { withExtendedLifetime(lock) {} }
        let last = try lastSeen()
        if let last { try requireNoStepBack(from: last, to: checkpoint, named: name) }
        if last?.size != checkpoint.size {
            try await evidence(last, checkpoint)
            try DurableFile.replace(seenPath, with: Array(checkpoint.body.utf8))
        }
        let time = UInt64(max(0, Timestamp.now().microseconds / 1_000_000))
        var cosigned = note
        try cosigned.add(Cosignature.line(for: note, time: time, key: key))
        return cosigned
    }

    private func checkpoint(of note: SignedNote, named name: String) throws -> TreeCheckpoint {
        try note.requireSignature(of: [log], named: name)
        let checkpoint = try note.checkpoint(named: name)
        guard checkpoint.origin.sameBytes(as: log.name) else {
            throw CommandFailure(
                .conflict, "\(name): is a checkpoint of \(checkpoint.origin); expected one of \(log.name)")
        }
        return checkpoint
    }

    /// - Throws: ``CommandFailure`` when the file is there and cannot be read: then nothing is known of what was seen.
    private func lastSeen() throws -> TreeCheckpoint? {
        // A link that leads nowhere is there, too.
        guard (try? FileManager.default.attributesOfItem(atPath: seenPath)) != nil else { return nil }
        do {
            let last = try TreeCheckpoint(parsing: TextInput(seenPath).text)
            if last.origin.sameBytes(as: log.name) { return last }
        } catch let error as NoteError {
            throw CommandFailure(.damaged, "\(seenPath): \(error); expected the checkpoint that was cosigned last")
        }
        throw CommandFailure(.damaged, "\(seenPath): is not of \(log.name)")
    }

    private func requireNoStepBack(from last: TreeCheckpoint, to new: TreeCheckpoint, named name: String) throws {
        guard new.size >= last.size else {
            throw CommandFailure(
                .conflict,
                "\(name): is of \(NumberFormat.events(new.size)), and one of \(NumberFormat.events(last.size)) was "
                    + "cosigned already; expected as many or more, as a log never becomes shorter")
        }
        guard new.size > last.size || new.root == last.root else {
            throw CommandFailure(
                .damaged,
                "\(name): the log has signed two histories of \(NumberFormat.events(new.size)): the root was "
                    + "\(last.root.base64Text), now it is \(new.root.base64Text)")
        }
    }
}
