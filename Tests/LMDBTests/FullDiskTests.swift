import Foundation
@testable import LMDB
import Testing

@Suite(.enabled(if: SmallFileSystem.canBeMounted, "needs the right to mount a file system"))
struct FullDiskTests {
    private let disk: SmallFileSystem
    private let ballast: String

    /// A file system of 1 MiB, half of it taken.
    init() throws {
        disk = try SmallFileSystem(megabytes: 1)
        ballast = disk.path + "/ballast"
        try Data(count: 500_000).write(to: URL(fileURLWithPath: ballast))
    }

    private func opened() throws(LMDBError) -> Environment {
        try Environment(path: disk.path, databases: [DatabaseDefinition("values", integerKeys: true)])
    }

    /// Puts values of 10,000 bytes until that fails; says how and how many went in.
    private func fill(_ environment: Environment, from first: UInt64) -> (stored: UInt64, failure: (any Error)?) {
        let values = environment.database("values")
        for number in first..<first + 1000 {
            let value = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 10_000)
            do {
                try environment.write { transaction in
                    try transaction.append(value.rawSpan, in: values, for: number)
                }
            } catch {
                return (number - first, error)
            }
        }
        return (1000, nil)
    }

    private func expectSound(_ environment: Environment, upTo last: UInt64) throws {
        let values = environment.database("values")
        let transaction = try environment.beginRead()
        let count = try transaction.count(of: values)
        #expect(count == Int(last))
        for number in 1...last {
            guard let stored = try transaction.value(in: values, for: number) else {
                Issue.record("value \(number) is missing")
                continue
            }
            let expected = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 10_000)
            let isSound = stored.sameBytes(as: expected.rawSpan)
            #expect(isSound, "value \(number)")
        }
    }

    @Test("a commit on a full disk fails as such, loses nothing, and works again once there is room")
    func fullDiskLosesNothing() throws {
        let stored: UInt64
        do {
            let environment = try opened()
            let first = fill(environment, from: 1)
            #expect((first.failure as? LMDBError)?.kind == .diskFull, "\(first)")
            #expect(first.stored > 10)
            try expectSound(environment, upTo: first.stored)

            try FileManager.default.removeItem(atPath: ballast)
            let second = fill(environment, from: first.stored + 1)
            #expect((second.failure as? LMDBError)?.kind == .diskFull, "\(second)")
            #expect(second.stored > 10)
            stored = first.stored + second.stored
            try expectSound(environment, upTo: stored)
        }
        try expectSound(opened(), upTo: stored)
    }

    @Test("an environment that is to be made on a full disk is refused as such, and can be made once there is room")
    func fullDiskTakesNoEnvironment() throws {
        let folder = disk.path + "/new"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let rest = disk.path + "/rest"
        #expect(FileManager.default.createFile(atPath: rest, contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: rest))
        while (try? file.write(contentsOf: Data(count: 4096))) != nil {}
        try file.close()
        let error = #expect(throws: LMDBError.self) {
            try Environment(path: folder, databases: [DatabaseDefinition("values")])
        }
        #expect(error?.kind == .diskFull)
        try FileManager.default.removeItem(atPath: rest)
        let environment = try Environment(path: folder, databases: [DatabaseDefinition("values")])
        #expect(try environment.entries(of: environment.database("values")) == [])
    }

    @Test("replacing a file on a full disk fails as such and keeps the old version")
    func fullDiskKeepsTheOldFile() throws {
        let path = disk.path + "/list"
        try DurableFile.replace(path, with: Array("old".utf8))
        let error = #expect(throws: LMDBError.self) {
            try DurableFile.replace(path, with: [UInt8](repeating: 1, count: 2 << 20))
        }
        #expect(error?.kind == .diskFull)
        #expect(try DurableFile.read(path) == Array("old".utf8))
        try DurableFile.replace(path, with: Array("new".utf8))
        #expect(try DurableFile.read(path) == Array("new".utf8))
    }
}
