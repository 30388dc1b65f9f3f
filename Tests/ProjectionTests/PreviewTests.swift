@testable import EventLog
import Foundation
@testable import Projection
import Synchronization
import Testing
import TestSupport

/// What a changed read model would make of the rows that serve, told without touching them.
@Suite(.timeLimit(.minutes(5))) struct PreviewTests {
    private var files: FileManager { .default }

    /// The rows that a preview tells of, and its summary.
    private func preview(_ changed: ReadModel, _ host: ProjectionHost) throws -> ([RowChange], PreviewSummary) {
        var changes: [RowChange] = []
        let summary = try host.preview(changed) { change in
            changes.append(change)
            return true
        }
        return (changes, summary)
    }

    private func counts(_ summary: PreviewSummary) -> [String: [Int]] {
        Dictionary(
            uniqueKeysWithValues: summary.tables.map { ($0.table, [$0.same, $0.added, $0.removed, $0.changed]) })
    }

    private func tallied(after events: [NewEvent] = Tally.events) async throws -> HostedLog {
        let hosted = try HostedLog([Tally.model], after: events)
        try await hosted.settle()
        return hosted
    }

    @Test("a fold that counts more is told row by row and field by field; the rows that serve stay as they are")
    func countsMore() async throws {
        let hosted = try await tallied()
        defer { hosted.close() }
        let served = try hosted.host.digest(of: "tally")
        let generation = try hosted.currentGeneration(of: "tally")
        let (changes, summary) = try preview(Tally.countingMore, hosted.host)
        let epoch = "\"1970-01-01T00:00:00Z\""
        let expected: [RowChange] = [
            RowChange(
                table: "entities", fold: 0, key: "account:b", kind: .added,
                fields: [
                    FieldChange(path: "count", before: nil, after: "1"),
                    FieldChange(path: "largest", before: nil, after: "1"),
                    FieldChange(path: "firstAt", before: nil, after: epoch),
                    FieldChange(path: "row.lastOccurredAt", before: nil, after: epoch),
                    FieldChange(path: "row.lastPosition", before: nil, after: "3"),
                ]),
            RowChange(
                table: "totals", fold: nil, key: "1/all", kind: .changed,
                fields: [
                    FieldChange(path: "columns[0]", before: "1", after: "2"),
                    FieldChange(path: "columns[1]", before: "2", after: "3"),
                ]),
            RowChange(
                table: "series", fold: nil, key: "2/all 1970-01-01", kind: .changed,
                fields: [FieldChange(path: "1970-01-01T00:00:00Z.columns[0]", before: "2", after: "3")]),
            RowChange(
                table: "series", fold: nil, key: "2/all 1970-01-01 to 1970-02-01", kind: .changed,
                fields: [FieldChange(path: "columns[0]", before: "2", after: "3")]),
            RowChange(
                table: "rows", fold: nil, key: "3/b", kind: .added,
                fields: [FieldChange(path: "bytes", before: nil, after: "\"01\"")]),
        ]
        #expect(changes == expected)
        #expect(
            counts(summary) == [
                "entities": [1, 1, 0, 0], "totals": [0, 0, 0, 1], "series": [0, 0, 0, 2], "rows": [1, 1, 0, 0],
            ])
        #expect(!summary.changesNothing)
        #expect(summary.position == Position(3))
        #expect(summary.versionBefore == 1)
        #expect(summary.versionAfter == 2)
        #expect(summary.digestBefore == served.digest)
        let built = try hosted.freshDigest(of: Tally.countingMore)
        #expect(summary.digestAfter == built)
        let after = try hosted.host.digest(of: "tally")
        #expect(after.digest == served.digest)
        #expect(try hosted.currentGeneration(of: "tally") == generation)
        #expect(try hosted.generations(of: "tally") == [generation])
    }

    @Test("what would be gone is told with all that stands there")
    func countsLess() async throws {
        let hosted = try HostedLog([Tally.countingMore], after: Tally.events)
        defer { hosted.close() }
        try await hosted.settle()
        let (changes, summary) = try preview(Tally.model, hosted.host)
        let removed = changes.filter { $0.kind == .removed }
        #expect(removed.map(\.key) == ["account:b", "3/b"])
        #expect(removed[0].fields.map(\.path).prefix(3) == ["count", "largest", "firstAt"])
        #expect(removed.flatMap(\.fields).allSatisfy { $0.before != nil && $0.after == nil })
        #expect(counts(summary)["entities"] == [1, 0, 1, 0])
    }

    @Test("another version with the same rows changes nothing, and tells of none")
    func sameRows() async throws {
        let hosted = try await tallied()
        defer { hosted.close() }
        let (changes, summary) = try preview(Tally.sameRows, hosted.host)
        #expect(changes == [])
        #expect(summary.changesNothing)
        #expect(summary.digestBefore == summary.digestAfter)
        #expect(summary.versionBefore == 1)
        #expect(summary.versionAfter == 3)
        #expect(
            counts(summary) == [
                "entities": [1, 0, 0, 0], "totals": [1, 0, 0, 0], "series": [2, 0, 0, 0], "rows": [1, 0, 0, 0],
            ])
    }

    @Test("states of another layout are read by the code that has made them")
    func otherLayout() async throws {
        let hosted = try await tallied()
        defer { hosted.close() }
        let (changes, summary) = try preview(Tally.otherLayout, hosted.host)
        #expect(changes.map(\.key) == ["account:a"])
        let fields = try #require(changes.first).fields
        #expect(fields.contains(FieldChange(path: "count", before: "2", after: nil)))
        #expect(fields.contains(FieldChange(path: "tally.count", before: nil, after: "2")))
        #expect(fields.contains(FieldChange(path: "note", before: nil, after: "\"none\"")))
        #expect(counts(summary)["entities"] == [0, 0, 0, 1])
        #expect(counts(summary)["rows"] == [1, 0, 0, 0])
    }

    @Test("rows of random events: every difference is told once, and both digests are those of the rows")
    func randomRows() async throws {
        var ledger = RandomLedger(seed: 11)
        let hosted = try HostedLog(after: ledger.events(600))
        defer { hosted.close() }
        try await hosted.settle()
        try await hosted.log.append(ledger.events(200))
        try await hosted.settle()
        let changed = ReadModel(
            name: "ledger", version: 2,
            folds: [
                HistoryFold(entityKind: "account"), SummaryFold(), HistoryFold(entityKind: "accountant"), TypeFold(),
            ])
        let (changes, summary) = try preview(changed, hosted.host)
        let (before, after) = (try hosted.freshDigest(), try hosted.freshDigest(of: changed))
        #expect(summary.digestBefore == before)
        #expect(summary.digestAfter == after)
        #expect(changes.count == summary.tables.reduce(0) { $0 + $1.added + $1.removed + $1.changed })
        #expect(Set(changes).count == changes.count)
        #expect(changes.allSatisfy { !$0.fields.isEmpty })
        let entities = changes.filter { $0.table == "entities" }
        #expect(entities.allSatisfy { $0.fold == 2 })
        #expect(entities.contains { $0.key.hasPrefix("place:") && $0.kind == .removed })
        #expect(entities.contains { $0.key.hasPrefix("accountant:") && $0.kind == .added })
    }

    @Test("who has heard enough is told no more; rows are counted all the same")
    func heardEnough() async throws {
        let hosted = try await tallied()
        defer { hosted.close() }
        let (_, whole) = try preview(Tally.countingMore, hosted.host)
        var told = 0
        let summary = try hosted.host.preview(Tally.countingMore) { _ in
            told += 1
            return told < 2
        }
        #expect(told == 2)
        #expect(summary == whole)
    }

    @Test("what is appended during a preview is in the rows of both sides")
    func appendsMeanwhile() async throws {
        let hosted = try await tallied()
        defer { hosted.close() }
        let (log, host) = (hosted.log, hosted.host)
        let once = Once()
        var changes = 0
        let summary = try host.preview(
            Tally.countingMore,
            progress: { _ in
                once.run {
                    try log.appendBlocking((1...40).map { Ledger.event($0, "account:\($0 % 4)", at: Int64($0)) })
                    try host.waitBlocking(for: log.head, of: ["tally"])
                }
            }
        ) { _ in
            changes += 1
            return true
        }
        #expect(summary.position == Position(43))
        #expect(changes > 0)
        let (before, after) = (try hosted.freshDigest(of: Tally.model), try hosted.freshDigest(of: Tally.countingMore))
        #expect(summary.digestBefore == before)
        #expect(summary.digestAfter == after)
        let served = try host.digest(of: "tally")
        #expect(served.digest == before)
    }

    @Test("a preview that is cancelled, and one that was killed, leave nothing behind")
    func leavesNothing() async throws {
        let hosted = try await tallied()
        defer { hosted.close() }
        let host = hosted.host
        let folder = hosted.folder(of: "tally") + "/preview"
        #expect(throws: CancellationError.self) {
            try host.preview(Tally.sameRows, isCancelled: { true }) { _ in true }
        }
        #expect(try files.contentsOfDirectory(atPath: folder) == [])
        let killed = folder + "/rapport-preview-killed"
        try files.createDirectory(atPath: killed, withIntermediateDirectories: true)
        try Data(count: 100).write(to: URL(fileURLWithPath: killed + "/data.mdb"))
        try Data().write(to: URL(fileURLWithPath: killed + ".lock"))
        let served = try host.served("tally")
        let inUse = try PreviewFolder(hosted.log).newPlace(of: served)
        #expect(!files.fileExists(atPath: killed))
        try files.createDirectory(atPath: inUse.path, withIntermediateDirectories: true)
        _ = try preview(Tally.sameRows, host)
        #expect(files.fileExists(atPath: inUse.path))
        inUse.remove()
        #expect(try files.contentsOfDirectory(atPath: folder) == [])
    }

    @Test("a changed fold that cannot take an event says which; what serves goes on")
    func cannotFold() async throws {
        let hosted = try HostedLog([Brittle.mended], after: [Ledger.event(1), Ledger.event(Brittle.unfoldable)])
        defer { hosted.close() }
        try await hosted.settle()
        let host = hosted.host
        let failure = ProjectionFailure(
            model: "brittle", position: Position(2), reason: "this amount cannot be folded")
        #expect(throws: failure) { try host.preview(Brittle.model) { _ in true } }
        let position = try host.read("brittle") { reader in reader.position }
        #expect(position == Position(2))
    }
}

/// Runs something the first time, and has whoever comes meanwhile wait for it.
private final class Once: Sendable {
    private let hasRun = Mutex(false)

    func run(_ work: () throws -> Void) {
        hasRun.withLock { hasRun in
            if hasRun { return }
            hasRun = true
            do {
                try work()
            } catch {
                Issue.record(error)
            }
        }
    }
}
