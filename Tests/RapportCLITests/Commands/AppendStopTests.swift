import Foundation
import Testing
import TestSupport

/// A process that is told to end finishes what it has begun: whatever it has answered is in the log.
@Suite(.timeLimit(.minutes(5)))
struct AppendStopTests {
    @Test func whatWasAcknowledgedBeforeSIGTERMIsInTheLog() async throws {
        let directory = try TemporaryDirectory()
        let input = (1...200_000).map { #"{"type":"own.a","tags":["n:\#($0)"]}"# }.joined(separator: "\n")
        let command = try Command(
            ["append", "--data", directory.path, "--positions", "--batch", "1"], input: input)
        let run = try await command.run { command in
            try await wait { command.outputSoFar.count(where: \.isNewline) >= 50 }
            command.terminate()
        }
        #expect(run.status == 143)
        #expect(run.errors.contains("rapport: stopped by SIGTERM: "))
        let acknowledged = run.lines.compactMap { Int($0) }
        #expect(acknowledged == Array(1...acknowledged.count), "one position for each line so far")
        let status = try await rapport("replay", "--data", directory.path, "--backwards", "--limit", "1", "--json")
        let newest = try #require(status.lines.first)
        #expect(newest.contains(#""tags":["n:\#(acknowledged.count)"]"#), "nothing more, nothing less")
        #expect(try await rapport("verify", "--data", directory.path).status == 0)
    }

    @Test func readingThatWaitsForInputIsNoReasonToStay() async throws {
        let directory = try TemporaryDirectory()
        let command = try Command(["append", "--data", directory.path, "--positions", "--batch", "1"], input: nil)
        let pipe = Pipe()
        command.standardInput = pipe
        let run = try await command.run { command in
            try pipe.fileHandleForWriting.write(contentsOf: Data("{\"type\":\"own.a\"}\n".utf8))
            try await wait { command.outputSoFar == "1\n" }
            command.terminate()
        }
        #expect(run.status == 143)
        #expect(run.errors == "rapport: stopped by SIGTERM: 1 of its events are in the log\n")
        withExtendedLifetime(pipe) {}
    }

    /// Until `condition` holds, at most half a minute.
    private func wait(until condition: () -> Bool) async throws {
        for _ in 0..<3000 {
            if condition() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("waited in vain")
    }
}
