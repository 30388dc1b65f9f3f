@testable import Audit
import EventLog
import Foundation
import LMDB
import TestSupport
import Testing
import Transparency

/// Who may sign, what is signed, and what never is.
@Suite struct SigningTests {
    private let fixture: SignedFixture

    init() throws {
        fixture = try SignedFixture()
        try fixture.makeKey()
    }

    // MARK: The key

    @Test("a new key is for its owner only, is never replaced, and signs what its verifier key checks")
    func newKey() throws {
        let verifier = try fixture.makeKey("other", of: "crm.example/other")
        let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path("other"))
        let mode = try #require(attributes[.posixPermissions])
        #expect("\(mode)" == "\(0o600)")
        #expect(try refusal { try fixture.makeKey("other") } == .keyExists)
        let signer = try fixture.signer("other")
        #expect(signer.verifier == verifier)
        #expect(verifier.name == "crm.example/other")
        let note = try fixture.withTrail { _, trail throws in try trail.checkpoint(signedBy: signer) }
        #expect(try note.verify(with: [verifier]) == [verifier])
        #expect(try note.checkpoint.origin == "crm.example/other")
    }

    @Test("where a key has signed, no new key is made although it is gone")
    func keyIsGone() throws {
        try fixture.sign(after: 3)
        try FileManager.default.removeItem(atPath: fixture.path("key"))
        #expect(try refusal { try fixture.makeKey() } == .keyExists)
    }

    @Test("a name that no key can have is refused")
    func badName() throws {
        #expect(throws: NoteError.invalidKeyName("two words")) { try fixture.makeKey("other", of: "two words") }
        #expect(!FileManager.default.fileExists(atPath: fixture.path("other")))
    }

    @Test("without a key nothing is signed, and nothing is made")
    func noKey() throws {
        #expect(try refusal { _ = try fixture.signer("nowhere") } == .noKey)
        #expect(!FileManager.default.fileExists(atPath: fixture.path("nowhere.lock")))
    }

    @Test("a file that is no key is refused")
    func malformedKey() throws {
        try DurableFile.replace(fixture.path("note"), with: Array("not a key\n".utf8))
        guard case .malformedKey = try refusal({ _ = try fixture.signer("note") }) else {
            Issue.record("a file that is no key was taken for one")
            return
        }
    }

    @Test("a key that others may read or write is refused, with its mode", arguments: [0o640, 0o604, 0o620, 0o601])
    func readableByOthers(mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: fixture.path("key"))
        #expect(try refusal { _ = try fixture.signer() } == .keyReadableByOthers(mode: mode))
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: fixture.path("key"))
        #expect(try refusal { _ = try fixture.signer() } == nil)
    }

    @Test("a key in the data directory is refused, however one gets there")
    func inDataDirectory() throws {
        try fixture.append(1)
        let inside = fixture.data + "/keys/key"
        try DurableFile.createDirectory(fixture.data + "/keys")
        _ = try CheckpointSigner.makeKey(named: SignedFixture.origin, at: inside)
        try FileManager.default.createSymbolicLink(
            atPath: fixture.path("link"), withDestinationPath: fixture.data)
        try FileManager.default.createSymbolicLink(
            atPath: fixture.path("linked key"), withDestinationPath: inside)
        for (path, data) in [
            (inside, fixture.data), (inside, fixture.data + "/"), (fixture.path("link/keys/key"), fixture.data),
            (inside, fixture.path("link")), (fixture.path("linked key"), fixture.data),
            (fixture.data + "/log/../keys/key", fixture.data),
        ] {
            #expect(
                try refusal { _ = try CheckpointSigner(keyFile: path, dataDirectory: data) }
                    == .keyInDataDirectory(data),
                "\(path) in \(data)")
        }
        // A folder whose name only begins the same is another one.
        let beside = fixture.data + "-keys"
        try DurableFile.createDirectory(beside)
        _ = try CheckpointSigner.makeKey(named: SignedFixture.origin, at: beside + "/key")
        #expect(
            try refusal { _ = try CheckpointSigner(keyFile: beside + "/key", dataDirectory: fixture.data) } == nil)
    }

    @Test("one at a time holds a key, whatever links lead to it")
    func secondSigner() throws {
        try FileManager.default.createSymbolicLink(
            atPath: fixture.path("link"), withDestinationPath: fixture.path("key"))
        do {
            let first = try fixture.signer()
            #expect(try refusal { _ = try fixture.signer() } == .busy)
            #expect(try refusal { _ = try fixture.signer("link") } == .busy)
            #expect(first.verifier.name == SignedFixture.origin)
        }
        #expect(try refusal { _ = try fixture.signer("link") } == nil)
    }

    // MARK: What is signed

    @Test("a checkpoint says origin, size and root of the log, and is stored with its key")
    func checkpointOfALog() throws {
        let signer = try fixture.signer()
        try fixture.withTrail { log, trail throws in
            for count in [0, 1, 255, 44, 300] {
                try fixture.tree.append(count, to: log)
                let note = try trail.checkpoint(signedBy: signer)
                let reference = try ReferenceTree(of: log)
                #expect(try note.verify(with: [signer.verifier]) == [signer.verifier])
                let expected = TreeCheckpoint(
                    origin: SignedFixture.origin, size: log.head.rawValue, root: reference.root(log.head.rawValue))
                #expect(try note.checkpoint == expected)
                #expect(try trail.checkpoints.newest() == note)
                #expect(try fixture.last() == SizedRoot(size: expected.size, root: expected.root))
            }
            #expect(try trail.checkpoints.keys() == [signer.verifier])
            #expect(try trail.checkpoints.signed().map { try $0.checkpoint.size } == [0, 1, 256, 300, 600])
        }
    }

    @Test("as long as nothing is appended, the checkpoint that is there is answered again")
    func nothingAppended() throws {
        let first = try fixture.sign(after: 5)
        #expect(try fixture.sign(after: 0) == first)
        #expect(try fixture.store.signed() == [first])
        #expect(try fixture.sign(after: 1) != first)
    }

    @Test("what is signed is written beside the key before the signature leaves, and holds after a crash in between")
    func crashBeforeAnswer() throws {
        struct Crash: Error {}
        let roots = try fixture.withTrail { log, trail throws -> [Hash256] in
            try fixture.tree.append(10, to: log)
            try trail.tree.extend(to: log.head)
            return try (0...10).map { try trail.tree.root(size: UInt64($0)) }
        }
        try fixture.withTrail { _, trail throws in
            let signer = try fixture.signer()
            #expect(throws: Crash.self) {
                try CheckpointSigner.sign(trail.tree, size: 10, with: [signer], afterPersisting: { throw Crash() })
            }
        }
        #expect(try fixture.last() == SizedRoot(size: 10, root: roots[10]))
        #expect(try fixture.store.signed() == [])
        let signer = try fixture.signer()
        try fixture.withTrail { _, trail throws in
            #expect(
                try refusal { _ = try signer.sign(trail.tree, size: 9) } == .smallerThanLast(size: 9, last: 10))
            #expect(try signer.sign(trail.tree, size: 10).checkpoint.root == roots[10])
        }
    }

    @Test("nothing is signed that the tree has not")
    func beyondTheTree() throws {
        let signer = try fixture.signer()
        try fixture.withTrail { log, trail throws in
            try fixture.tree.append(5, to: log)
            try trail.tree.extend(to: log.head)
            #expect(try refusal { _ = try signer.sign(trail.tree, size: 6) } == .beyondTree(size: 6, tree: 5))
        }
        #expect(try fixture.last() == nil)
    }

    @Test("a smaller log than the one signed last is refused: an older copy")
    func olderCopy() throws {
        try fixture.append(20)
        try fixture.tree.keepLog()
        try fixture.sign(after: 10)
        try fixture.tree.bringLogBack()
        // The checkpoints of the copy are as old as the copy, too.
        try fixture.remove("checkpoints")
        #expect(try refusal { try fixture.sign(after: 0) } == .smallerThanLast(size: 20, last: 30))
        #expect(try refusal { try fixture.sign(after: 5) } == .smallerThanLast(size: 25, last: 30))
        #expect(try fixture.store.signed() == [])
    }

    @Test("another history of the same size, or of a larger one, is refused", arguments: [10, 11, 400])
    func otherHistory(count: Int) throws {
        try fixture.append(20)
        try fixture.tree.keepLog()
        try fixture.sign(after: 10)
        try fixture.tree.bringLogBack()
        try fixture.remove("checkpoints")
        #expect(try refusal { try fixture.sign(after: count) } == .disagrees(size: 30))
        #expect(try fixture.last()?.size == 30)
    }

    @Test("without the file beside the key, what is stored in the data directory still says what was signed")
    func lastIsGone() throws {
        try fixture.append(20)
        try fixture.tree.keepLog()
        try fixture.sign(after: 10)
        try fixture.tree.bringLogBack()
        try DurableFile.remove(fixture.path("key.last"))
        #expect(try refusal { try fixture.sign(after: 0) } == .smallerThanLast(size: 20, last: 30))
        #expect(try refusal { try fixture.sign(after: 10) } == .disagrees(size: 30))
    }

    @Test("a damaged file beside the key stands against signing", arguments: ["", "30", "30:abc\n", "030:", "\n"])
    func damagedLast(text: String) throws {
        try fixture.sign(after: 3)
        try DurableFile.replace(fixture.path("key.last"), with: Array(text.utf8))
        #expect(try refusal { _ = try fixture.signer() } == .malformedLast)
    }

    @Test("a log that is only read is not signed")
    func readOnly() throws {
        try fixture.append(3)
        let signer = try fixture.signer()
        try fixture.tree.withLog(readOnly: true) { log throws in
            let trail = try AuditTrail(log, follows: false)
            #expect(try refusal { _ = try trail.checkpoint(signedBy: signer) } == .readOnlyLog)
        }
    }

    @Test("hashes that do not fit together are not signed; the tree is made again, and then they are")
    func damagedTree() throws {
        try fixture.append(700)
        try fixture.withTrail { log, trail throws in try trail.tree.extend(to: log.head) }
        let file = try fixture.tree.levelFile(0)
        var bytes = try fixture.tree.bytes(of: file)
        bytes[300 * 32] ^= 1
        try fixture.tree.overwrite(file, with: bytes)
        let signer = try fixture.signer()
        try fixture.withTrail { _, trail throws in
            let finding = DamagedTree(trail.tree.folder, .tile(level: 0, index: 1))
            #expect(throws: finding) { try trail.checkpoint(signedBy: signer) }
            #expect(try fixture.last() == nil)
            try trail.rebuildTree()
            #expect(try trail.checkpoint(signedBy: signer).checkpoint.size == 700)
        }
    }
}
