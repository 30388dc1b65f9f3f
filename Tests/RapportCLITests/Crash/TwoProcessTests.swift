import Foundation
import Testing
import TestSupport

/// Processes that write to one data directory at the same time keep one log, in one order.
@Suite(.timeLimit(.minutes(5)))
struct TwoProcessTests {
    /// A map that soon must grow, under the feet of the other processes, and an indexer that takes its time.
    private static let cramped = ["RAPPORT_MAP_SIZE": "1048576", "RAPPORT_INDEXER_PACING": "0.002"]

    @Test func theSameEventsGivenTwiceStandOnce() async throws {
        let directory = try TemporaryDirectory()
        let count = 1200
        // Both appends and the follower find a log that is there.
        _ = try await rapport("append", "--data", directory.path, environment: Self.cramped)
        let lines = NumberedEvents.lines(1...count, padding: 1500)
        let (input, reversed) = (lines.joined(), lines.reversed().joined())
        async let forwards = rapport(
            "append", "--data", directory.path, "--positions", "--batch", "7", input: input,
            environment: Self.cramped)
        async let backwards = rapport(
            "append", "--data", directory.path, "--positions", "--batch", "5", input: reversed,
            environment: Self.cramped)
        async let follower = rapport(
            "pipeline", "--data", directory.path, "--at-least", "\(count)", "--wait", "60", environment: Self.cramped)
        let (one, other, answer) = try await (forwards, backwards, follower)
        #expect(
            [one.status, other.status, answer.status] == [0, 0, 0], "\(one.errors)\(other.errors)\(answer.errors)")
        #expect(one.positions == Array(other.positions.reversed()), "both are told the same")
        #expect(answer.lines.last == "at position \(count)")
        let order = zip(one.positions, 1...count).sorted { $0.0 < $1.0 }
        let events = try await LoggedEvent.all(in: directory)
        #expect(events.map(\.position) == Array(1...count))
        #expect(events == order.map { LoggedEvent(position: $0.0, id: NumberedEvents.id($0.1)) })
        #expect(try await rapport("verify", "--data", directory.path).status == 0)
    }

    /// Each has enough at its end to write index runs.
    @Test func twoThatAppendAndIndexShareThePositions() async throws {
        let directory = try TemporaryDirectory()
        let count = 17_000
        let (low, high) = (NumberedEvents.lines(1...count), NumberedEvents.lines(count + 1...2 * count))
        let (lowInput, highInput) = (low.joined(), high.joined())
        async let first = rapport(
            "append", "--data", directory.path, "--positions", "--batch", "500", input: lowInput,
            environment: Self.cramped)
        async let second = rapport(
            "append", "--data", directory.path, "--positions", "--batch", "500", input: highInput,
            environment: Self.cramped)
        let (one, other) = try await (first, second)
        #expect([one.status, other.status] == [0, 0], "\(one.errors)\(other.errors)")
        let (left, right) = (one.positions, other.positions)
        let positions = left + right
        #expect(positions.sorted() == Array(1...2 * count), "no gap, and none twice")
        #expect(left == left.sorted(), "in the order of the lines")
        #expect(right == right.sorted(), "in the order of the lines")
        let verified = try await rapport("verify", "--data", directory.path)
        #expect(verified.output.hasPrefix("sound: 34,000 events, "), "\(verified.errors)")
        #expect(try await DirectoryStatus.of(directory).notIndexed < 2 * count, "there are runs to look into")
        let sample = Array(stride(from: 0, to: 2 * count, by: 97))
        let lines = low + high
        let asked = sample.map { lines[$0] }.joined()
        let again = try await rapport("append", "--data", directory.path, "--positions", input: asked)
        #expect(again.positions == sample.map { positions[$0] }, "every id answers")
    }

    @Test func ofTwoAppendsOnOneConditionExactlyOneSucceeds() async throws {
        let directory = try TemporaryDirectory()
        let rounds = 12
        for head in 0..<rounds {
            let arguments = [
                "append", "--data", directory.path, "--positions", "--fail-if-tag", "counter:1", "--after", "\(head)",
            ]
            let event = #"{"type":"own.a","tags":["counter:1"]}"#
            async let first = Command(arguments, input: event, environment: Self.cramped).run()
            async let second = Command(arguments, input: event, environment: Self.cramped).run()
            let runs = try await [first, second].sorted { $0.status < $1.status }
            #expect(runs.map(\.status) == [0, 3], "\(runs.map(\.errors))")
            #expect(runs.map(\.output) == ["\(head + 1)\n", ""])
            #expect(runs[1].errors.contains("the event at position \(head + 1) matches the append condition"))
        }
        #expect(try await LoggedEvent.all(in: directory).map(\.position) == Array(1...rounds))
        #expect(try await rapport("verify", "--data", directory.path).status == 0)
    }
}
