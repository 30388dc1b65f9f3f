@testable import EventLog
import Foundation
import LMDB
@testable import Projection
import Testing
import TestSupport

/// Rows that hold what is to be forgotten lie in the data directory alone, and no longer than somebody follows.
@Suite(.timeLimit(.minutes(5))) struct ForgottenFilesTests {
    private var manager: FileManager { .default }

    private func hosted(_ models: [ReadModel] = [Secrets.model]) async throws -> HostedLog {
        let hosted = try HostedLog(models, after: Secrets.story(of: 10))
        try await hosted.settle()
        return hosted
    }

    private func filesHolding(_ person: Int, _ hosted: HostedLog) throws -> [String] {
        try files(below: hosted.folder(of: "secrets"), holding: Array(Secrets.text(person).utf8))
    }

    /// Whether this process has a file open below `path`, also one that was removed.
    private func isOpen(_ path: String) throws -> Bool {
        let descriptors = "/proc/self/fd"
        return try manager.contentsOfDirectory(atPath: descriptors).contains { name in
            let target = try? manager.destinationOfSymbolicLink(atPath: descriptors + "/" + name)
            return target?.contains(path) ?? false
        }
    }

    @Test("a process that waits for the lease closes what others have removed, though nobody asks it anything")
    func idle() async throws {
        let hosted = try await hosted()
        defer { hosted.close() }
        let before = try hosted.currentGeneration(of: "secrets")
        hosted.close()
        let lease = try #require(try FileLock.acquire(hosted.directory.path + "/views/LEASE"))
        defer { withExtendedLifetime(lease) {} }
        try hosted.open([Secrets.model])
        #expect(try Secrets.all(in: hosted.host).count == 10)
        _ = try hosted.host.past(PastMoment(position: Position(5))).read("secrets") { $0.position }
        let folder = hosted.folder(of: "secrets")
        let name = (hosted.directory.path as NSString).lastPathComponent + "/views/secrets/"
        #expect(try isOpen(name + before) && isOpen(name + "past/p5"))

        // What another process does when it writes the rows anew.
        let anew = "gen-90-anew"
        try manager.createDirectory(atPath: folder + "/" + anew, withIntermediateDirectories: true)
        try manager.copyItem(atPath: folder + "/\(before)/data.mdb", toPath: folder + "/\(anew)/data.mdb")
        try DurableFile.replace(folder + "/CURRENT", with: Array(anew.utf8))
        try manager.removeItem(atPath: folder + "/" + before)
        try manager.removeItem(atPath: folder + "/past/p5")
        let isClosed = try await eventually { try !isOpen(name + before) && !isOpen(name + "past/p5") }
        #expect(isClosed)
        #expect(try Secrets.all(in: hosted.host).count == 10)
    }

    @Test("rows of the past that others have removed are not used any more; those of other read models are")
    func removedPast() async throws {
        let hosted = try await hosted([Secrets.model, Ledger.model])
        defer { hosted.close() }
        func kept(_ name: String) -> String { hosted.folder(of: name) + "/past/p10" }
        func ask(_ name: String) throws {
            _ = try hosted.host.past(PastMoment(position: Position(10))).read(name) { $0.position }
        }
        for name in ["secrets", "ledger"] {
            try ask(name)
            try manager.removeItem(atPath: kept(name))
            try ask(name)
        }
        #expect(manager.fileExists(atPath: kept("secrets") + "/data.mdb"), "built once more")
        #expect(!manager.fileExists(atPath: kept("ledger")), "read on")
    }

    @Test("where nothing may be written to the data directory, no rows of the past are built elsewhere")
    func outside() async throws {
        let hosted = try await hosted([Secrets.model, Ledger.model])
        hosted.close()
        let reader = try OpenedHost([Secrets.model, Ledger.model], at: hosted.directory.path, readOnly: true)
        defer { reader.close() }
        let past = reader.host.past(PastMoment(position: Position(10)))
        #expect(throws: ProjectionUnavailable.pastNotKept(model: "secrets")) {
            try past.read("secrets") { $0.position }
        }
        #expect(try past.read("ledger") { $0.position } == Position(10))
        let around = try past.read("secrets", and: "ledger", around: Secrets.tag(3)) { rows, _ in
            try rows.state(SecretState.self, of: Secrets.tag(3))?.text
        }
        #expect(around?.hasPrefix(Secrets.text(3)) == true, "in memory alone")
        let now = reader.host.past(PastMoment(position: reader.log.head))
        #expect(try now.read("secrets") { $0.position } == reader.log.head, "the rows that serve")
    }

    @Test("its rows are not shown in previews, and not built for them")
    func previews() async throws {
        let hosted = try await hosted()
        defer { hosted.close() }
        for model in [Secrets.model, Secrets.careless] {
            #expect(throws: ProjectionUnavailable.notPreviewed(model: "secrets")) {
                try hosted.host.preview(model) { _ in true }
            }
        }
        #expect(!manager.fileExists(atPath: hosted.folder(of: "secrets") + "/preview"))
    }

    // MARK: What a killed process has left

    private enum Left: CaseIterable {
        case event, rows, files
    }

    @Test("what a killed process has left is forgotten by one that is closed as soon as it is opened")
    func atTheEnd() async throws {
        for left in Left.allCases {
            let hosted = try await hosted([left == .rows ? Secrets.careless : Secrets.model])
            try await leave(left, hosted)
            try #require(try !filesHolding(3, hosted).isEmpty, "\(left)")
            try hosted.open([Secrets.model])
            hosted.close()
            #expect(try filesHolding(3, hosted) == [], "\(left)")
            #expect(try filesHolding(4, hosted).count == 1, "\(left)")
        }
    }

    /// Leaves the directory, closed, as one that is killed after the erasure was appended, was folded, or after the
    /// rows were written anew.
    private func leave(_ left: Left, _ hosted: HostedLog) async throws {
        switch left {
        case .event:
            hosted.close()
            let other = try OpenedHost([], at: hosted.directory.path)
            try other.log.appendBlocking([Secrets.erased(3)])
            other.close()
        case .rows:
            try await hosted.log.append([Secrets.erased(3)])
            try await hosted.settle()
            hosted.close()
        case .files:
            try await hosted.log.append([Secrets.erased(3)])
            try await hosted.host.waitForForgetting(hosted.log.head, seconds: 120)
            let path = hosted.folder(of: "secrets") + "/" + (try hosted.currentGeneration(of: "secrets"))
            hosted.close()
            let generation = try Generation(path: path)
            try generation.noteForgotten(upTo: 0)
            try generation.environment.sync()
            generation.environment.close()
            let past = hosted.folder(of: "secrets") + "/past/p7"
            try manager.createDirectory(atPath: past, withIntermediateDirectories: true)
            try Data(Secrets.text(3).utf8).write(to: URL(filePath: past + "/data.mdb"))
        }
    }
}
