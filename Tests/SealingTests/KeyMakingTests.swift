import EventLog
import Foundation
import LMDB
@testable import Sealing
import TestSupport
import Testing

/// Keys that many ask for at the same time.
@Suite(.timeLimit(.minutes(10))) struct KeyMakingTests {
    private let fixture: KeyStoreFixture

    init() throws { fixture = try KeyStoreFixture() }

    @Test("threads that ask for the same keys get the same ones")
    func threads() async throws {
        let store = try fixture.store()
        defer { store.close() }
        let answers = try await withThrowingTaskGroup(of: [KeyName: [UInt8]].self) { group in
            for thread in 0..<16 {
                group.addTask {
                    var answers: [KeyName: [UInt8]] = [:]
                    for round in 0..<20 {
                        // Half of the names are shared with the thread beside this one.
                        let names = Set((0..<8).map { KeyName.orders(round * 200 + thread * 4 + $0) })
                        for (name, key) in try store.keys(makingMissing: names) { answers[name] = key.commitment }
                    }
                    return answers
                }
            }
            var answers: [[KeyName: [UInt8]]] = []
            for try await answer in group { answers.append(answer) }
            return answers
        }
        var known: [KeyName: [UInt8]] = [:]
        for (name, commitment) in answers.joined() {
            #expect(known[name] == nil || known[name] == commitment)
            known[name] = commitment
        }
        #expect(known.count == 20 * (16 * 4 + 4))
        #expect(Set(known.values).count == known.count, "no two names have the same key")
        #expect(try store.status().keys == known.count)
        store.close()
        try fixture.withStore { store throws in
            for (name, commitment) in known { #expect(try store.answer(name) == .key(commitment)) }
        }
    }

    @Test("while keys are made, others are destroyed, and none of either is lost")
    func besideDestruction() async throws {
        let store = try fixture.store()
        defer { store.close() }
        async let made = Self.make(in: store, 200)
        for customer in 1...20 {
            let victim = 10_000 + customer
            _ = try store.keys(makingMissing: [.orders(victim)])
            let erasure = KeyErasure(subject: "customer:\(victim)", position: Position(UInt64(customer)))
            let destroyed = try store.destroy([erasure], replayedTo: Position(UInt64(customer)))
            #expect(destroyed.count == 1)
            #expect(try store.answer(.orders(victim)) == .erased(UInt64(customer)))
        }
        let commitments = try await made
        #expect(commitments.count == 200)
        for (customer, commitment) in commitments.enumerated() {
            #expect(try store.answer(.orders(customer)) == .key(commitment))
        }
        #expect(try store.status().erased == 20)
        #expect(try fixture.names() == ["CURRENT", "epoch-21"])
    }

    private static func make(in store: KeyStore, _ count: Int) async throws -> [[UInt8]] {
        try (0..<count).map { try store.made(.orders($0)).commitment }
    }

    @Test("two processes agree on every key")
    func twoProcesses() async throws {
        let store = try fixture.store()
        defer { store.close() }
        let data = fixture.data
        async let made = Self.make(in: store, 300)
        await #expect(processExitsWith: .success) { [data = data as String] in
            try OtherKeyProcess.make(in: data, 300)
        }
        let here = try await made
        let there = try #require(try DurableFile.read(data + "/commitments"))
        #expect(there == Array(here.joined()))
        #expect(try store.status().keys == 300)
    }

    @Test("a process notices that another one has destroyed keys, and goes on in the new generation")
    func destroyedElsewhere() async throws {
        let store = try fixture.store()
        defer { store.close() }
        let kept = try store.made(.orders(2)).commitment
        _ = try store.made(.orders(1))
        let secrets = try #require(try store.exposedSecrets(of: .orders(1)))
        let data = fixture.data
        await #expect(processExitsWith: .success) { [data = data as String] in
            try OtherKeyProcess.destroy("customer:1", in: data)
        }
        #expect(try await eventually { try store.answer(.orders(1)) == .erased(3) })
        #expect(throws: ErasedSubject(subject: "customer:1", position: Position(3))) {
            try store.keys(makingMissing: [.orders(1)])
        }
        #expect(try store.answer(.orders(2)) == .key(kept))
        _ = try store.made(.orders(4))
        #expect(try store.status().epoch == 2)
        #expect(try fixture.names() == ["CURRENT", "epoch-2"])
        #expect(try fixture.traces(of: secrets.all) == [])
    }

    @Test("a process that has just read a key makes none for whom another one has erased meanwhile")
    func erasedElsewhere() async throws {
        let store = try fixture.store()
        defer { store.close() }
        #expect(try store.answer(.orders(1)) == .missing)
        let data = fixture.data
        await #expect(processExitsWith: .success) { [data = data as String] in
            try OtherKeyProcess.destroy("customer:1", in: data)
        }
        #expect(throws: ErasedSubject(subject: "customer:1", position: Position(3))) {
            try store.keys(makingMissing: [.orders(1), .orders(2)])
        }
    }
}

/// What a second process does with the key store.
private enum OtherKeyProcess {
    /// Asks for the keys of `count` customers and writes down what it got.
    static func make(in data: String, _ count: Int) throws {
        let store = try KeyStoreFixture.store(in: data)
        defer { store.close() }
        let commitments = try (0..<count).reversed().map { try store.made(.orders($0)).commitment }
        try DurableFile.replace(data + "/commitments", with: Array(commitments.reversed().joined()))
    }

    static func destroy(_ subject: String, in data: String) throws {
        let store = try KeyStoreFixture.store(in: data)
        defer { store.close() }
        _ = try store.destroy([KeyErasure(subject: subject, position: Position(3))], replayedTo: Position(3))
    }
}
