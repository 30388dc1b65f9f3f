@testable import Audit
import EventLog
import Foundation
import LMDB
import TestSupport
import Testing
import Transparency

/// The tree as static files: what other tools are given.
@Suite struct TilesTests {
    private let fixture: SignedFixture
    private let folder: String

    init() throws {
        fixture = try SignedFixture()
        try fixture.makeKey()
        folder = fixture.path("tiles")
    }

    @discardableResult
    private func export(_ note: SignedNote) throws -> Int {
        try fixture.withTrail { _, trail throws in try trail.exportTiles(to: folder, checkpoint: note) }
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        try #require(try DurableFile.read(folder + "/" + name), "\(name)")
    }

    /// The names of all files below the folder.
    private func files() throws -> Set<String> {
        let manager = FileManager.default
        let names = try manager.subpathsOfDirectory(atPath: folder)
        return Set(
            try names.filter { name in
                let type = try manager.attributesOfItem(atPath: folder + "/" + name)[.type] as? FileAttributeType
                return type != .typeDirectory
            })
    }

    /// What tells one version of a file from another.
    private func stamps() throws -> [String: FileStamp] {
        var stamps: [String: FileStamp] = [:]
        for name in try files() { stamps[name] = FileStamp(folder + "/" + name) }
        return stamps
    }

    private func hashes(_ name: String) throws -> [Hash256] {
        let bytes = try bytes(name)
        #expect(bytes.count % 32 == 0)
        return stride(from: 0, to: bytes.count, by: 32).map { Hash256(bytes.rawSpan, at: $0) }
    }

    /// The entries in a file of entries.
    private func entries(_ name: String) throws -> [[UInt8]] {
        let bytes = try bytes(name)
        var entries: [[UInt8]] = []
        var offset = 0
        while offset + 2 <= bytes.count {
            let length = Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
            try #require(offset + 2 + length <= bytes.count)
            entries.append(Array(bytes[offset + 2..<offset + 2 + length]))
            offset += 2 + length
        }
        #expect(offset == bytes.count)
        return entries
    }

    // MARK: What is published

