import EventLog
import Foundation
import Sealing

/// Keys and parts by themselves, without a log: making keys, sealing parts of 100 bytes, opening them.
struct SealingBenchmark {
    private let place: String
    private let rounds: Int
    private let isSmoke: Bool
    private let masterKey: MasterKeySource
    private let logID = EventID()
    /// Persons whose keys are looked up, fewer than a store keeps in memory.
    private let persons: Int

    init(in place: String, _ options: BenchmarkOptions, _ masterKey: MasterKeySource) {
        self.place = place
        rounds = options.rounds
        isSmoke = options.isSmoke
        self.masterKey = masterKey
        persons = options.isSmoke ? 500 : 20_000
    }

    func run() throws {
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        try makeKeys()
        try sealAndOpen()
    }

    private func opened() throws -> KeyStore {
        try KeyStore(in: place, logID: logID, masterKey: masterKey, creating: true)
    }

    private static func name(_ number: Int) -> KeyName {
        KeyName(subject: "customer:C-\(number)", category: "other")
    }

    // MARK: Keys

    /// One at a time and a thousand at a time; durable when the call returns.
    private func makeKeys() throws {
        let store = try opened()
        defer { store.close() }
        var made = 0
        for (size, calls) in [(1, isSmoke ? 5 : 100), (1000, isSmoke ? 1 : 10)] {
            var rates: [Double] = []
            for _ in 0..<rounds {
                let batches = (0..<calls).map { call in
                    Set((0..<size).map { Self.name(made + call * size + $0) })
                }
                let taken = try seconds { for names in batches { _ = try store.keys(makingMissing: names) } }
                rates.append(Double(size * calls) / taken)
                made += size * calls
            }
            line("new keys, \(size) a call", "\(Spread(rates).text) keys/s")
        }
        while made < persons {
            let end = min(made + 1000, persons)
            _ = try store.keys(makingMissing: Set((made..<end).map { Self.name($0) }))
            made = end
        }
        let bytes = Folder.bytes(place + "/keys")
        line("key store, a key for each person", "\(number(Double(bytes) / Double(made))) bytes a person")
    }

    // MARK: Parts

    private func sealAndOpen() throws {
        var events = try eventsOfAll()
        var sealedCold: [Double] = []
        var sealed: [Double] = []
        var opened: [Double] = []
        for _ in 0..<rounds {
            let store = try self.opened()
            defer { store.close() }
            // The first time each key is read and unwrapped, the second time it is in memory.
            sealedCold.append(try seal(&events, store) * 1e9 / Double(persons))
            sealed.append(try seal(&events, store) * 1e9 / Double(persons))
            opened.append(try open(events, store) * 1e9 / Double(persons))
        }
        line("sealing a part, its key not in memory", "\(Spread(sealedCold).text) ns")
        line("sealing a part, its key in memory", "\(Spread(sealed).text) ns")
        line("opening a part, its key in memory", "\(Spread(opened).text) ns")
    }

    private struct Sample {
        let event: NewEvent
        let subject: Subject
        let clear: [UInt8]
        var sealed: SealedPart?
    }

    private func eventsOfAll() throws -> [Sample] {
        var random = SplitMix(state: 41)
        let type = try EventType("benchmark.Measured")
        return try (0..<persons).map { number in
            let person = try Tag("customer", "C-\(number)")
            let subject = Subject(person, bytes: 100, &random)
            return Sample(
                event: NewEvent(type: type, tags: [person], subjects: [subject]), subject: subject,
                clear: subject.part?.bytes ?? [])
        }
    }

    /// Seconds for all of them, with looking up the keys and what binds each part to its event.
    private func seal(_ samples: inout [Sample], _ store: KeyStore) throws -> Double {
        try seconds {
            for index in samples.indices {
                let event = samples[index].event
                guard case .key(let key) = try store.key(Self.name(index)) else {
                    throw Disagreement("there is no key for person \(index)")
                }
                let context = SealingContext(event)
                samples[index].sealed = try key.seal(
                    samples[index].clear, eventID: event.id,
                    associatedData: context.associatedData(of: samples[index].subject.id))
            }
        }
    }

    private func open(_ samples: [Sample], _ store: KeyStore) throws -> Double {
        try seconds {
            for index in samples.indices {
                guard case .key(let key) = try store.key(Self.name(index)), let part = samples[index].sealed else {
                    throw Disagreement("there is no key for person \(index), or nothing sealed")
                }
                let context = SealingContext(samples[index].event)
                let opened = try key.open(
                    part, associatedData: context.associatedData(of: samples[index].subject.id))
                guard opened == samples[index].clear else {
                    throw Disagreement("the part of person \(index) opens to something else")
                }
            }
        }
    }
}
