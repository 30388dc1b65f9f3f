@testable import Audit
import EventLog
import TestSupport
import Testing
import Transparency

/// From one signing key to the next.
@Suite struct KeyRotationTests {
    private let fixture: SignedFixture

    init() throws {
        fixture = try SignedFixture()
        try fixture.makeKey()
    }

    @Test("a change of keys is one note signed by both; both stay listed, and the old one may rest")
    func rotation() throws {
        try fixture.makeKey("new key")
        let before = try fixture.sign(after: 10)
        let old = try fixture.signer()
        let new = try fixture.signer("new key")
        let both = try fixture.withTrail { log, trail throws -> SignedNote in
            // Nothing was appended, but the new key has not signed that yet.
            let same = try trail.checkpoint(signedBy: [old, new])
            #expect(same.text == before.text)
            #expect(try trail.checkpoints.newest()?.verify(with: [old.verifier, new.verifier]).count == 2)
            try fixture.tree.append(5, to: log)
            return try trail.checkpoint(signedBy: [old, new])
        }
        #expect(try both.verify(with: [old.verifier]) == [old.verifier])
        #expect(try both.verify(with: [new.verifier]) == [new.verifier])
        #expect(try both.checkpoint.size == 15)
        #expect(try fixture.last("new key") == fixture.last())
        let after = try fixture.withTrail { log, trail throws -> SignedNote in
            try fixture.tree.append(5, to: log)
            return try trail.checkpoint(signedBy: new)
        }
        #expect(throws: NoteError.noKnownSignature) { try after.verify(with: [old.verifier]) }
        #expect(try fixture.store.keys() == [old.verifier, new.verifier])
        #expect(try fixture.verify().checkpointsChecked == 3)
    }

    @Test("keys of two names cannot sign one checkpoint")
    func differentNames() throws {
        try fixture.makeKey("foreign", of: "crm.example/foreign")
        let signers = [try fixture.signer(), try fixture.signer("foreign")]
        let reason = try refusal {
            try fixture.withTrail { _, trail throws in _ = try trail.checkpoint(signedBy: signers) }
        }
        #expect(reason == .differentNames("crm.example/foreign"))
        #expect(try fixture.last() == nil)
        #expect(try fixture.last("foreign") == nil)
    }

    @Test("a new key does not sign a log that has parted from what the old one has signed")
    func newKeyOtherHistory() throws {
        try fixture.append(20)
        try fixture.tree.keepLog()
        try fixture.sign(after: 10)
        try fixture.tree.bringLogBack()
        try fixture.makeKey("new key")
        #expect(try refusal { try fixture.sign(after: 10, with: "new key") } == .disagrees(size: 30))
    }
}
