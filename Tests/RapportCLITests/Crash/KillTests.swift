import Foundation
import Testing
import TestSupport

/// A process that is killed while it appends loses nothing that it has acknowledged, and leaves nothing half done.
@Suite(.timeLimit(.minutes(60)))
struct KillTests {
    /// Events that are given again after a kill, although they are in the log.
    private static let repeated = 40

    @Test(arguments: [(1, 60), (20, 300)])
    func whatWasAcknowledgedOutlivesSIGKILL(batch: Int, window: Int) async throws {
        let directory = try TemporaryDirectory()
        var random = SeededGenerator(seed: UInt64(batch))
        var stored = 0
        for round in 1...max(1, killRounds) {
            let first = max(0, stored - Self.repeated) + 1
            let last = stored + window
            let enough = Int.random(in: 1...(last - first + 1) * 3 / 4, using: &random)
            let delay = Int.random(in: 0...6000, using: &random)
            let run = try await killed(feeding: first...last, by: batch, into: directory, enough, delay)
            #expect(run.status == -SIGKILL, "round \(round): \(run.errors)")
            let acknowledged = run.positions.last ?? 0
            let expected = acknowledged == 0 ? [] : Array(first...acknowledged)
            #expect(run.positions == expected, "round \(round): known events answer with their first positions")
            let head = try await soundHead(of: directory)
            #expect(head >= max(stored, acknowledged), "round \(round): what was acknowledged is there")
            #expect(head <= max(stored, acknowledged + batch), "round \(round): one batch at most was on its way")
            #expect(head.isMultiple(of: batch), "round \(round): a batch is there as a whole or not at all")
            stored = head
        }
        try await everyLineAgain(upTo: stored + Self.repeated, by: batch, into: directory)
    }

    @Test func aLogWhoseMakerWasKilledIsMadeByTheNext() async throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<killRounds {
            let directory = try TemporaryDirectory()
            let data = directory.path + "/data"
            let delay = Int.random(in: 0...40_000, using: &random)
            let maker = try Command(["append", "--data", data, "--positions"], input: NumberedEvents.line(1))
            let killed = try await maker.run { maker in
                try await Task.sleep(for: .microseconds(delay))
                maker.send(SIGKILL)
            }
            #expect([-SIGKILL, 0].contains(killed.status))
            let next = try await rapport("append", "--data", data, "--positions", input: NumberedEvents.line(1))
            #expect(next.status == 0, "\(next.errors)")
            #expect(next.output == "1\n")
            #expect(try await rapport("verify", "--data", data).output.hasPrefix("sound: 1 event, "))
        }
    }

    /// Appends from a pipe that stays open, and kills the command some microseconds after so many answers.
    private func killed(
        feeding numbers: ClosedRange<Int>, by batch: Int, into directory: TemporaryDirectory, _ enough: Int,
        _ delay: Int
    ) async throws -> CommandRun {
        let command = try Command(
            ["append", "--data", directory.path, "--positions", "--batch", "\(batch)"], input: nil)
        let feed = Feed()
        command.standardInput = feed.pipe
        let run = try await command.run { command in
            // In two pieces, the first of which may end within a batch.
            let lines = NumberedEvents.lines(numbers)
            try feed.write(Array(lines[..<enough]))
            try feed.write(Array(lines[enough...]))
            try await poll { !command.isRunning || command.outputSoFar.count(where: \.isNewline) >= enough }
            try await Task.sleep(for: .microseconds(delay))
            command.send(SIGKILL)
        }
        withExtendedLifetime(feed) {}
        return run
    }

    /// The head of a log that verifies and holds the first numbers, each once and in order.
    private func soundHead(of directory: TemporaryDirectory) async throws -> Int {
        let verified = try await rapport("verify", "--data", directory.path)
        #expect(verified.status == 0, "\(verified.errors)")
        let events = try await LoggedEvent.all(in: directory)
        #expect(events == events.indices.map { LoggedEvent(position: $0 + 1, id: NumberedEvents.id($0 + 1)) })
        return events.count
    }

    /// The same lines from the first one on add only those that are missing.
    private func everyLineAgain(upTo last: Int, by batch: Int, into directory: TemporaryDirectory) async throws {
        let input = NumberedEvents.lines(1...last).joined()
        let completed = try await rapport(
            "append", "--data", directory.path, "--positions", "--batch", "\(batch)", input: input)
        #expect(completed.status == 0, "\(completed.errors)")
        #expect(completed.positions == Array(1...last))
        #expect(try await soundHead(of: directory) == last)
        let again = try await rapport("append", "--data", directory.path, "--json", input: input)
        #expect(try canonical(again.output) == canonical(#"{"appended": 0, "known": \#(last), "position": \#(last)}"#))
    }
}
