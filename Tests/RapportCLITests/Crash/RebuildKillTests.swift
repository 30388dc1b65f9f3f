import Foundation
import Testing
import TestSupport

/// A rebuild that does not come to its end, for whatever reason, changes nothing.
@Suite(.timeLimit(.minutes(60)))
struct RebuildKillTests {
    private static let models = readModelNames

    @Test func aRebuildThatIsEndedLeavesTheRowsThatAnswer() async throws {
        let directory = try TemporaryDirectory()
        let demo = try await rapport("demo", "--events", "60000", "--data", directory.path)
        try #require(demo.status == 0, "\(demo.errors)")
        let digests = try await DirectoryStatus.of(directory).digests
        try #require(digests.count == Self.models.count - 1, "search has none")
        var random = SeededGenerator(seed: 60_000)
        for round in 0..<killRounds {
            let signal = round.isMultiple(of: 2) ? SIGKILL : SIGINT
            // While events are folded, or once the rows of so many read models are being written.
            let stage = Int.random(in: 0...Self.models.count, using: &random)
            let delay = Int.random(in: 0...(stage == 0 ? 1500 : 150), using: &random)
            let run = try await rebuild(in: directory, until: stage, then: delay, signal)
            // A signal that comes before anybody listens ends the process, as SIGKILL does; one may come too late.
            let expected = signal == SIGKILL ? [-SIGKILL, 0] : [130, -SIGINT, 0]
            #expect(expected.contains(run.status), "round \(round): \(run.errors)")
            let after = try await DirectoryStatus.of(directory)
            #expect(after.digests == digests, "round \(round), stage \(stage)")
            #expect(after.readModels.allSatisfy { $0.lag == 0 })
        }
        #expect(try await Rebuilt.digests(in: directory) == digests)
        #expect(try await DirectoryStatus.of(directory).digests == digests)
        try expectNothingIsLeftOver(in: directory)
    }

    /// Starts a rebuild and sends it a signal, some milliseconds after it has begun so many generations.
    private func rebuild(
        in directory: TemporaryDirectory, until stage: Int, then delay: Int, _ signal: Int32
    ) async throws -> CommandRun {
        let before = Self.generations(in: directory)
        let command = try Command(["rebuild", "--data", directory.path])
        return try await command.run { command in
            try await poll {
                !command.isRunning || Self.generations(in: directory).subtracting(before).count >= stage
            }
            try await Task.sleep(for: .milliseconds(delay))
            command.send(signal)
        }
    }

    /// The directories of all generations, whether complete or not.
    private static func generations(in directory: TemporaryDirectory) -> Set<String> {
        Set(
            models.flatMap { model in
                entries(of: model, in: directory).filter { !$0.hasSuffix(".lock") }.map { model + "/" + $0 }
            })
    }

    private static func entries(of model: String, in directory: TemporaryDirectory) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory.path + "/views/" + model)) ?? [])
            .filter { $0.hasPrefix("gen-") }
    }

    /// After a rebuild that succeeded there are the generation that answers and the one before.
    private func expectNothingIsLeftOver(in directory: TemporaryDirectory) throws {
        for model in Self.models {
            let file = URL(filePath: directory.path + "/views/\(model)/CURRENT")
            let current = String(decoding: try Data(contentsOf: file), as: UTF8.self)
            let entries = Self.entries(of: model, in: directory)
            let generations = entries.filter { !$0.hasSuffix(".lock") }
            #expect(generations.contains(current))
            #expect(generations.count <= 2, "\(model): \(generations)")
            #expect(entries.filter { $0.hasSuffix(".lock") } == [], "\(model): no locks of builds that are gone")
        }
    }
}
