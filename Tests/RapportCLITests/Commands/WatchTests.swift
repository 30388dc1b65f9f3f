import EventLog
import Foundation
import Testing
import TestSupport

@testable import RapportCLI

/// `status --watch` goes on until a signal comes, and ends well then.
@Suite(.timeLimit(.minutes(5)))
struct WatchTests {
    /// One object of `--json`, as far as it matters here.
    private struct Look: Decodable {
        struct Model: Decodable {
            let lag: Int
        }

        let time: Timestamp
        let head: Int
        let eventsPerSecond: Double?
        let bytes: Int
        let mapBytes: Int
        let readModels: [Model]
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func eachLookIsAnObjectOnALineUntilASignalComes(signal: Int32) async throws {
        let directory = try await TinyCompany.directory()
        let command = try Command(["status", "--data", directory.path, "--watch", "0.1", "--json"])
        let run = try await command.run { command in
            try await poll { command.outputSoFar.count(where: \.isNewline) >= 2 }
            let lines = NumberedEvents.lines(101...120).joined()
            let appended = try await rapport("append", "--data", directory.path, input: lines)
            #expect(appended.status == 0, "\(appended.errors)")
            try await poll { command.outputSoFar.contains(#""head":35,"#) }
            command.send(signal)
        }
        #expect(run.status == 0)
        #expect(run.errors == "")
        let looks = try run.lines.map { try JSONDecoder().decode(Look.self, from: Data($0.utf8)) }
        #expect(looks.count >= 3)
        let first = try #require(looks.first)
        #expect(first.head == 15 && first.eventsPerSecond == nil)
        #expect(looks[1].eventsPerSecond == 0)
        let later = try #require(looks.first { $0.head == 35 })
        let rate = try #require(later.eventsPerSecond)
        #expect(rate > 0)
        #expect(later.readModels.map(\.lag) == readModelNames.map { _ in 35 })
        #expect(looks.allSatisfy { $0.bytes > 0 && $0.mapBytes > $0.bytes })
        let times = looks.map(\.time)
        #expect(times == times.sorted())
    }

    @Test func whereThereIsNoTerminalEachLookIsALine() async throws {
        let directory = try await TinyCompany.directory()
        let command = try Command(["status", "--data", directory.path, "--watch", "0.1"])
        let run = try await command.run { command in
            try await poll { command.outputSoFar.count(where: \.isNewline) >= 3 }
            command.send(SIGINT)
        }
        #expect(run.status == 0)
        #expect(run.errors == "")
        for (number, line) in run.lines.enumerated() {
            let rate = number == 0 ? NumberFormat.none : "0 events/s"
            #expect(line.hasPrefix("20"), "\(line)")
            #expect(line.contains("Z  position 15  \(rate)  index up to date  profile not built yet  "), "\(line)")
            #expect(line.hasSuffix(" of the map"), "\(line)")
        }
    }

    @Test func withoutANumberItLooksEveryOtherSecond() async throws {
        let directory = try await TinyCompany.directory()
        let command = try Command(["status", "--watch", "--data", directory.path])
        let run = try await command.run { command in
            try await poll { command.outputSoFar.contains("position 15") }
            command.send(SIGINT)
        }
        #expect(run.status == 0)
        #expect(run.lines.count >= 1)
    }

    @Test(arguments: [["0"], ["-1"], ["0.05"], ["often"], ["nan"], ["1", "--digest"]])
    func wrongUsageIsRefused(options: [String]) async throws {
        let directory = try TemporaryDirectory()
        let run = try await Command(["status", "--data", directory.path, "--watch"] + options).run()
        #expect(run.status == 64, "\(run.errors)")
    }

    @Test func thereMustBeALogToWatch() async throws {
        let directory = try TemporaryDirectory()
        let run = try await rapport("status", "--watch", "--data", directory.path)
        #expect(run.status == 2)
    }

    @Test func aTerminalIsRedrawnFromTheTop() {
        #expect(StatusWatch.redrawn("a\n\nb") == "\u{1B}[Ha\u{1B}[K\n\u{1B}[K\nb\u{1B}[J")
    }

    @Test func theRateIsThatSinceTheLookBefore() {
        var rate = EventRate()
        let start = ContinuousClock.now
        let rates = [
            rate.update(head: Position(10), at: start),
            rate.update(head: Position(10), at: start + .seconds(1)),
            rate.update(head: Position(40), at: start + .seconds(3)),
            rate.update(head: Position(41), at: start + .seconds(3)),
        ]
        #expect(rates == [nil, 0, 15, nil], "no time has passed before the last look")
    }
}
