import Foundation
@testable import LMDB
import Testing
import TestSupport

@Suite struct DurableFileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test("a file is written, replaced by a shorter one, and removed")
    func replaces() throws {
        let path = directory.path + "/list"
        #expect(try DurableFile.read(path) == nil)
        let long = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
        try DurableFile.replace(path, with: long)
        #expect(try DurableFile.read(path) == long)
        try DurableFile.replace(path, with: [1, 2, 3])
        #expect(try DurableFile.read(path) == [1, 2, 3])
        try DurableFile.replace(path, with: [])
        #expect(try DurableFile.read(path) == [])
        try DurableFile.remove(path)
        #expect(try DurableFile.read(path) == nil)
        try DurableFile.remove(path)
    }

    @Test("what is made is new: nothing that is there is taken for it")
    func makesNew() throws {
        let (file, folder) = (directory.path + "/list", directory.path + "/folder")
        try DurableFile.makeFile(file)
        try DurableFile.makeDirectory(folder)
        #expect(try DurableFile.read(file) == [])
        #expect(try FileStatus(file).permissions == 0o600)
        #expect(try FileStatus(folder).permissions == 0o700)
        for path in [file, folder] {
            let asFile = #expect(throws: LMDBError.self) { try DurableFile.makeFile(path) }
            let asFolder = #expect(throws: LMDBError.self) { try DurableFile.makeDirectory(path) }
            #expect(asFile?.kind == .system(EEXIST) && asFolder?.kind == .system(EEXIST))
        }
    }

    @Test("replacing leaves no draft behind and gives the file to its owner only")
    func leavesNoDraft() throws {
        let path = directory.path + "/list"
        try DurableFile.replace(path, with: [1])
        try DurableFile.replace(path, with: [2])
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["list"])
        #expect(try FileStatus(path).permissions == 0o600)
    }

    @Test("whoever has the old version open goes on reading it whole")
    func oldVersionStaysWhole() throws {
        let path = directory.path + "/list"
        try DurableFile.replace(path, with: Array("the old version".utf8))
        let reader = try #require(FileHandle(forReadingAtPath: path))
        try DurableFile.replace(path, with: Array("new".utf8))
        #expect(try reader.readToEnd() == Data("the old version".utf8))
        #expect(try DurableFile.read(path) == Array("new".utf8))
    }

    @Test("replacing in a folder that is not there says which file could not be made")
    func missingFolder() throws {
        let path = directory.path + "/nowhere/list"
        let error = #expect(throws: LMDBError.self) { try DurableFile.replace(path, with: [1]) }
        #expect(error?.kind == .system(ENOENT))
        #expect(error?.path.hasPrefix(path) == true)
    }

    @Test("a folder is made with its parents, each for its owner only, and making it again is fine")
    func createsDirectories() throws {
        let path = directory.path + "/a/b/c"
        try DurableFile.createDirectory(path)
        try DurableFile.createDirectory(path)
        for folder in ["/a", "/a/b", "/a/b/c"] {
            #expect(try FileStatus(directory.path + folder).permissions == 0o700, "\(folder)")
        }
    }
}

@Suite struct FileLockTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path + "/lock" }

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test("a lock is had once, and again when its holder is gone")
    func isExclusive() throws {
        do {
            let holder = try FileLock.acquire(path)
            #expect(holder != nil)
            #expect(try FileLock.acquire(path) == nil)
            withExtendedLifetime(holder) {}
        }
        let next = try FileLock.acquire(path)
        #expect(next != nil)
    }

    @Test("a lock ends with its holder, even while a process that is being started has a copy of the descriptor")
    func endsWithItsHolder() throws {
        var copies: [Int32] = []
        do {
            let holder = try FileLock.acquire(path)
            let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
                Int32($0)
            }
            for descriptor in descriptors
            where (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")) == path {
                copies.append(dup(descriptor))
            }
            withExtendedLifetime(holder) {}
        }
        defer { for copy in copies { close(copy) } }
        #expect(!copies.isEmpty)
        #expect(try FileLock.acquire(path) != nil)
    }

    @Test("locks of different files do not meet")
    func filesAreApart() throws {
        let first = try FileLock.acquire(path)
        let second = try FileLock.acquire(path + "2")
        #expect(first != nil && second != nil)
        withExtendedLifetime((first, second)) {}
    }

    @Test("a lock file that cannot be made is an error, not a lock that somebody has")
    func missingFolder() throws {
        let error = #expect(throws: LMDBError.self) { try FileLock.acquire(directory.path + "/nowhere/lock") }
        #expect(error?.kind == .system(ENOENT))
    }
}
