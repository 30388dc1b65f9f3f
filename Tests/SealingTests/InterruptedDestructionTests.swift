import EventLog
import Foundation
import LMDB
@testable import Sealing
import TestSupport
import Testing

/// A key store after whoever was destroying keys, or making it, was killed.
@Suite struct InterruptedDestructionTests {
    private let fixture: KeyStoreFixture
    private let files = FileManager.default

    init() throws { fixture = try KeyStoreFixture() }

    private func copy(_ name: String, to other: String) throws {
        try files.copyItem(atPath: fixture.keys + "/" + name, toPath: fixture.keys + "/" + other)
    }

    @Test("killed before the new generation counts, the old one does, and the new one is destroyed")
    func beforeTheSwap() throws {
        let (commitment, secrets) = try fixture.withStore { store throws in
            let commitment = try store.made(.orders(1)).commitment
            return (commitment, try #require(try store.exposedSecrets(of: .orders(1))))
        }
        try copy("epoch-1", to: "epoch-2")
        try copy("epoch-1", to: "new")
        try DurableFile.replace(fixture.keys + "/new/KEK.new", with: secrets.wrappedKeyEncryptionKey)
        try fixture.withStore { store throws in
            #expect(try store.answer(.orders(1)) == .key(commitment))
            #expect(try fixture.names() == ["CURRENT", "epoch-1"])
            #expect(try fixture.traces(of: [secrets.wrappedKeyEncryptionKey]) == ["data/keys/epoch-1/KEK"])
            let erasure = KeyErasure(subject: "customer:1", position: Position(1))
            #expect(try store.destroy([erasure], replayedTo: Position(1)) == DestroyedKeys(epoch: 2, count: 1))
        }
        #expect(try fixture.traces(of: secrets.all) == [])
    }

    @Test("killed after the new generation counts, the old one is destroyed by whoever opens the key store next")
    func afterTheSwap() throws {
        let secrets = try fixture.withStore { store throws in
            _ = try store.keys(makingMissing: [.orders(1), .orders(2)])
            return try #require(try store.exposedSecrets(of: .orders(1)))
        }
        try files.copyItem(atPath: fixture.keys + "/epoch-1", toPath: fixture.path("aside"))
        let erasure = KeyErasure(subject: "customer:1", position: Position(1))
        try fixture.withStore { store throws in _ = try store.destroy([erasure], replayedTo: Position(1)) }
        try files.moveItem(atPath: fixture.path("aside"), toPath: fixture.keys + "/epoch-1")
        #expect(try !fixture.traces(of: secrets.all).isEmpty)
        try fixture.withStore { store throws in
            #expect(try store.answer(.orders(1)) == .erased(1))
            guard case .key = try store.key(.orders(2)) else {
                Issue.record("a key is lost")
                return
            }
            #expect(try fixture.names() == ["CURRENT", "epoch-2"])
            #expect(try fixture.traces(of: secrets.all) == [])
        }
    }

    @Test("what is left is destroyed with the next erasure as well, even one that is known already")
    func sweptByTheNext() throws {
        let store = try fixture.store()
        defer { store.close() }
        _ = try store.made(.orders(1))
        let secrets = try #require(try store.exposedSecrets(of: .orders(1)))
        let erasure = KeyErasure(subject: "customer:1", position: Position(1))
        _ = try store.destroy([erasure], replayedTo: Position(1))
        try DurableFile.createDirectory(fixture.keys + "/epoch-1")
        try DurableFile.replace(fixture.keys + "/epoch-1/KEK", with: secrets.wrappedKeyEncryptionKey)
        try files.linkItem(atPath: fixture.keys + "/epoch-1/KEK", toPath: fixture.path("same"))
        #expect(try store.destroy([erasure], replayedTo: Position(1)).count == 0)
        #expect(try fixture.names() == ["CURRENT", "epoch-2"])
        #expect(try fixture.traces(of: secrets.all) == [])
        #expect(try DurableFile.size(fixture.path("same")) == secrets.wrappedKeyEncryptionKey.count)
    }

    @Test("a key store whose maker was killed before it counted is completed")
    func completed() throws {
        let commitment = try fixture.withStore { try $0.made(.orders(1)).commitment }
        try DurableFile.remove(fixture.keys + "/CURRENT")
        #expect(KeyStore.isThere(in: fixture.data))
        let refusal = try keyStoreRefusal { _ = try fixture.store(readOnly: true) }
        #expect(refusal == .notThere)
        let store = try fixture.store(creating: false)
        defer { store.close() }
        #expect(try store.answer(.orders(1)) == .key(commitment))
    }

    @Test("what the maker of a key store has left before there was a generation is nothing")
    func begunAnew() throws {
        try DurableFile.createDirectory(fixture.keys + "/new")
        try DurableFile.replace(fixture.keys + "/new/KEK", with: [1, 2, 3])
        #expect(!KeyStore.isThere(in: fixture.data))
        try fixture.withStore { store throws in
            _ = try store.made(.orders(1))
            #expect(try fixture.names() == ["CURRENT", "epoch-1"])
        }
    }

    @Test("where nobody can tell which generation counts, none is taken and none destroyed")
    func unclear() throws {
        try fixture.withStore { _ = try $0.made(.orders(1)) }
        try copy("epoch-1", to: "epoch-2")
        try DurableFile.remove(fixture.keys + "/CURRENT")
        guard case .damaged = try keyStoreRefusal({ _ = try fixture.store() }) else {
            Issue.record("one of two generations was taken")
            return
        }
        #expect(try fixture.names() == ["epoch-1", "epoch-2"])
    }
}
