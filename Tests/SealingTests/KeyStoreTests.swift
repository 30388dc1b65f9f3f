import EventLog
import Foundation
import LMDB
@testable import Sealing
import Synchronization
import TestSupport
import Testing

/// A key store as it is made, opened and asked.
@Suite struct KeyStoreTests {
    private let fixture: KeyStoreFixture

    init() throws { fixture = try KeyStoreFixture() }

    // MARK: Making and opening

    @Test("a key store is made once, and its keys are there again the next time")
    func madeOnce() throws {
        #expect(!KeyStore.isThere(in: fixture.data))
        let (commitment, index) = try fixture.withStore { store throws in
            (try store.made(.orders(1)).commitment, try store.blindIndexKey().index("email", "a@example.org"))
        }
        #expect(KeyStore.isThere(in: fixture.data))
        #expect(try fixture.names() == ["CURRENT", "epoch-1"])
        try fixture.withStore { store throws in
            #expect(try store.answer(.orders(1)) == .key(commitment))
            #expect(try store.made(.orders(1)).commitment == commitment)
            #expect(try store.blindIndexKey().index("email", "a@example.org") == index)
            #expect(try store.answer(.orders(2)) == .missing)
            #expect(try store.answer(.identity(1)) == .missing)
        }
    }

    @Test("where no key store is, none is opened or made unless that is asked for")
    func notThere() throws {
        let refusal = try keyStoreRefusal { _ = try fixture.store(creating: false) }
        #expect(refusal == .notThere)
        #expect(try keyStoreRefusal { _ = try fixture.store(readOnly: true) } == .notThere)
        #expect(!FileManager.default.fileExists(atPath: fixture.data))
    }

    @Test("without a master key no key store is made")
    func noMasterKey() throws {
        let reason = try masterKeyRefusal {
            _ = try KeyStore(
                in: fixture.data, logID: KeyStoreFixture.logID, masterKey: .file(fixture.path("nowhere")),
                creating: true)
        }
        #expect(reason == .noKey)
        #expect(!KeyStore.isThere(in: fixture.data))
    }

    @Test("a new master key may be made with a key store, and never for one that is there")
    func makesNew() throws {
        let master = try KeyStoreFixture.master()
        let asked = Asked()
        let source = MasterKeySource { directory, makesNew in
            asked.note(directory, makesNew)
            return master
        }
        for creating in [true, true, false] {
            let store = try KeyStore(
                in: fixture.data, logID: KeyStoreFixture.logID, masterKey: source, creating: creating)
            _ = try store.made(.orders(1))
            store.close()
        }
        #expect(asked.answers == [true, false, false])
        #expect(asked.directories == [fixture.data])
    }

    @Test("the keys of another log are refused")
    func otherLog() throws {
        try fixture.withStore { _ = try $0.made(.orders(1)) }
        let other = EventID(high: 1, low: 2)
        let refusal = try keyStoreRefusal {
            _ = try KeyStore(
                in: fixture.data, logID: other, masterKey: .key(KeyStoreFixture.master()), creating: true)
        }
        #expect(refusal == .otherLog(found: KeyStoreFixture.logID, expected: other))
    }

    @Test("folders and files are for their owner only")
    func rights() throws {
        try fixture.withStore { store throws in
            _ = try store.made(.orders(1))
            let names = try FileManager.default.subpathsOfDirectory(atPath: fixture.data)
            #expect(Set(names).isSuperset(of: ["keys", "keys/CURRENT", "keys/epoch-1/KEK", "keys/epoch-1/data.mdb"]))
            for name in names {
                let attributes = try FileManager.default.attributesOfItem(atPath: fixture.data + "/" + name)
                let mode = try #require(attributes[.posixPermissions] as? NSNumber).intValue
                #expect(mode & 0o077 == 0, "\(name)")
            }
        }
    }

    @Test("who asks a closed key store is refused")
    func closed() throws {
        let store = try fixture.store()
        _ = try store.made(.orders(1))
        store.close()
        store.close()
        #expect(try keyStoreRefusal { _ = try store.key(.orders(1)) } == .closed)
        #expect(try keyStoreRefusal { _ = try store.keys(makingMissing: [.orders(1)]) } == .closed)
    }

    // MARK: Reading only

