@testable import Audit
import EventLog
import Foundation
import LMDB
import TestSupport
import Transparency

/// A data directory whose log is opened and closed, and beside it signing keys and what is handed out.
struct SignedFixture {
    /// The name of its keys.
    static let origin = "crm.example/acme"

    let tree: TreeFixture
    private let outside: TemporaryDirectory

    init() throws {
        tree = try TreeFixture()
        outside = try TemporaryDirectory()
    }

    /// The data directory.
    var data: String { tree.path }

    /// A place outside of the data directory.
    func path(_ name: String) -> String { outside.path + "/" + name }

    // MARK: Keys

    @discardableResult
    func makeKey(_ name: String = "key", of origin: String = SignedFixture.origin) throws -> VerifierKey {
        try CheckpointSigner.makeKey(named: origin, at: path(name))
    }

    /// Holds the key until it goes.
    func signer(_ name: String = "key") throws -> CheckpointSigner {
        try CheckpointSigner(keyFile: path(name), dataDirectory: data)
    }

    /// What the file beside a key says that it has signed last.
    func last(_ name: String = "key") throws -> SizedRoot? {
        guard let bytes = try DurableFile.read(path(name) + ".last") else { return nil }
        return SizedRoot(String(decoding: bytes.dropLast(), as: UTF8.self))
    }

    // MARK: The log

    /// Opens log and trail for the time of the call.
    @discardableResult
    func withTrail<Result>(_ body: (EventLog, AuditTrail) throws -> Result) throws -> Result {
        try tree.withLog { log in
            let trail = try AuditTrail(log, follows: false)
            defer { trail.close() }
            return try body(log, trail)
        }
    }

    /// Appends so many events.
    func append(_ count: Int) throws {
        try tree.withLog { log in try tree.append(count, to: log) }
    }

    /// Appends so many events, and signs.
    @discardableResult
    func sign(after count: Int, with name: String = "key") throws -> SignedNote {
        let signer = try signer(name)
        return try withTrail { log, trail in
            try tree.append(count, to: log)
            return try trail.checkpoint(signedBy: signer)
        }
    }

    /// The checkpoints in the data directory.
    var store: CheckpointStore { CheckpointStore(at: data + "/checkpoints") }

    /// Compares the log with what is there and what is remembered.
    func verify(against remembered: [RememberedCheckpoint] = []) throws -> TreeVerification {
        try tree.withLog { log in try AuditTrail.verify(log, against: remembered) }
    }

    /// Removes a file or folder in the data directory.
    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: data + "/" + name) }
}

extension SignedNote {
    /// What it says.
    var checkpoint: TreeCheckpoint {
        get throws { try TreeCheckpoint(parsing: text) }
    }

    /// As it was kept elsewhere.
    func remembered(as source: String = "paper") throws -> RememberedCheckpoint {
        try RememberedCheckpoint(encoded, source: source)
    }
}
