import Foundation
@testable import LMDB
import Testing
import TestSupport

@Suite struct EnvironmentTests {
    private let directory: TemporaryDirectory
    private let folder: String

    init() throws {
        directory = try TemporaryDirectory()
        folder = directory.path + "/environment"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func opened(
        _ names: [String] = ["values"], _ options: EnvironmentOptions = .init()
    ) throws(LMDBError) -> Environment {
        try Environment(path: folder, databases: names.map { DatabaseDefinition($0) }, options: options)
    }

    private func openingFailure(
        _ names: [String] = ["values"], _ options: EnvironmentOptions = .init(), at path: String? = nil
    ) -> LMDBError.Kind? {
        do throws(LMDBError) {
            let definitions = names.map { DatabaseDefinition($0) }
            _ = try Environment(path: path ?? folder, databases: definitions, options: options)
            return nil
        } catch {
            return error.kind
        }
    }

    private func fill(_ environment: Environment, _ count: Int) throws {
        try environment.write { transaction in
            for number in 0..<count {
                let value = String(repeating: "v", count: 1000)
                try transaction.put(value, in: environment.database("values"), for: "key \(number)")
            }
        }
    }

    // MARK: Opening

    @Test("an environment is open once in a process, under whatever path, until it is closed")
    func opensOnce() throws {
        let link = directory.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder)
        let environment = try opened()
        #expect(openingFailure() == .alreadyOpen)
        #expect(openingFailure(at: link) == .alreadyOpen)
        environment.close()
        #expect(openingFailure(at: link) == nil)
        #expect(openingFailure() == nil)
    }

    @Test("a failed opening does not count as open")
    func failedOpeningIsForgotten() throws {
        try fill(opened(), 1)
        #expect(openingFailure(["others"], .init(readOnly: true)) == .missingDatabase("others"))
        #expect(openingFailure() == nil)
    }

    @Test("closing twice does nothing the second time")
    func closesTwice() throws {
        let environment = try opened()
        environment.close()
        environment.close()
        #expect(openingFailure() == nil)
    }

    @Test("an immutable environment can be open several times and is never written")
    func immutableOpensTwice() throws {
        try fill(opened(), 3)
        let first = try opened(["values"], .init(immutable: true))
        let second = try opened(["values"], .init(immutable: true))
        #expect(try first.entries(of: first.database("values")) == second.entries(of: second.database("values")))
        #expect(try first.entries(of: first.database("values")).count == 3)
        let refusal = #expect(throws: LMDBError.self) { try fill(first, 1) }
        #expect(refusal?.kind == .readOnly)
    }

    @Test("values outlive closing and opening again")
    func valuesOutliveReopening() throws {
        try fill(opened(), 20)
        let environment = try opened()
        #expect(try environment.entries(of: environment.database("values")).count == 20)
    }

    @Test("data and lock files are for their owner only")
    func filesArePrivate() throws {
        try fill(opened(), 1)
        for name in ["data.mdb", "lock.mdb"] {
            #expect(try FileStatus(folder + "/" + name).permissions == 0o600, "\(name)")
        }
    }

    // MARK: Files that are not what they should be

    @Test("a file cut in half is refused with the size it needs and the size it has")
    func truncatedFileIsRefused() throws {
        let environment = try opened()
        try fill(environment, 500)
        let needed = environment.mapUse().used
        environment.close()
        let file = try #require(FileHandle(forWritingAtPath: folder + "/data.mdb"))
        try file.truncate(atOffset: UInt64(needed / 2))
        try file.close()
        #expect(openingFailure() == .truncated(expectedBytes: needed, actualBytes: needed / 2))
        let error = #expect(throws: LMDBError.self) { try opened() }
        let text = try #require(error).description
        #expect(text.contains(folder) && text.contains("\(needed)") && text.contains("\(needed / 2)"))
    }

    @Test("a sound file whose last pages were given up in the transaction that took them is not truncated")
    func shortFileOfFreedPagesOpens() throws {
        // LMDB counts a page as used from the moment a transaction takes it, but does not write it when the same
        // transaction gives it up; so the file may end before the last page its metadata names.
        let environment = try opened(["values"], .init(durability: .rebuildable))
        let values = environment.database("values")
        var random = SeededGenerator(seed: 1)
        var isShort = false
        for _ in 0..<5000 where !isShort {
            try environment.write { transaction in
                for _ in 0..<20 {
                    let key = "key \(Int.random(in: 0..<20, using: &random))"
                    if Bool.random(using: &random) {
                        try transaction.delete(Array(key.utf8).rawSpan, in: values)
                    } else {
                        let count = Int.random(in: 1..<(Bool.random(using: &random) ? 60_000 : 300), using: &random)
                        try transaction.put(
                            [UInt8](repeating: 1, count: count).rawSpan, in: values, for: Array(key.utf8).rawSpan)
                    }
                }
            }
            isShort = try FileStatus(folder + "/data.mdb").size < environment.mapUse().used
        }
        try #require(isShort)
        let entries = try environment.entries(of: values)
        environment.close()
        let reopened = try opened()
        #expect(try reopened.entries(of: reopened.database("values")) == entries)
    }

    @Test(
        "a file of something else is refused as foreign",
        arguments: [
            Data("not a database\n".utf8),
            Data(String(repeating: "A letter to a customer. ", count: 400).utf8.prefix(8192)),
            Data((0..<20_000).map { _ in UInt8.random(in: 0...255) }),
        ])
    func foreignFileIsRefused(content: Data) throws {
        try content.write(to: URL(fileURLWithPath: folder + "/data.mdb"))
        #expect(openingFailure() == .foreign)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/data.mdb")) == content)
    }

    @Test("a first page without a second is refused as foreign")
    func halfOfTheMetaPagesIsRefused() throws {
        try fill(opened(), 1)
        let file = try #require(FileHandle(forWritingAtPath: folder + "/data.mdb"))
        try file.truncate(atOffset: 4096)
        try file.close()
        #expect(openingFailure() == .foreign)
    }

    @Test("an empty file becomes an environment")
    func emptyFileIsFine() throws {
        try Data().write(to: URL(fileURLWithPath: folder + "/data.mdb"))
        try fill(opened(), 2)
        let environment = try opened()
        #expect(try environment.entries(of: environment.database("values")).count == 2)
    }

    @Test("a folder that is not there is an error of the system")
    func missingFolder() {
        #expect(openingFailure(at: folder + "/nowhere") == .system(ENOENT))
    }

    // MARK: Reading only

    @Test("an environment that is open for reading refuses writes and answers reads")
    func readOnlyRefusesWrites() throws {
        try fill(opened(), 4)
        let environment = try opened(["values"], .init(readOnly: true))
        #expect(environment.isReadOnly)
        let refusal = #expect(throws: LMDBError.self) { try fill(environment, 1) }
        #expect(refusal?.kind == .readOnly)
        #expect(try environment.entries(of: environment.database("values")).count == 4)
    }

    @Test("a database is made when writing and missed when only reading")
    func missingDatabase() throws {
        try fill(opened(), 1)
        #expect(openingFailure(["values", "new"], .init(readOnly: true)) == .missingDatabase("new"))
        #expect(openingFailure(["values", "new"]) == nil)
        #expect(openingFailure(["values", "new"], .init(readOnly: true)) == nil)
    }
}
