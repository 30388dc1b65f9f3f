import Foundation
import Glibc
import LMDB
import TestSupport
import Testing

@Suite("A meta page that cannot be written")
struct FailedMetaPageTests {
    private let folder = try? TemporaryDirectory()

    private func environment(_ durability: Durability) throws -> Environment {
        let folder = try #require(self.folder)
        return try Environment(
            path: folder.path, databases: [DatabaseDefinition("facts")],
            options: EnvironmentOptions(mapSize: 1 << 24, durability: durability))
    }

    /// The descriptor that LMDB writes meta pages of durable commits through: the one that syncs each write.
    private func metaDescriptor(of environment: Environment) throws -> Int32 {
        let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
        let file = try #require(FileIdentityOfTest(path: environment.path + "/data.mdb"))
        return try #require(
            names.first { FileIdentityOfTest(descriptor: $0) == file && fcntl($0, F_GETFL) & O_DSYNC != 0 })
    }

    private func makeMetaPagesUnwritable(in environment: Environment) throws {
        let meta = try metaDescriptor(of: environment)
        let readOnly = unsafe open(environment.path + "/data.mdb", O_RDONLY)
        #expect(dup2(readOnly, meta) == meta)
        close(readOnly)
    }

    @Test("the environment is opened anew, and what was committed before is there")
    func recovers() throws {
        let environment = try environment(.full)
        let facts = environment.database("facts")
        try environment.write { try $0.put([1].rawSpan, in: facts, for: "first") }
        try makeMetaPagesUnwritable(in: environment)
        #expect(throws: LMDBError.self) {
            try environment.write { try $0.put([2].rawSpan, in: facts, for: "second") }
        }
        #expect(try environment.read { try $0.value(in: facts, for: "first")?.u8(at: 0) } == 1)
        try environment.write { try $0.put([3].rawSpan, in: facts, for: "third") }
        #expect(try environment.read { try $0.value(in: facts, for: "third")?.u8(at: 0) } == 3)
    }

    @Test("while a snapshot of before is open it goes on, and others are refused")
    func snapshotGoesOn() throws {
        let environment = try environment(.full)
        let facts = environment.database("facts")
        try environment.write { try $0.put([1].rawSpan, in: facts, for: "first") }
        try makeMetaPagesUnwritable(in: environment)
        try environment.read { snapshot throws in
            #expect(throws: LMDBError.self) {
                try environment.write { try $0.put([2].rawSpan, in: facts, for: "second") }
            }
            let refusal = #expect(throws: LMDBError.self) {
                try environment.read { _ in }
            }
            #expect(refusal?.kind == .panicked)
            #expect(try snapshot.value(in: facts, for: "first")?.u8(at: 0) == 1)
        }
        #expect(try environment.read { try $0.value(in: facts, for: "first")?.u8(at: 0) } == 1)
    }
}

private struct FileIdentityOfTest: Equatable {
    let device: UInt64
    let inode: UInt64

    init?(path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }

    init?(descriptor: Int32) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return nil }
        (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }
}
