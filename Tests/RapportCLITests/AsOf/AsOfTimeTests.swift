import EventLog
import Rapport
import TestSupport
import Testing

@testable import RapportCLI

/// The forms in which a point of the past is named, and what is told of one that there is not.
@Suite(.timeLimit(.minutes(5)))
struct AsOfTimeTests {
    @Test func aTimeIsThePositionThatWasRecordedByThen() async throws {
        let directory = try TemporaryDirectory()
        let crm = try await PastCompany.crm(in: directory)
        defer { withExtendedLifetime(directory) { crm.close() } }
        let log = crm.log
        for number in 1...log.head.rawValue {
            let recordedAt = try #require(try log.withEvent(at: Position(number)) { $0.recordedAt })
            let position = try PastPoint.time(.time(recordedAt)).position(in: log, .utc)
            let last = try log.events().filter { $0.recordedAt == recordedAt }.map(\.position).max()
            #expect(position == last)
            #expect(try PastPoint.position(Position(number)).position(in: log, .utc) == Position(number))
        }
        let question = try Question(["pipeline", "--as-of", "2999-12-31"], data: directory.path)
        let newest = try Question(["pipeline"], data: directory.path)
        #expect(try await question.answer(in: crm).isSame(as: newest.answer(in: crm)))
    }

    @Test(arguments: ["UTC", "Europe/Berlin", "Pacific/Kiritimati", "America/St_Johns"])
    func aDayCountsToItsEndInTheZone(zone: String) async throws {
        let directory = try TemporaryDirectory()
        let log = try EventLog(at: directory.path)
        defer { withExtendedLifetime(directory) { log.close() } }
        try await log.append(try PastCompany.events([TinyCompany.lines[0]]))
        let calendar = try ZonedCalendar(zone: zone)
        let recordedAt = try #require(try log.withEvent(at: Position(1)) { $0.recordedAt })
        let day = calendar.date(of: recordedAt)
        #expect(try PastPoint.time(.day(day)).position(in: log, calendar) == Position(1))
        let before = CivilDate(daysSinceEpoch: day.daysSinceEpoch - 1)
        let failure = #expect(throws: CommandFailure.self) {
            _ = try PastPoint.time(.day(before)).position(in: log, calendar)
        }
        #expect(failure?.status == .notFound)
        #expect(failure?.message.contains("the first event was recorded at \(recordedAt); --at asks") == true)
    }

    @Test(
        arguments: [
            ("7", PastPoint.position(Position(7))), ("0", .position(.zero)),
            ("2017-06-30", .time(.day(CivilDate(daysSinceEpoch: 17_347)))),
            ("2017-06-30T08:15:00Z", .time(.time(Timestamp(microseconds: 1_498_810_500_000_000)))),
            ("2017-06-30T10:15:00+02:00", .time(.time(Timestamp(microseconds: 1_498_810_500_000_000)))),
        ] as [(String, PastPoint)])
    func aPointIsAPositionADayOrATime(text: String, point: PastPoint) {
        #expect(PastPoint(argument: text) == point)
    }

    @Test(arguments: ["", "-1", "yesterday", "2017-02-30", "2017-06-30T08:15", "1.5"])
    func whatIsNoPointIsRefused(text: String) {
        #expect(PastPoint(argument: text) == nil)
    }

    @Test(
        arguments: [
            (["profile", "C-1", "--as-of", "16"], 2, "position 16 is not in the log, which ends at position 15\n"),
            (["pipeline", "--as-of", "0"], 2, "position 0 is before the first event; expected 1 to 15, or a time\n"),
            (["orders", "--as-of", "2016-12-31"], 2, "nothing was recorded by 2016-12-31T23:59:59.999999Z; the first"),
            (
                ["find", "c", "--zone", "Europe/Berlin", "--as-of", "2016-12-31"], 2,
                "nothing was recorded by 2016-12-31T22:59:59.999999Z; the first event was recorded at 20"
            ),
            (["profile", "C-1", "--as-of", "1"], 2, "customer C-1: no event is about it; expected an id with a"),
            (["profile", "C-1", "--as-of", "yesterday"], 64, "The value 'yesterday' is invalid for '--as-of"),
            (
                ["profile", "C-1", "--as-of", "3", "--at-least", "4"], 64,
                "--as-of asks what was known then; --at-least"
            ),
            (["profile", "C-1", "--at", "soon"], 64, "The value 'soon' is invalid for '--at"),
        ] as [([String], Int32, String)])
    func whatCannotBeAskedIsTold(question: [String], status: Int32, message: String) async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Command(question + ["--data", directory.path]).run()
        #expect(run.status == status)
        #expect(run.output == "")
        #expect(run.errors.hasPrefix("rapport: " + message), "\(run.errors)")
    }

    @Test func anEmptyLogHasNoPast() async throws {
        let directory = try TemporaryDirectory()
        let log = try EventLog(at: directory.path)
        defer { withExtendedLifetime(directory) { log.close() } }
        let failure = #expect(throws: CommandFailure.self) {
            _ = try PastPoint.time(.day(CivilDate(daysSinceEpoch: 0))).position(in: log, .utc)
        }
        #expect(failure == CommandFailure(.notFound, "nothing is recorded yet"))
    }

    /// A timeline has no rows to wait for; it waits for the log itself.
    @Test func aTimelineWaitsForWhatComes() async throws {
        let directory = try await TinyCompany.directory()
        let data = ["--data", directory.path]
        let late = try await Command(["timeline", "C-1", "--at-least", "16", "--wait", "1"] + data).run()
        #expect(late.status == 7)
        #expect(late.errors == "rapport: the log is at position 15; position 16 was asked for\n")
        let command = try Command(["timeline", "C-1", "--at-least", "16", "--wait", "60"] + data)
        let run = try await command.run { _ in
            let line = #"{"type":"own.thing","tags":["customer:C-1"]}"#
            _ = try await rapport("append", "--data", directory.path, input: line)
        }
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.hasSuffix("at position 16\n"))
    }
}
