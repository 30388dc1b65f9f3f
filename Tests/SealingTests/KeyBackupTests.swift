import EventLog
import Foundation
import LMDB
@testable import Sealing
import TestSupport
import Testing

/// Backups of keys, and what comes back of them.
@Suite struct KeyBackupTests {
    private let fixture: KeyStoreFixture

    init() throws { fixture = try KeyStoreFixture() }

    private func restore(into data: String, logID: EventID = KeyStoreFixture.logID) throws {
        try KeyStore.restore(from: fixture.path("backup"), into: data, logID: logID)
    }

    private func erasure(_ customer: Int, at position: UInt64) -> KeyErasure {
        KeyErasure(subject: "customer:\(customer)", position: Position(position))
    }

    @Test("a restored key store is that of the backup")
    func restored() throws {
        let (commitment, index) = try fixture.withStore { store throws in
            let commitment = try store.made(.orders(1)).commitment
            _ = try store.made(.orders(2))
            _ = try store.destroy([erasure(2, at: 3)], replayedTo: Position(4))
            try store.backup(to: fixture.path("backup"))
            _ = try store.made(.orders(3))
            return (commitment, try store.blindIndexKey().index("email", "a@example.org"))
        }
        try restore(into: fixture.path("other"))
        let store = try KeyStoreFixture.store(in: fixture.path("other"), creating: false)
        defer { store.close() }
        #expect(try store.answer(.orders(1)) == .key(commitment))
        #expect(try store.answer(.orders(2)) == .erased(3))
        #expect(try store.answer(.orders(3)) == .missing)
        #expect(try store.replayedTo == Position(4))
        #expect(try store.blindIndexKey().index("email", "a@example.org") == index)
        _ = try store.made(.orders(4))
    }

    @Test("who was erased after the backup comes back with it, and is erased again by replaying")
    func replayed() throws {
        try fixture.withStore { store throws in
            _ = try store.keys(makingMissing: [.orders(1), .orders(2)])
            try store.backup(to: fixture.path("backup"))
            _ = try store.destroy([erasure(1, at: 9)], replayedTo: Position(9))
        }
        try FileManager.default.removeItem(atPath: fixture.keys)
        try restore(into: fixture.data)
        try fixture.withStore { store throws in
            #expect(try store.replayedTo == .zero)
            let secrets = try #require(try store.exposedSecrets(of: .orders(1)))
            #expect(try store.destroy([erasure(1, at: 9)], replayedTo: Position(9)).count == 1)
            #expect(try store.answer(.orders(1)) == .erased(9))
            #expect(try fixture.traces(of: secrets.all, below: fixture.data) == [])
        }
    }

    @Test("a backup holds nothing that was destroyed before, and no key in clear")
    func noTraces() throws {
        try fixture.withStore { store throws in
            _ = try store.keys(makingMissing: [.orders(1), .orders(2)])
            let destroyed = try #require(try store.exposedSecrets(of: .orders(1)))
            _ = try store.destroy([erasure(1, at: 1)], replayedTo: Position(1))
            try store.backup(to: fixture.path("backup"))
            #expect(try fixture.traces(of: destroyed.all, below: fixture.path("backup")) == [])
            let kept = try #require(try store.exposedSecrets(of: .orders(2)))
            #expect(
                try fixture.traces(of: [kept.dataKey, kept.keyEncryptionKey], below: fixture.path("backup")) == [])
            #expect(try fixture.traces(of: [kept.wrappedDataKey], below: fixture.path("backup")).count == 1)
        }
        let path = fixture.path("backup")
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            let attributes = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
            let mode = try #require(attributes[.posixPermissions] as? NSNumber).intValue
            #expect(mode & 0o077 == 0, "\(name)")
        }
    }

    @Test("a backup is made in a new folder outside of the data directory only")
    func refusedPlaces() throws {
        try fixture.withStore { store throws in
            _ = try store.made(.orders(1))
            try DurableFile.createDirectory(fixture.path("there"))
            #expect(try keyStoreRefusal { try store.backup(to: fixture.path("there")) } == .occupied)
            #expect(try keyStoreRefusal { try store.backup(to: fixture.data + "/backup") } == .inDataDirectory)
            #expect(try keyStoreRefusal { try store.backup(to: fixture.path("there/../data/x")) } == .inDataDirectory)
            #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.path("there")) == [])
            #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.data) == ["keys"])
        }
    }

    @Test("keys are restored where there are none, from a complete backup of this log")
    func refusedRestores() throws {
        try fixture.withStore { store throws in
            _ = try store.made(.orders(1))
            #expect(try keyStoreRefusal { try restore(into: fixture.path("other")) } == .noBackup)
            try store.backup(to: fixture.path("backup"))
            #expect(try keyStoreRefusal { try restore(into: fixture.data) } == .alreadyThere)
            let other = EventID(high: 1, low: 2)
            #expect(
                try keyStoreRefusal { try restore(into: fixture.path("other"), logID: other) }
                    == .otherLog(found: KeyStoreFixture.logID, expected: other))
            try DurableFile.remove(fixture.path("backup/CURRENT"))
            #expect(try keyStoreRefusal { try restore(into: fixture.path("other")) } == .noBackup)
            #expect(!KeyStore.isThere(in: fixture.path("other")))
        }
    }

    @Test("a restore that was interrupted is done once more")
    func interruptedRestore() throws {
        let commitment = try fixture.withStore { store throws in
            try store.backup(to: fixture.path("backup"))
            return try store.blindIndexKey().index("email", "a@example.org")
        }
        let other = fixture.path("other")
        try DurableFile.createDirectory(other + "/keys/new")
        try DurableFile.replace(other + "/keys/new/KEK", with: [1, 2, 3])
        try restore(into: other)
        let store = try KeyStoreFixture.store(in: other, creating: false)
        defer { store.close() }
        #expect(try store.blindIndexKey().index("email", "a@example.org") == commitment)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: other + "/keys").sorted() == ["CURRENT", "epoch-1"])
    }

    @Test("a backup restores from a place where nothing is written, and stays as it is")
    func untouchedBackup() throws {
        try fixture.withStore { store throws in
            _ = try store.made(.orders(1))
            try store.backup(to: fixture.path("backup"))
        }
        let path = fixture.path("backup/epoch-1")
        try DurableFile.remove(path + "/lock.mdb")
        try restore(into: fixture.path("other"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["KEK", "data.mdb"])
    }
}