    @Test("read only, keys are answered and nothing is written")
    func readOnly() throws {
        let commitment = try fixture.withStore { try $0.made(.orders(1)).commitment }
        let current = try DurableFile.read(fixture.keys + "/CURRENT")
        let data = try DurableFile.read(fixture.keys + "/epoch-1/data.mdb")
        try DurableFile.createDirectory(fixture.keys + "/new")
        let store = try fixture.store(readOnly: true)
        defer { store.close() }
        #expect(store.isReadOnly)
        #expect(try store.answer(.orders(1)) == .key(commitment))
        #expect(try store.keys(makingMissing: [.orders(1)]).count == 1)
        #expect(try store.answer(.orders(2)) == .missing)
        #expect(try store.status().keys == 1)
        #expect(try store.blindIndexKey().index("email", "x").count == 16)
        #expect(try keyStoreRefusal { _ = try store.keys(makingMissing: [.orders(2)]) } == .readOnly)
        let erasure = KeyErasure(subject: "customer:1", position: Position(1))
        #expect(try keyStoreRefusal { _ = try store.destroy([erasure], replayedTo: Position(1)) } == .readOnly)
        #expect(try keyStoreRefusal { try store.noteReplayed(to: Position(1)) } == .readOnly)
        #expect(try keyStoreRefusal { try store.rotate(to: KeyStoreFixture.master(8)) } == .readOnly)
        #expect(try DurableFile.read(fixture.keys + "/CURRENT") == current)
        #expect(try DurableFile.read(fixture.keys + "/epoch-1/data.mdb") == data)
        #expect(try fixture.names() == ["CURRENT", "epoch-1", "new"])
    }

    // MARK: Names

    @Test(
        "names that no key can have are refused",
        arguments: [
            ("", "orders"), ("customer:1", ""), ("customer\u{0}1", "orders"), ("customer:1", "or\u{0}ders"),
            (String(repeating: "x", count: 257), "orders"), ("customer:1", String(repeating: "x", count: 129)),
        ])
    func unusableNames(subject: String, category: String) throws {
        try fixture.withStore { store throws in
            let name = KeyName(subject: subject, category: category)
            #expect(throws: UnusableKeyName.self) { try store.key(name) }
            #expect(throws: UnusableKeyName.self) { try store.keys(makingMissing: [name, .orders(1)]) }
            #expect(try store.answer(.orders(1)) == .missing, "nothing was made")
        }
    }

    @Test("names of any letters, as long as they may be, have keys of their own")
    func longNames() throws {
        let composed = KeyName(subject: "customer:\u{E9}", category: "orders")
        let decomposed = KeyName(subject: "customer:e\u{301}", category: "orders")
        let long = KeyName(subject: String(repeating: "x", count: 256), category: String(repeating: "y", count: 128))
        let shorter = KeyName(subject: String(repeating: "x", count: 255), category: String(repeating: "y", count: 128))
        #expect(composed != decomposed)
        let names: Set = [composed, decomposed, long, shorter]
        try fixture.withStore { store throws in
            let keys = try store.keys(makingMissing: names)
            #expect(keys.count == 4)
            #expect(Set(keys.values.map(\.commitment)).count == 4)
            for name in names {
                let key = try #require(keys[name])
                #expect(try store.answer(name) == .key(key.commitment))
            }
        }
    }

    @Test("the status counts keys, subjects and erased ones")
    func status() throws {
        try fixture.withStore { store throws in
            _ = try store.keys(makingMissing: [.orders(1), .identity(1), .orders(2), .orders(11)])
            _ = try store.destroy([KeyErasure(subject: "customer:2", position: Position(9))], replayedTo: Position(12))
            let status = try store.status()
            #expect(status.epoch == 2)
            #expect(status.keys == 3)
            #expect(status.subjects == 2)
            #expect(status.erased == 1)
            #expect(status.replayedTo == Position(12))
            #expect(status.bytes > 4096)
        }
    }

    @Test("keys in memory are bounded, and those used last are among them")
    func cache() {
        var cache = KeyCache()
        let entry = KeyCache.Entry(key: SubjectKey(dataKey: Array(0..<32)), erasedAt: nil)
        var isAlwaysThere = true
        var highest = 0
        for number in 0..<KeyCache.capacity * 2 {
            cache.insert(entry, for: .orders(number))
            if cache.find(.orders(0)) == nil { isAlwaysThere = false }
            highest = max(highest, cache.count)
        }
        #expect(isAlwaysThere, "it was used all the time")
        #expect(highest <= KeyCache.capacity)
        #expect(highest > KeyCache.capacity / 2)
        #expect(cache.find(.orders(KeyCache.capacity * 2 - 1)) != nil)
        #expect(cache.find(.orders(1)) == nil)
    }
}

/// What a source of master keys was asked.
private final class Asked: Sendable {
    private struct Call {
        let directory: String
        let makesNew: Bool
    }

    private let calls = Mutex<[Call]>([])

    var answers: [Bool] { calls.withLock { $0.map(\.makesNew) } }
    var directories: Set<String> { Set(calls.withLock { $0.map(\.directory) }) }

    func note(_ directory: String, _ makesNew: Bool) {
        calls.withLock { $0.append(Call(directory: directory, makesNew: makesNew)) }
    }
}
