import EventLog
import Foundation
import LMDB
@testable import Sealing
import TestSupport
import Testing

/// A key store that cannot be opened or believed: nothing is ever taken for a missing key or an erased person.
@Suite struct DamagedKeyStoreTests {
    private let fixture: KeyStoreFixture

    init() throws { fixture = try KeyStoreFixture() }

    @Test("a wrong master key is told as such, whoever is asked for")
    func wrongMasterKey() throws {
        try fixture.withStore { store throws in
            _ = try store.keys(makingMissing: [.orders(1), .orders(2)])
            _ = try store.destroy([KeyErasure(subject: "customer:2", position: Position(5))], replayedTo: Position(5))
        }
        try fixture.withStore(master: 8) { store throws in
            for customer in 1...3 {
                #expect(try masterKeyRefusal { _ = try store.key(.orders(customer)) } == .wrongKey)
                #expect(try masterKeyRefusal { _ = try store.keys(makingMissing: [.orders(customer)]) } == .wrongKey)
            }
            #expect(try masterKeyRefusal { _ = try store.blindIndexKey() } == .wrongKey)
            let erasure = KeyErasure(subject: "customer:1", position: Position(6))
            #expect(
                try masterKeyRefusal { _ = try store.destroy([erasure], replayedTo: Position(6)) } == .wrongKey)
            #expect(try store.status().keys == 1, "what is there can be told without a master key")
        }
        try fixture.withStore { store throws in
            #expect(try store.answer(.orders(2)) == .erased(5))
            #expect(try store.answer(.orders(3)) == .missing)
            guard case .key = try store.key(.orders(1)) else {
                Issue.record("the wrong master key has cost a key")
                return
            }
        }
    }

    @Test("a master key that is there again serves without opening the key store anew")
    func masterKeyComesBack() throws {
        let path = fixture.path("master.key")
        try LocalMasterKey.make(at: path)
        let store = try KeyStore(
            in: fixture.data, logID: KeyStoreFixture.logID, masterKey: .file(path), creating: true)
        let commitment = try store.made(.orders(1)).commitment
        store.close()
        try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
        let later = try KeyStore(
            in: fixture.data, logID: KeyStoreFixture.logID, masterKey: .file(path), creating: false)
        defer { later.close() }
        #expect(try masterKeyRefusal { _ = try later.key(.orders(1)) } == .noKey)
        try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
        #expect(try later.answer(.orders(1)) == .key(commitment))
    }

    @Test("a damaged or missing file is told as damage, and not as a wrong master key")
    func damagedFiles() throws {
        try fixture.withStore { _ = try $0.made(.orders(1)) }
        let path = fixture.keys + "/epoch-1/KEK"
        let whole = try #require(try DurableFile.read(path))
        for index in whole.indices {
            var bytes = whole
            bytes[index] ^= 1
            try DurableFile.replace(path, with: bytes)
            try expectDamage()
        }
        for count in [0, 4, 12, whole.count - 1] {
            try DurableFile.replace(path, with: Array(whole.prefix(count)))
            try expectDamage()
        }
        try DurableFile.remove(path)
        try expectDamage()
        try DurableFile.replace(path, with: whole)
        try fixture.withStore { store throws in #expect(try store.status().keys == 1) }
        try DurableFile.replace(fixture.keys + "/CURRENT", with: Array("epoch-2\n".utf8))
        try expectDamage()
        try DurableFile.replace(fixture.keys + "/CURRENT", with: Array("epoch-01\n".utf8))
        try expectDamage()
        #expect(FileManager.default.fileExists(atPath: path), "nothing is destroyed where nobody knows what counts")
    }

    private func expectDamage() throws {
        guard case .damaged = try keyStoreRefusal({ _ = try fixture.store() }) else {
            Issue.record("damage was not told")
            return
        }
    }

    @Test("a row that takes the place of another one opens nothing")
    func swappedRows() throws {
        try fixture.withStore { _ = try $0.keys(makingMissing: [.orders(1), .orders(2)]) }
        try withGeneration { environment in
            let keys = environment.database("keys")
            try environment.write { transaction in
                let other = KeyName.orders(2).row
                let row = KeyName.orders(1).row
                let stolen = try transaction.value(in: keys, for: other.rawSpan)?.copy() ?? []
                try transaction.put(stolen.rawSpan, in: keys, for: row.rawSpan)
            }
        }
        try fixture.withStore { store throws in
            guard case .damaged(let what) = try keyStoreRefusal({ _ = try store.key(.orders(1)) }) else {
                Issue.record("the key of another subject was answered")
                return
            }
            #expect(what.contains("customer:1"))
            guard case .key = try store.key(.orders(2)) else {
                Issue.record("a sound key is not answered")
                return
            }
        }
    }

    @Test("a key store of a later program is refused with its number")
    func laterFormat() throws {
        try fixture.withStore { _ = try $0.made(.orders(1)) }
        try withGeneration { environment in
            let meta = environment.database("meta")
            try environment.write { transaction in
                let number: [UInt8] = [2, 0, 0, 0]
                try transaction.put(number.rawSpan, in: meta, for: "format")
            }
        }
        #expect(try keyStoreRefusal { _ = try fixture.store() } == .unknownFormat(2, known: 1))
    }

    private func withGeneration(_ body: (Environment) throws -> Void) throws {
        let environment = try KeyGeneration.environment(at: fixture.keys + "/epoch-1", readOnly: false)
        defer { environment.close() }
        try body(environment)
    }
}
