import Foundation
import Testing
import TestSupport

/// A process that is killed while it erases leaves an erasure that the next one brings to its end, or none.
@Suite(.timeLimit(.minutes(60)))
struct ErasureKillTests {
    private static let persons = 60
    private static let mark = "zqkxjwvqzpbmtgd"

    private static let lines = (1...persons).map { number in
        #"{"type":"CustomerRegistered","tags":["customer:C-\#(number)"],"occurredAt":"2017-01-01T00:00:00Z","#
            + #""data":{"customerId":"C-\#(number)"},"subjects":[{"id":"customer:C-\#(number)","#
            + #""personal":{"displayName":"\#(mark) \#(number)"}}]}"#
    }

    @Test func anErasureThatIsKilledIsCompletedByTheNextCommand() async throws {
        var random = SeededGenerator(seed: 25_519)
        let ids = try TemporaryDirectory()
        let file = try ids.write((1...Self.persons).map { "C-\($0)\n" }.joined(), to: "ids")
        for round in 0..<killRounds {
            let directory = try TemporaryDirectory()
            let appended = try await rapport(
                "append", "--data", directory.path, input: Self.lines.joined(separator: "\n") + "\n")
            try #require(appended.status == 0, "\(appended.errors)")
            // The rows of search hold the names.
            #expect(try await rapport("find", Self.mark, "--data", directory.path).status == 0)
            #expect(try !files(below: directory.path, holding: Array(Self.mark.utf8)).isEmpty)

            let step = Step.allCases[round % Step.allCases.count]
            let killed = try await killed(after: step, erasing: file, in: directory, &random)
            #expect([-SIGKILL, 0].contains(killed.status), "round \(round): \(killed.errors)")
            let isBegun = try await count(of: "SubjectErased", in: directory) > 0
            // Keys are destroyed after the log has said so; what is written there may not be committed yet.
            if step == .newKeys || step == .keysDestroyed { #expect(isBegun, "round \(round)") }
            try await expectCompleted(isBegun, in: directory, "round \(round), \(step)")

            let again = try await rapport("subject", "erase", "--from", file, "--yes", "--data", directory.path)
            #expect(again.status == 0, "round \(round): \(again.errors)")
            try await expectCompleted(true, in: directory, "round \(round), \(step), once more")
        }
    }

    /// How far the erasure has come when the process is killed.
    private enum Step: CaseIterable {
        /// It has started.
        case start
        /// The log's file holds an erasure, committed or not.
        case appended
        /// Another generation of keys is being written.
        case newKeys
        /// The key store names another generation.
        case keysDestroyed
    }

    private func killed(
        after step: Step, erasing file: String, in directory: TemporaryDirectory, _ random: inout SeededGenerator
    ) async throws -> CommandRun {
        let data = directory.path
        let delay = Int.random(in: 0...(step == .start ? 300_000 : 30_000), using: &random)
        let epoch = Self.text(of: data + "/keys/CURRENT")
        let generations = Self.generations(in: data)
        let command = try Command(["subject", "erase", "--from", file, "--yes", "--data", data])
        return try await command.run { command in
            switch step {
            case .start: break
            case .appended, .newKeys:
                try await poll {
                    !command.isRunning || Self.generations(in: data) != generations
                        || (step == .appended && Self.holdsErasure(in: data))
                }
            case .keysDestroyed:
                try await poll { !command.isRunning || Self.text(of: data + "/keys/CURRENT") != epoch }
            }
            try await Task.sleep(for: .microseconds(delay))
            command.send(SIGKILL)
        }
    }

    private static func text(of path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    private static func generations(in data: String) -> Set<String> {
        Set((try? FileManager.default.contentsOfDirectory(atPath: data + "/keys")) ?? []).filter {
            $0.hasPrefix("epoch-")
        }
    }

    /// Whether the log holds the type of an erasure, which it does from the first one on.
    private static func holdsErasure(in data: String) -> Bool {
        let log = FileManager.default.contents(atPath: data + "/log/data.mdb") ?? Data()
        return log.range(of: Data("rapport.crm.v1.SubjectErased".utf8)) != nil
    }

    private func count(of type: String, in directory: TemporaryDirectory) async throws -> Int {
        let run = try await rapport("replay", "--type", type, "--json", "--data", directory.path)
        // A type that no event has is refused by name.
        return run.status == 0 ? run.lines.count : 0
    }

    /// After any command about a person: everybody is erased with keys, rows and a receipt, or nobody is.
    private func expectCompleted(_ isErased: Bool, in directory: TemporaryDirectory, _ place: String) async throws {
        let plan = try await rapport("subject", "retain", "--dry-run", "--data", directory.path)
        #expect(plan.status == 0, "\(place): \(plan.errors)")
        #expect(try await count(of: "SubjectErased", in: directory) == (isErased ? Self.persons : 0), "\(place)")
        let status = try await rapport("keys", "status", "--json", "--data", directory.path)
        #expect(try jsonObject(status)["erased"] as? Int == (isErased ? Self.persons : 0), "\(place)")
        let named = try await receipts(in: directory)
        #expect(named.count == (isErased ? Self.persons : 0), "\(place)")
        #expect(Set(named).count == named.count, "\(place): one receipt for each")
        let left = try files(below: directory.path, holding: Array(Self.mark.utf8))
        #expect(left.isEmpty == isErased, "\(place): \(left)")
        #expect(try await rapport("verify", "--data", directory.path).status == 0, "\(place)")
    }

    /// The erasures that receipts name.
    private func receipts(in directory: TemporaryDirectory) async throws -> [String] {
        let run = try await rapport("replay", "--type", "KeyDestroyed", "--json", "--data", directory.path)
        guard run.status == 0 else { return [] }
        return try run.lines.flatMap { line -> [String] in
            let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return (event?["data"] as? [String: Any])?["erasureEventIds"] as? [String] ?? []
        }
    }
}
