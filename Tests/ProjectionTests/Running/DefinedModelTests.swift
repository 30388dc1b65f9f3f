@testable import EventLog
import Foundation
import LMDB
@testable import Projection
import Synchronization
import Testing
import TestSupport

/// Read models that a test defines as it goes.
private final class DefinedModels: ReadModelSource {
    private let models = Mutex<[ReadModel]>([])

    init(_ models: [ReadModel] = []) { define(models) }

    /// From now on these, and no others.
    func define(_ models: [ReadModel]) { self.models.withLock { $0 = models } }

    func readModels(in log: EventLog) throws -> [ReadModel] { models.withLock { $0 } }

    func defines(_ name: String) -> Bool { name.hasPrefix("defined-") }
}

/// Read models that events define: built aside, one after the other, and let go of.
@Suite(.timeLimit(.minutes(5))) struct DefinedModelTests {
    private static let events = (1...10).map { Ledger.event(UInt8($0), "account:\($0 % 3)") }

    private static func model(_ number: Int) -> ReadModel {
        ReadModel(name: "defined-\(number)", version: 1, folds: [NameFold()])
    }

    private static func gated(_ gate: Gate) -> ReadModel {
        ReadModel(name: "defined-gated", version: 1, folds: [GatedFold(gate: gate)])
    }

    private func withHost(
        _ source: DefinedModels, _ body: (ProjectionHost, EventLog) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        let log = try EventLog(at: directory.path, options: .small)
        try log.appendBlocking(Self.events)
        let host = try ProjectionHost(log, models: [Ledger.model], defined: source)
        defer {
            log.close()
            host.close()
            withExtendedLifetime(directory) {}
        }
        try await body(host, log)
    }

    @Test("one that cannot be built holds up no other, and is tried again")
    func oneFails() async throws {
        let gate = Gate()
        let others = (0..<12).map(Self.model)
        let source = DefinedModels([Self.gated(gate)] + others)
        try await withHost(source) { host, log in
            try await host.wait(for: log.head, of: others.map(\.name) + ["ledger"], seconds: 60)
            let isWaiting = try await eventually {
                let status = try host.status().first { $0.name == "defined-gated" }
                return status?.position == nil && status?.failure == nil
                    && status?.unavailability == "the gate is shut"
            }
            #expect(isWaiting)
            gate.open()
            try await host.wait(for: log.head, of: ["defined-gated"], seconds: 60)
        }
    }

    @Test("what is defined while others are followed is there when somebody waits for it, and told of")
    func definedLater() async throws {
        let source = DefinedModels()
        try await withHost(source) { host, log in
            try await host.wait(for: log.head, of: host.names, seconds: 60)
            source.define((0..<3).map(Self.model))
            #expect(try host.status().map(\.name) == ["ledger", "defined-0", "defined-1", "defined-2"])
            #expect(host.names.count == 4)
            try await host.wait(for: log.head, of: host.names, seconds: 60)
            #expect(try host.hasRows("defined-1"))
            source.define([Self.model(2)])
            #expect(try host.status().map(\.name) == ["ledger", "defined-2"])
            #expect(throws: ProjectionUnavailable.unknown(model: "defined-1")) { _ = try host.hasRows("defined-1") }
        }
    }

    @Test("of one that is defined no more no file stays, nor are rows of its past kept open")
    func letGo() async throws {
        let source = DefinedModels([Self.model(0)])
        try await withHost(source) { host, log in
            try await host.wait(for: log.head, of: host.names, seconds: 60)
            let moment = PastMoment(position: Position(5))
            let position = try host.past(moment).read("defined-0") { $0.position }
            #expect(position == Position(5))
            weak let past = try host.pastGenerations.kept(host.served("defined-0"), at: moment)
            #expect(past != nil)
            source.define([])
            let isClosed = try await eventually { past == nil }
            #expect(isClosed)
            let folder = log.derivedPath + "/views/defined-0"
            let isGone = try await eventually { !FileManager.default.fileExists(atPath: folder) }
            #expect(isGone)
        }
    }

    // MARK: Parts

    @Test("one thread at a time is wanted, and takes those that wait in their order, some together")
    func queue() throws {
        let directory = try TemporaryDirectory()
        let log = try EventLog(at: directory.path, options: .small)
        defer {
            log.close()
            withExtendedLifetime(directory) {}
        }
        let models = (0..<12).map { ServedModel(Self.model($0), of: log, in: directory.path + "/views") }
        defer { for model in models { model.release() } }
        var queue = BuildQueue()
        let starts = models.map { queue.add($0) }
        #expect(starts == [true] + Array(repeating: false, count: 11))
        let isAddedAgain = queue.add(models[3])
        #expect(isAddedAgain == false)
        let (first, second) = (queue.next(), queue.next())
        #expect(first.map(\.model.name) == models.prefix(BuildQueue.mostTogether).map(\.model.name))
        #expect(second.map(\.model.name) == models.dropFirst(BuildQueue.mostTogether).map(\.model.name))
        queue.end(first, hasLeftOvers: true)
        queue.end(second, hasLeftOvers: false)
        let leftOvers = [queue.takeLeftOvers(), queue.takeLeftOvers()]
        #expect(leftOvers == [true, false])
        let last = queue.next()
        #expect(last.isEmpty)
        let startsAgain = queue.add(models[3])
        #expect(startsAgain)
    }

    @Test("what fails for the same reason in another file is told once")
    func sameCause() {
        var trouble = Trouble()
        let errors = [
            LMDBError(.system(12), "open", path: "views/a/gen-1-x"),
            LMDBError(.system(12), "open", path: "views/a/gen-1-y"),
            LMDBError(.diskFull, "open", path: "views/a/gen-1-z"),
        ]
        let told = errors.map { trouble.happens($0) != nil }
        #expect(told == [true, false, true])
    }
}