    @Test("a tree of 600 events is published as tlog-tiles says, with the entries of its leaves")
    func publishedFiles() throws {
        let note = try fixture.sign(after: 600)
        #expect(try export(note) == 8)
        #expect(
            try files() == [
                "checkpoint", "tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/000",
                "tile/entries/001", "tile/entries/002.p/88",
            ])
        #expect(try bytes("checkpoint") == Array(note.encoded.utf8))
        let reference = try fixture.tree.withLog { try ReferenceTree(of: $0) }
        let leaves = try ["000", "001", "002.p/88"].flatMap { try hashes("tile/0/\($0)") }
        #expect(leaves == reference.leaves)
        let upper = try hashes("tile/1/000.p/2")
        #expect(upper == [reference.root(over: 0..<256), reference.root(over: 256..<512)])
        let published = try ["000", "001", "002.p/88"].flatMap { try entries("tile/entries/\($0)") }
        #expect(published.map { MerkleHash.leaf($0.rawSpan) } == reference.leaves)
    }

    @Test("an outsider makes the signed root of the published leaves")
    func rootOfTiles() throws {
        let note = try fixture.sign(after: 300)
        try export(note)
        var frontier = MerkleFrontier()
        for name in ["tile/0/000", "tile/0/001.p/44"] {
            for hash in try hashes(name) { frontier.append(hash) }
        }
        let text = String(decoding: try bytes("checkpoint"), as: UTF8.self)
        let published = try SignedNote(parsing: text)
        let key = try #require(try fixture.store.keys().first)
        #expect(try published.verify(with: [key]) == [key])
        #expect(try published.checkpoint.root == frontier.root)
        #expect(try published.checkpoint.size == frontier.size)
    }

    @Test("an empty log is published as its checkpoint alone")
    func emptyLog() throws {
        #expect(try export(try fixture.sign(after: 0)) == 1)
        #expect(try files() == ["checkpoint"])
    }

    // MARK: Again

    @Test("a second export writes nothing but the checkpoint and partial tiles")
    func secondExport() throws {
        let note = try fixture.sign(after: 600)
        try export(note)
        let before = try stamps()
        #expect(try export(note) == 4)
        let after = try stamps()
        let written = Set(after.keys.filter { after[$0] != before[$0] })
        #expect(written == ["checkpoint", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/002.p/88"])
        #expect(Set(before.keys) == Set(after.keys))
    }

    @Test("as the log grows, what was published full stays as it is, and the rest is added")
    func grownLog() throws {
        try export(try fixture.sign(after: 300))
        let before = try stamps()
        let note = try fixture.sign(after: 500)
        try export(note)
        let after = try stamps()
        for name in ["tile/0/000", "tile/entries/000"] { #expect(after[name] == before[name]) }
        #expect(try files().isSuperset(of: ["tile/0/001", "tile/0/002", "tile/0/003.p/32", "tile/1/000.p/3"]))
        let reference = try fixture.tree.withLog { try ReferenceTree(of: $0) }
        let leaves = try ["000", "001", "002", "003.p/32"].flatMap { try hashes("tile/0/\($0)") }
        #expect(leaves == reference.leaves)
        #expect(try bytes("checkpoint") == Array(note.encoded.utf8))
    }

    @Test("an export that was broken off is completed: without its checkpoint no tile is trusted")
    func brokenOff() throws {
        let note = try fixture.sign(after: 300)
        try export(note)
        try DurableFile.remove(folder + "/checkpoint")
        try DurableFile.replace(folder + "/tile/0/000", with: [UInt8](repeating: 7, count: 8192))
        try DurableFile.remove(folder + "/tile/entries/000")
        #expect(try export(note) == 6)
        let reference = try fixture.tree.withLog { try ReferenceTree(of: $0) }
        #expect(try hashes("tile/0/000") == Array(reference.leaves[..<256]))
        #expect(try entries("tile/entries/000").count == 256)
    }

    // MARK: Refusals

    @Test("what is published never becomes smaller, nor another log")
    func otherTiles() throws {
        let small = try fixture.sign(after: 300)
        try export(try fixture.sign(after: 100))
        #expect(throws: TileExportRefusal.larger(path: folder, size: 400, wanted: 300)) { try export(small) }
        let other = try SignedFixture()
        try other.makeKey()
        let foreign = try other.sign(after: 500)
        try other.withTrail { _, trail throws in
            #expect(throws: TileExportRefusal.otherLog(path: folder, size: 400)) {
                try trail.exportTiles(to: folder, checkpoint: foreign)
            }
        }
        try DurableFile.replace(folder + "/checkpoint", with: Array("no note".utf8))
        #expect(throws: TileExportRefusal.self) { try export(try fixture.sign(after: 0)) }
    }

    @Test("a checkpoint of another log is not published, and nothing is made")
    func otherCheckpoint() throws {
        let other = try SignedFixture()
        try other.makeKey()
        let foreign = try other.sign(after: 50)
        try fixture.append(50)
        #expect(throws: ProofRefusal.disagrees(size: 50)) { try export(foreign) }
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test("damaged hashes and changed events are not published")
    func damaged() throws {
        let note = try fixture.sign(after: 300)
        let file = try fixture.tree.levelFile(0)
        let sound = try fixture.tree.bytes(of: file)
        var flipped = sound
        flipped[100] ^= 1
        try fixture.tree.overwrite(file, with: flipped)
        #expect(throws: DamagedTree(fixture.data + "/tree", .tile(level: 0, index: 0))) { try export(note) }
        try fixture.tree.overwrite(file, with: sound)
        try Forger(path: fixture.data).change { records in
            let last = records[40].count - 1
            records[40][last] ^= 1
        }
        #expect(throws: TamperedLog(.edited(Position(41)))) { try export(note) }
        #expect(!FileManager.default.fileExists(atPath: folder + "/checkpoint"))
    }
}
