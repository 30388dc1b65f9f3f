import EventLog
import Foundation
import LMDB
@testable import Sealing
import TestSupport
import Testing

/// Erasing persons: their keys are gone, and nobody else's.
@Suite struct DestroyingTests {
    private let fixture: KeyStoreFixture

    init() throws { fixture = try KeyStoreFixture() }

    private func erasure(_ customer: Int, at position: UInt64, retaining retained: Set<String> = []) -> KeyErasure {
        KeyErasure(subject: "customer:\(customer)", position: Position(position), retained: retained)
    }

    @Test("the keys of an erased subject are gone, and it gets no others")
    func erased() throws {
        try fixture.withStore { store throws in
            let kept = try store.made(.orders(2)).commitment
            _ = try store.keys(makingMissing: [.orders(1), .identity(1), .orders(11)])
            let destroyed = try store.destroy([erasure(1, at: 40)], replayedTo: Position(41))
            #expect(destroyed == DestroyedKeys(epoch: 2, count: 2))
            #expect(try store.answer(.orders(1)) == .erased(40))
            #expect(try store.answer(.identity(1)) == .erased(40))
            #expect(try store.answer(KeyName(subject: "customer:1", category: "voice")) == .erased(40))
            #expect(try store.answer(.orders(2)) == .key(kept))
            let refusal = ErasedSubject(subject: "customer:1", position: Position(40))
            #expect(throws: refusal) { try store.keys(makingMissing: [.orders(1)]) }
            #expect(throws: refusal) { try store.keys(makingMissing: [.orders(1), .orders(3)]) }
            #expect(try store.answer(.orders(3)) == .missing, "of a refused call, nothing is made")
            #expect(try store.replayedTo == Position(41))
        }
        try fixture.withStore { store throws in
            #expect(try store.answer(.orders(1)) == .erased(40))
            guard case .key = try store.key(.orders(11)) else {
                Issue.record("a subject whose id only begins like the erased one has lost its key")
                return
            }
        }
    }

    @Test("a part that was sealed before does not open afterwards; those of others do")
    func parts() throws {
        try fixture.withStore { store throws in
            let eventID = EventID(high: 1, low: 2)
            let mine = try store.made(.orders(1)).seal([1, 2, 3], eventID: eventID, associatedData: [])
            let theirs = try store.made(.orders(2)).seal([4, 5, 6], eventID: eventID, associatedData: [])
            _ = try store.destroy([erasure(1, at: 1)], replayedTo: Position(1))
            #expect(throws: UnopenedPart.wrongKey) { try store.made(.orders(2)).open(mine, associatedData: []) }
            #expect(try store.made(.orders(2)).open(theirs, associatedData: []) == [4, 5, 6])
        }
    }

    @Test("a category that the erasure retains keeps its key, which opens and seals no more")
    func retained() throws {
        try fixture.withStore { store throws in
            let orders = try store.made(.orders(1)).commitment
            _ = try store.made(.identity(1))
            let first = erasure(1, at: 7, retaining: ["orders", "sales"])
            #expect(try store.destroy([first], replayedTo: Position(7)) == DestroyedKeys(epoch: 2, count: 1))
            let refusal = ErasedSubject(subject: "customer:1", position: Position(7))
            for _ in 1...2 {
                #expect(try store.answer(.orders(1)) == .key(orders))
                #expect(try store.answer(.identity(1)) == .erased(7))
                #expect(throws: refusal) { try store.keys(makingMissing: [.orders(1)]) }
            }
            // The law keeps it no longer.
            let second = erasure(1, at: 90)
            #expect(try store.destroy([second], replayedTo: Position(90)) == DestroyedKeys(epoch: 3, count: 1))
            #expect(try store.answer(.orders(1)) == .erased(7), "erased since the first time")
        }
    }

    @Test("what is destroyed is in no file, in no form; what was wrapped with the same key neither")
    func noTraces() throws {
        try fixture.withStore { store throws in
            _ = try store.keys(makingMissing: Set((1...500).map { .orders($0) }))
            let secrets = try #require(try store.exposedSecrets(of: .orders(77)))
            #expect(try Set(fixture.traces(of: [secrets.wrappedDataKey])).contains("data/keys/epoch-1/data.mdb"))
            #expect(try fixture.traces(of: [secrets.wrappedKeyEncryptionKey]) == ["data/keys/epoch-1/KEK"])
            #expect(try fixture.traces(of: [secrets.dataKey, secrets.keyEncryptionKey]) == [], "never in clear")
            let kept = try #require(try store.exposedSecrets(of: .orders(78)))
            _ = try store.destroy([erasure(77, at: 1)], replayedTo: Position(1))
            #expect(try fixture.traces(of: secrets.all) == [])
            let rewrapped = try #require(try store.exposedSecrets(of: .orders(78)))
            #expect(rewrapped.dataKey == kept.dataKey)
            #expect(rewrapped.wrappedDataKey != kept.wrappedDataKey)
            #expect(rewrapped.keyEncryptionKey != kept.keyEncryptionKey)
            #expect(try fixture.traces(of: [kept.wrappedDataKey]) == [])
        }
    }

    @Test("the file of the key-encryption key is overwritten where it lies, before its name goes")
    func overwritten() throws {
        try fixture.withStore { store throws in
            _ = try store.made(.orders(1))
            let path = fixture.keys + "/epoch-1/KEK"
            let before = try #require(try DurableFile.read(path))
            // Another name for the same bytes on disk.
            try FileManager.default.linkItem(atPath: path, toPath: fixture.path("same"))
            _ = try store.destroy([erasure(1, at: 1)], replayedTo: Position(1))
            let after = try #require(try DurableFile.read(fixture.path("same")))
            #expect(after.count == before.count)
            #expect(zip(after, before).count { $0 == $1 } < before.count / 4, "random bytes agree by chance only")
            #expect(try fixture.names() == ["CURRENT", "epoch-2"])
        }
    }

