@testable import EventLog
import Foundation
import LMDB
@testable import Projection
import Testing
import TestSupport

/// Previews by programs that have not made the rows that serve.
@Suite(.timeLimit(.minutes(5))) struct PreviewVersionTests {
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

    private func tallied() async throws -> HostedLog {
        let hosted = try HostedLog([Tally.model], after: Tally.events)
        try await hosted.settle()
        return hosted
    }

    @Test("states of another layout are told by their bytes where nobody has the code that has made them")
    func unknownLayout() async throws {
        let hosted = try await tallied()
        hosted.close()
        let opened = try OpenedHost([Tally.otherLayout], at: hosted.directory.path, readOnly: true)
        #expect(try opened.host.servedVersion(of: "tally") == 1)
        let (changes, summary) = try preview(Tally.otherLayout, opened.host)
        #expect(summary.versionBefore == 1)
        #expect(summary.versionAfter == 4)
        let fields = try #require(changes.first).fields
        // Last at 900 s (zigzag), position 2, count 2, largest 7, first at 0.
        #expect(fields.first == FieldChange(path: "bytes", before: "\"80a4a7da060202070100\"", after: nil))
        #expect(fields.contains(FieldChange(path: "tally.largest", before: nil, after: "7")))
        #expect(!opened.hasBuilt)
    }

    @Test("a program that has another version sees what it would change before it changes anything")
    func beforeTheNewProgram() async throws {
        let hosted = try await tallied()
        let generation = try hosted.currentGeneration(of: "tally")
        hosted.close()
        let opened = try OpenedHost([Tally.countingMore], at: hosted.directory.path, readOnly: true)
        #expect(throws: ProjectionUnavailable.rebuilding(model: "tally")) {
            try opened.host.read("tally") { reader in reader.position }
        }
        let (changes, summary) = try preview(Tally.countingMore, opened.host)
        #expect(
            changes.map(\.key) == ["account:b", "1/all", "2/all 1970-01-01", "2/all 1970-01-01 to 1970-02-01", "3/b"])
        #expect(summary.versionBefore == 1)
        #expect(summary.versionAfter == 2)
        #expect(try hosted.currentGeneration(of: "tally") == generation)
        #expect(!files.fileExists(atPath: hosted.folder(of: "tally") + "/preview"))
    }

    @Test("rows in another layout are refused, with both layouts")
    func layouts() async throws {
        let hosted = try await tallied()
        hosted.close()
        let path = hosted.folder(of: "tally") + "/" + (try hosted.currentGeneration(of: "tally"))
        do {
            let generation = try Generation(path: path)
            let transaction = try generation.environment.beginWrite()
            let identity = Array("tally 1 2".utf8)
            try transaction.put(identity.rawSpan, in: generation.meta, for: "model")
            try transaction.commit()
        }
        let opened = try OpenedHost([Tally.countingMore], at: hosted.directory.path, readOnly: true)
        let refusal = OtherRowLayout(model: "tally", found: 2, expected: Generation.layout)
        #expect(throws: refusal) { try opened.host.preview(Tally.countingMore) { _ in true } }
        #expect(refusal.description.contains("layout 2"))
        #expect(refusal.description.contains("reads \(Generation.layout)"))
    }

    @Test("there is nothing to compare with before the first rows, nor under another name")
    func nothingThere() async throws {
        let hosted = try await tallied()
        hosted.close()
        try files.removeItem(atPath: hosted.directory.path + "/views")
        let opened = try OpenedHost([Tally.model], at: hosted.directory.path, readOnly: true)
        #expect(try opened.host.servedVersion(of: "tally") == nil)
        #expect(throws: ProjectionUnavailable.rebuilding(model: "tally")) {
            try opened.host.preview(Tally.countingMore) { _ in true }
        }
        #expect(throws: ProjectionUnavailable.unknown(model: "ledger")) {
            try opened.host.preview(Ledger.model) { _ in true }
        }
    }
}
