import EventLog
import Foundation
import LMDB
import Projection
@testable import Rapport
import TestSupport
import Testing

/// The rows of saved funnels: when they are there, whose they are, and that they last.
@Suite(.timeLimit(.minutes(10))) struct SavedFunnelRowsTests {
    private static let question = BehaviourQuestion(.saved(name: "visits"), now: FunnelPair.now)

    /// Opens the CRM in a directory, and closes it afterwards.
    ///
    /// - Parameter builds: counts what is told of builds.
    private func withCRM<Result>(
        _ directory: TemporaryDirectory, readOnly: Bool = false, builds: Counter = Counter(),
        _ body: (Rapport) async throws -> Result
    ) async throws -> Result {
        let crm = try Rapport(at: directory.path, readOnly: readOnly) { _ in builds.count() }
        defer { crm.close() }
        return try await body(crm)
    }

    private func folder(of readModel: String, in directory: TemporaryDirectory) -> String {
        directory.path + "/views/" + readModel
    }

    /// Whether the rows of a read model are gone, or go soon.
    private func isRemoved(_ readModel: String, in directory: TemporaryDirectory) async throws -> Bool {
        let folder = folder(of: readModel, in: directory)
        return try await eventually { !FileManager.default.fileExists(atPath: folder) }
    }

    // MARK: Versions

    @Test("a new version has rows of its own, and those of the one before are removed")
    func nextVersion() async throws {
        let directory = try TemporaryDirectory()
        try await withCRM(directory) { crm in
            try crm.log.appendBlocking(try Visits.events("C-1 A0 B5; C-2 A0 B40"))
            let first = try await FunnelPair(Visits.funnel("A", "B"), in: crm)
            let before = try await first.answer()
            let position = crm.log.head
            #expect(before.steps.map(\.count) == [2, 2])
            #expect(FileManager.default.fileExists(atPath: folder(of: "funnel-visits-v1", in: directory)))
            var shorter = first.definition
            shorter.window = .time(6 * 3_600_000_000)
            let second = try await FunnelPair(shorter, in: crm)
            #expect(second.saved.readModel == "funnel-visits-v2")
            #expect(try await second.counts() == [2, 1])
            let names = crm.projections.names.filter { $0.hasPrefix("funnel-") }
            #expect(names == ["funnel-visits-v2"])
            #expect(try await isRemoved("funnel-visits-v1", in: directory))
            #expect(throws: ProjectionUnavailable.unknown(model: "funnel-visits-v1")) {
                _ = try crm.projections.digest(of: "funnel-visits-v1")
            }
            // What was in force then is answered from the events.
            let then = try await crm.state(asOf: position).behaviour(Self.question)
            #expect(then.figures == before && then.readModel == "funnel-visits-v1")
        }
    }

    @Test("a retired funnel has no rows, but its past is answered; saved again it has rows again")
    func retired() async throws {
        let directory = try TemporaryDirectory()
        try await withCRM(directory) { crm in
            try crm.log.appendBlocking(try Visits.events("C-1 A0 B5; C-2 A0"))
            let pair = try await FunnelPair(Visits.funnel("A", "B"), in: crm)
            let before = try await pair.answer()
            let position = crm.log.head
            try await crm.retireFunnel("visits")
            #expect(try await isRemoved("funnel-visits-v1", in: directory))
            try crm.projections.refreshModels()
            #expect(crm.projections.names.contains { $0.hasPrefix("funnel-") } == false)
            await #expect(throws: UnknownFunnel(name: "visits", known: [])) {
                _ = try await crm.behaviour(Self.question)
            }
            let then = try await crm.state(asOf: position).behaviour(Self.question)
            #expect(then.figures == before && then.readModel == "funnel-visits-v1")
            let again = try await FunnelPair(Visits.funnel("A", "B"), in: crm)
            #expect(again.saved.readModel == "funnel-visits-v2")
            #expect(try await again.answer() == before)
        }
    }

    @Test("funnels are listed behind the other read models, by their names")
    func listed() async throws {
        let directory = try TemporaryDirectory()
        try await withCRM(directory) { crm in
            let others = crm.projections.names
            for name in ["late", "early", "middle"] {
                let pair = try await FunnelPair(Visits.funnel("A", "B", name: name), in: crm)
                try await pair.settle()
            }
            let funnels = ["funnel-early-v1", "funnel-late-v1", "funnel-middle-v1"]
            #expect(crm.projections.names == others + funnels)
            let states = try crm.projections.status().filter { funnels.contains($0.name) }
            #expect(states.map(\.name) == funnels && states.allSatisfy { $0.failure == nil && $0.position != nil })
        }
    }

    // MARK: Opened again

    @Test("opened again, a CRM goes on in the rows that are there; one that only reads finds them, too")
    func openedAgain() async throws {
        let directory = try TemporaryDirectory()
        let (answer, digest) = try await withCRM(directory) { crm in
            try crm.log.appendBlocking(try Visits.events("C-1 A0 B5; C-2 A0"))
            let pair = try await FunnelPair(Visits.funnel("A", "B"), in: crm)
            try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 60)
            return (try await pair.answer(), try await pair.digest())
        }
        let builds = Counter()
        for readOnly in [true, false] {
            try await withCRM(directory, readOnly: readOnly, builds: builds) { crm in
                let pair = try await FunnelPair(Visits.funnel("A", "B"), in: crm)
                #expect(pair.saved.version == 1 && crm.projections.follows != readOnly)
                #expect(try await pair.answer() == answer)
                #expect(try await pair.digest() == digest)
                try await pair.subjects(.reached(step: 1))
                let then = try crm.state(asOf: Position(3))
                #expect(try await pair.counts(in: then) == [2, 1])
                #expect(builds.value == 0)
                if readOnly { return }
                try crm.log.appendBlocking(try Visits.events("C-2 B9"))
                #expect(try await pair.counts() == [2, 2])
            }
        }
    }

    @Test("where there are no rows and nobody builds any, the events are gone through")
    func nobodyBuilds() async throws {
        let directory = try TemporaryDirectory()
        let answer = try await withCRM(directory) { crm in
            try crm.log.appendBlocking(try Visits.events("C-1 A0 B5; C-2 A0"))
            return try await FunnelPair(Visits.funnel("A", "B"), in: crm).answer()
        }
        try FileManager.default.removeItem(atPath: folder(of: "funnel-visits-v1", in: directory))
        try await withCRM(directory, readOnly: true) { crm in
            let hasRows = try crm.hasRows(crm.savedFunnel("visits"))
            #expect(hasRows == false)
            let counted = try await crm.behaviour(Self.question)
            #expect(counted.figures == answer && counted.position == crm.log.head)
            let subjects = try await crm.funnelSubjects(Self.question, .reached(step: 1))
            #expect(subjects.rows.count == 2)
        }
    }

    @Test("while another process follows, its rows answer; when it is gone, this one goes on in them")
    func followedElsewhere() async throws {
        let directory = try TemporaryDirectory()
        let (answer, position) = try await withCRM(directory) { crm in
            try crm.log.appendBlocking(try Visits.events("C-1 A0 B5; C-2 A0"))
            let pair = try await FunnelPair(Visits.funnel("A", "B"), in: crm)
            try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 60)
            return (try await pair.answer(), crm.log.head)
        }
        var lease = try FileLock.acquire(directory.path + "/views/LEASE")
        #expect(lease != nil)
        try await withCRM(directory) { crm in
            try crm.log.appendBlocking(try Visits.events("C-2 B9"))
            let kept = try await crm.behaviour(Self.question)
            #expect(kept.figures == answer && kept.position == position)
            withExtendedLifetime(lease) {}
            lease = nil
            let pair = try await FunnelPair(Visits.funnel("A", "B"), in: crm)
            #expect(try await pair.counts() == [2, 2])
        }
    }

    // MARK: The past

    @Test("what the rows said then they say about then, also of a funnel that was saved later")
    func past() async throws {
        let folder = try CRMFolder()
        var visits = RandomVisits(seed: 5)
        var pairs: [FunnelPair] = []
        for definition in FunnelVariety.all.prefix(3) { pairs.append(try await FunnelPair(definition, in: folder.crm)) }
        var said: [(position: Position, answers: [BehaviourFunnel])] = []
        for round in 0..<3 {
            try folder.append(try visits.events(15))
            if round == 1 { try await folder.crm.mergeCustomers("C-1", "C-2", reason: "same") }
            var answers: [BehaviourFunnel] = []
            for pair in pairs { answers.append(try await pair.answer()) }
            said.append((folder.head, answers))
        }
        let later = try await FunnelPair(Visits.funnel("A", "C", name: "later"), in: folder.crm)
        // Newest first and back again: rows are built from the start, gone on from, and found.
        for (position, answers) in said.reversed() + said {
            let then = try folder.crm.state(asOf: position)
            for (pair, answer) in zip(pairs, answers) {
                #expect(try await pair.answer(in: then) == answer, "\(pair.definition.name) as of \(position)")
                try await pair.subjects(.reached(step: 1), in: then)
            }
            try await later.answer(in: then)
        }
        withExtendedLifetime(folder) {}
    }
}