    @Test("many are erased at once, and what stays is all there")
    func many() throws {
        let everybody = Set((0..<3000).map { KeyName.orders($0) })
        try fixture.withStore { store throws in
            let before = try store.keys(makingMissing: everybody)
            let erasures = (0..<1500).map { erasure($0 * 2, at: UInt64($0 + 1)) }
            #expect(try store.destroy(erasures, replayedTo: Position(1500)) == DestroyedKeys(epoch: 2, count: 1500))
            for customer in 0..<3000 {
                let key = try #require(before[.orders(customer)])
                let isErased = customer % 2 == 0
                let expected: KeyAnswer = isErased ? .erased(UInt64(customer / 2 + 1)) : .key(key.commitment)
                let answer = try store.answer(.orders(customer))
                if answer != expected { Issue.record("customer \(customer): \(answer), expected \(expected)") }
            }
            let status = try store.status()
            #expect(status.keys == 1500)
            #expect(status.erased == 1500)
        }
    }

    // MARK: Nothing to do

    @Test("what is destroyed already is not destroyed again")
    func again() throws {
        try fixture.withStore { store throws in
            _ = try store.keys(makingMissing: [.orders(1), .orders(2)])
            let erasures = [erasure(1, at: 3), erasure(9, at: 4, retaining: ["orders"])]
            #expect(try store.destroy(erasures, replayedTo: Position(5)) == DestroyedKeys(epoch: 2, count: 1))
            #expect(try store.destroy(erasures, replayedTo: Position(8)) == DestroyedKeys(epoch: 2, count: 0))
            #expect(try store.replayedTo == Position(8))
            #expect(try store.destroy(erasures, replayedTo: Position(6)) == DestroyedKeys(epoch: 2, count: 0))
            #expect(try store.replayedTo == Position(8))
            #expect(try store.destroy([], replayedTo: Position(9)) == DestroyedKeys(epoch: 2, count: 0))
            #expect(try store.replayedTo == Position(9))
            #expect(try fixture.names() == ["CURRENT", "epoch-2"])
        }
    }

    @Test("a subject without keys is erased, too: it never gets any")
    func withoutKeys() throws {
        try fixture.withStore { store throws in
            #expect(try store.destroy([erasure(1, at: 3)], replayedTo: Position(3)).count == 0)
            #expect(try store.answer(.orders(1)) == .erased(3))
            #expect(throws: ErasedSubject.self) { try store.keys(makingMissing: [.orders(1)]) }
        }
    }

    @Test("of several erasures of one subject, the first says since when, and the last what stays")
    func several() throws {
        try fixture.withStore { store throws in
            _ = try store.keys(makingMissing: [.orders(1), .identity(1)])
            let erasures = [erasure(1, at: 3), erasure(1, at: 5, retaining: ["orders"])]
            #expect(try store.destroy(erasures, replayedTo: Position(5)).count == 1)
            #expect(try store.answer(.identity(1)) == .erased(3))
            guard case .key = try store.key(.orders(1)) else {
                Issue.record("the key that the last erasure retains is gone")
                return
            }
        }
    }

    @Test("how far erasures are carried out only grows")
    func replayed() throws {
        try fixture.withStore { store throws in
            #expect(try store.replayedTo == .zero)
            try store.noteReplayed(to: Position(10))
            try store.noteReplayed(to: Position(4))
            #expect(try store.replayedTo == Position(10))
            _ = try store.destroy([erasure(1, at: 2)], replayedTo: Position(2))
            #expect(try store.replayedTo == Position(10))
        }
        try fixture.withStore { store throws in #expect(try store.replayedTo == Position(10)) }
    }

    @Test("an erasure that cannot be stored is refused, and nothing is destroyed")
    func unusable() throws {
        try fixture.withStore { store throws in
            _ = try store.made(.orders(1))
            let broken = KeyErasure(subject: "", position: Position(1))
            #expect(throws: UnusableKeyName.self) {
                try store.destroy([erasure(1, at: 1), broken], replayedTo: Position(1))
            }
            #expect(try store.status().epoch == 1)
        }
    }

    // MARK: Another master key

    @Test("under another master key all keys are as before, and the old one opens nothing")
    func rotation() throws {
        let (commitment, index, secrets) = try fixture.withStore { store throws in
            let commitment = try store.made(.orders(1)).commitment
            _ = try store.made(.orders(2))
            _ = try store.destroy([erasure(2, at: 6)], replayedTo: Position(6))
            let index = try store.blindIndexKey().index("email", "a@example.org")
            let secrets = try #require(try store.exposedSecrets(of: .orders(1)))
            try store.rotate(to: KeyStoreFixture.master(8))
            #expect(try store.answer(.orders(1)) == .key(commitment))
            _ = try store.made(.orders(3))
            _ = try store.destroy([erasure(3, at: 8)], replayedTo: Position(8))
            return (commitment, index, secrets)
        }
        let kept = [secrets.wrappedDataKey, secrets.keyEncryptionKey, secrets.wrappedKeyEncryptionKey]
        #expect(try fixture.traces(of: kept) == [])
        try fixture.withStore { store throws in
            #expect(try masterKeyRefusal { _ = try store.key(.orders(1)) } == .wrongKey)
        }
        try fixture.withStore(master: 8) { store throws in
            #expect(try store.answer(.orders(1)) == .key(commitment))
            #expect(try store.answer(.orders(2)) == .erased(6))
            #expect(try store.answer(.orders(3)) == .erased(8))
            #expect(try store.blindIndexKey().index("email", "a@example.org") == index)
            #expect(try store.replayedTo == Position(8))
        }
    }
}
