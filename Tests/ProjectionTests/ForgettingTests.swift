@testable import EventLog
import Foundation
import LMDB
@testable import Projection
import Testing
import TestSupport

/// What is deleted for good is in no file of a read model that forgets.
@Suite(.timeLimit(.minutes(5))) struct ForgettingTests {
    private var manager: FileManager { .default }

    /// A read model with so many secrets, folded live, so that its pages have been written more than once.
    private func followed(persons: Int = 60, _ model: ReadModel = Secrets.model) async throws -> HostedLog {
        let hosted = try HostedLog([model])
        try await hosted.follow()
        var rest = Secrets.story(of: persons)[...]
        while !rest.isEmpty {
            try await hosted.log.append(Array(rest.prefix(40)))
            try await hosted.settle()
            rest = rest.dropFirst(40)
        }
        return hosted
    }

    private func folder(_ hosted: HostedLog) -> String { hosted.folder(of: "secrets") }

    /// The files of the read model that hold a person's secret.
    private func filesHolding(_ person: Int, _ hosted: HostedLog) throws -> [String] {
        try files(below: folder(hosted), holding: Array(Secrets.text(person).utf8))
    }

    private func names(_ hosted: HostedLog) throws -> GenerationNames {
        try GenerationNames(of: "secrets", at: hosted.directory.path)
    }

    private func erase(_ persons: Int..., in hosted: HostedLog) async throws {
        try await hosted.log.append(persons.map { Secrets.erased($0) })
        try await hosted.host.waitForForgetting(hosted.log.head, seconds: 120)
    }

    /// Puts a file with a person's secret there.
    private func leave(_ person: Int, at path: String) throws {
        try manager.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(Secrets.text(person).utf8).write(to: URL(filePath: path))
    }

    @Test("nothing is left in any file: not of rows, of rows from before, of the past, or of previews")
    func everywhere() async throws {
        let hosted = try await followed()
        defer { hosted.close() }
        try hosted.host.rebuild()
        let past = hosted.host.past(PastMoment(position: Position(100)))
        let secret = try past.read("secrets") { try $0.state(SecretState.self, of: Secrets.tag(7))?.text }
        #expect(secret?.hasPrefix(Secrets.text(7)) == true)
        try leave(7, at: folder(hosted) + "/preview/rapport-preview-1/data.mdb")
        #expect(try names(hosted).previous != nil)
        #expect(try filesHolding(7, hosted).count == 4)
        let before = try Secrets.all(in: hosted.host)

        try await erase(7, in: hosted)
        #expect(try filesHolding(7, hosted) == [])
        #expect(try names(hosted).previous == nil)
        #expect(try hosted.generations(of: "secrets") == [hosted.currentGeneration(of: "secrets")])
        #expect(try filesHolding(8, hosted).count == 1, "the others are there")
        let after = try Secrets.all(in: hosted.host)
        #expect(after == before.filter { $0.key != "person:7" })
        #expect(after.count == 59)

        // Whoever follows goes on in the new rows.
        try await hosted.log.append([Secrets.told("news", by: 8, at: 9_999), Secrets.told("news", by: 7, at: 9_999)])
        try await hosted.settle()
        #expect(try Secrets.all(in: hosted.host)["person:8"] == "news")
        #expect(try Secrets.all(in: hosted.host)["person:7"] == nil)
    }

    @Test("many are forgotten one after the other")
    func many() async throws {
        let hosted = try await followed()
        defer { hosted.close() }
        for person in 0..<30 { try await hosted.log.append([Secrets.erased(person)]) }
        try await hosted.host.waitForForgetting(hosted.log.head, seconds: 120)
        for person in 0..<30 { #expect(try filesHolding(person, hosted) == []) }
        #expect(try Secrets.all(in: hosted.host).count == 30)
        let (host, head) = (hosted.host, hosted.log.head)
        try await onThread { try host.waitForForgettingBlocking(head, seconds: 0) }
    }

    @Test("a process that ended before the rows were written anew leaves it to the next one")
    func beforeWriting() async throws {
        let hosted = try await followed(Secrets.careless)
        defer { hosted.close() }
        try await hosted.log.append([Secrets.erased(3)])
        try await hosted.settle()
        let rows = try Secrets.all(in: hosted.host)
        try #require(try filesHolding(3, hosted).count == 1, "deleted rows are left in pages")
        let generation = try hosted.currentGeneration(of: "secrets")
        hosted.close()

        // Nobody follows: it does not come.
        let head = try await requireNobodyForgets(at: hosted.directory.path)
        try hosted.open([Secrets.model])
        try await hosted.host.waitForForgetting(head, seconds: 120)
        #expect(try filesHolding(3, hosted) == [])
        #expect(try hosted.currentGeneration(of: "secrets") != generation)
        #expect(try Secrets.all(in: hosted.host) == rows)
    }

    /// - Returns: the log's head.
    private func requireNobodyForgets(at path: String) async throws -> Position {
        let reader = try OpenedHost([Secrets.model], at: path, readOnly: true)
        let head = reader.log.head
        await #expect(throws: ProjectionUnavailable.behind(model: "secrets", at: head, wanted: head)) {
            try await reader.host.waitForForgetting(head, seconds: 0.05)
        }
        reader.close()
        return head
    }

    @Test("a process that ended before the rest was removed leaves it to the next one")
    func beforeRemoving() async throws {
        let hosted = try await followed()
        defer { hosted.close() }
        try await erase(3, in: hosted)
        let generation = try hosted.currentGeneration(of: "secrets")
        hosted.close()
        try unmark(folder(hosted) + "/" + generation)
        try leave(3, at: folder(hosted) + "/gen-0-old/data.mdb")
        try leave(3, at: folder(hosted) + "/past/p7/data.mdb")
        try leave(3, at: folder(hosted) + "/preview/rapport-preview-1/data.mdb")
        try DurableFile.replace(folder(hosted) + "/PREVIOUS", with: Array("\(generation)\ngen-0-old".utf8))
        try #require(try filesHolding(3, hosted).count == 3)

        try hosted.open([Secrets.model])
        try await hosted.host.waitForForgetting(hosted.log.head, seconds: 120)
        #expect(try filesHolding(3, hosted) == [])
        #expect(try names(hosted) == GenerationNames(serving: generation, previous: nil), "the rows were written anew")
    }

    /// As it was before everything was noted to be gone.
    private func unmark(_ path: String) throws {
        let generation = try Generation(path: path)
        defer { generation.environment.close() }
        try generation.noteForgotten(upTo: 0)
        try generation.environment.sync()
    }

    @Test("what somebody is just building is waited for")
    func buildsUnderWay() async throws {
        let hosted = try await followed()
        defer { hosted.close() }
        let place = try hosted.host.served("secrets").newPlace()
        try leave(5, at: place.path + "/data.mdb")
        try await hosted.log.append([Secrets.erased(5)])
        let head = hosted.log.head
        let isWrittenAnew = try await eventually { try filesHolding(5, hosted).count == 1 }
        #expect(isWrittenAnew)
        #expect(manager.fileExists(atPath: place.path + "/data.mdb"))
        await #expect(throws: ProjectionUnavailable.behind(model: "secrets", at: head, wanted: head)) {
            try await hosted.host.waitForForgetting(head, seconds: 0.05)
        }
        place.remove()
        try await hosted.host.waitForForgetting(head, seconds: 120)
        #expect(try filesHolding(5, hosted) == [])
    }

    @Test("where nothing was deleted there is nothing to wait for, whoever follows")
    func nothingToForget() async throws {
        let hosted = try await followed()
        defer { hosted.close() }
        let generation = try hosted.currentGeneration(of: "secrets")
        try await hosted.host.waitForForgetting(hosted.log.head, seconds: 0)
        try await hosted.log.append([Secrets.erased(1)])
        // Up to the event before.
        let before = Position(hosted.log.head.rawValue - 1)
        try await hosted.host.waitForForgetting(before, seconds: 0)
        try await hosted.host.waitForForgetting(hosted.log.head, seconds: 120)
        #expect(try hosted.currentGeneration(of: "secrets") != generation)
    }

    @Test("after that rows are rebuilt, kept and gone back to as ever")
    func rollingBack() async throws {
        let hosted = try await followed()
        defer { hosted.close() }
        try await erase(1, in: hosted)
        let first = try hosted.currentGeneration(of: "secrets")
        try hosted.host.rebuild()
        let second = try hosted.currentGeneration(of: "secrets")
        #expect(try names(hosted) == GenerationNames(serving: second, previous: first))
        try await hosted.host.waitForForgetting(hosted.log.head, seconds: 0)
        try hosted.host.rollBack("secrets")
        #expect(try names(hosted) == GenerationNames(serving: first, previous: second))
        try await hosted.host.waitForForgetting(hosted.log.head, seconds: 0)
        #expect(try filesHolding(1, hosted) == [])

        try await erase(2, in: hosted)
        #expect(try filesHolding(2, hosted) == [])
        #expect(try names(hosted).previous == nil)
    }

    @Test("the past of read models that forget can be forgotten alone")
    func past() async throws {
        let hosted = try HostedLog([Secrets.model, Ledger.model], after: Secrets.story(of: 20))
        defer { hosted.close() }
        try await hosted.settle()
        for name in ["secrets", "ledger"] {
            _ = try hosted.host.past(PastMoment(position: Position(10))).read(name) { $0.position }
        }
        func kept(_ name: String) -> [String] {
            (try? manager.contentsOfDirectory(atPath: hosted.folder(of: name) + "/past")) ?? []
        }
        #expect(kept("secrets") == ["p10"] && kept("ledger") == ["p10"])
        try hosted.host.forgetPastOfModelsThatForget()
        #expect(kept("secrets") == [] && kept("ledger") == ["p10"])
    }

    @Test("its rows have no digest")
    func digest() async throws {
        let hosted = try await followed()
        defer { hosted.close() }
        let empty = try HostedLog([Ledger.model], after: [Secrets.erased(1)])
        defer { empty.close() }
        try await empty.settle()
        #expect(!Secrets.model.hasDigest && Ledger.model.hasDigest)
        let digest = try hosted.host.digest(of: "secrets")
        #expect(digest.position == hosted.log.head)
        #expect(try digest.digest == empty.host.digest(of: "ledger").digest, "of no rows")
    }
}
