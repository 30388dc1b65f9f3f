@testable import EventLog
import Foundation
import LMDB
@testable import Projection
import TestSupport
import Testing

/// Rows of the past that are kept: which, for how long, and what becomes of them.
struct PastGenerationTests {
    /// Events recorded over months, which no writer of today can do: a copy keeps when they were recorded.
    private final class Years {
        static let perMonth = 40
        static let months = 6
        let directory: TemporaryDirectory
        private var opened: OpenedHost?

        init() throws {
            directory = try TemporaryDirectory()
            let writer = try LogCopyWriter(into: directory.path, from: Position(1))
            var position = Position.zero
            for month in 1...Self.months {
                for number in 0..<Self.perMonth {
                    position = position.next
                    guard let day = CivilDate(year: 2026, month: month, day: 1 + number % 28) else { continue }
                    // In order of recording: all of a month's events on its days, by number.
                    let time = Int64(day.daysSinceEpoch - day.day + 1 + number * 28 / Self.perMonth) * 86_400_000_000
                    let event = Ledger.event(UInt8(number), "account:\(number % 5)", at: time)
                    try writer.append(
                        RecordedEvent(position: position, recordedAt: Timestamp(microseconds: time), event: event))
                }
            }
            try writer.finish()
            try reopen()
            try open.host.waitBlocking(for: position, of: ["ledger"])
        }

        var open: OpenedHost {
            guard let opened else { preconditionFailure("the log is open") }
            return opened
        }

        /// Closes the log, lets `change` do something to its files, and opens it again.
        func reopen(after change: () throws -> Void = {}) throws {
            opened = nil
            try change()
            opened = try OpenedHost([Ledger.model], at: directory.path)
        }

        /// The generations of the past that are there.
        func kept() -> [String] {
            let folder = directory.path + "/views/ledger/past"
            return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        }

        func rows(asOf position: UInt64) throws -> LedgerRows {
            try open.host.past(PastMoment(position: Position(position))).read("ledger") { try LedgerRows($0) }
        }

        /// What a build to that position gives, with none of the others there.
        func fresh(asOf position: UInt64) throws -> LedgerRows {
            let apart = try TemporaryDirectory()
            defer { withExtendedLifetime(apart) {} }
            let build = Build(
                log: open.log, models: [Ledger.model], directories: [apart.path + "/fresh"],
                upTo: Position(position), isCancelled: { false }, progress: { _ in })
            return try LedgerRows(try ModelReader(try build.run()[0]))
        }
    }

    @Test func theEndOfTheMonthBeforeIsKeptAndGoneOnFrom() throws {
        let years = try Years()
        #expect(years.kept() == [])
        // In the middle of the third month: the second one's end is made on the way.
        #expect(try years.rows(asOf: 95) == years.fresh(asOf: 95))
        #expect(years.kept() == ["p80", "p95"])
        #expect(try years.rows(asOf: 80) == years.fresh(asOf: 80))
        #expect(try years.rows(asOf: 101) == years.fresh(asOf: 101))
        #expect(years.kept() == ["p101", "p80", "p95"])
        // In the first month there is no end before.
        #expect(try years.rows(asOf: 7) == years.fresh(asOf: 7))
        #expect(years.kept() == ["p101", "p7", "p80", "p95"])
    }

    @Test func whatHadNotHappenedIsLeftOut() throws {
        let years = try Years()
        let half = Timestamp(
            microseconds: (CivilDate(year: 2026, month: 2, day: 10)?.daysSinceEpoch).map {
                Int64($0) * 86_400_000_000
            } ?? 0)
        let moment = PastMoment(position: Position(100), occurredUntil: half)
        let rows = try years.open.host.past(moment).read("ledger") { try LedgerRows($0) }
        let known = try years.open.log.events(to: Position(100)).filter { $0.event.occurredAt <= half }
        #expect(!known.isEmpty && known.count < 100)
        // Nothing was recorded out of order here, so these are the first ones.
        #expect(try rows == years.fresh(asOf: known.last?.position.rawValue ?? 0))
    }

    @Test func damagedOnesAreMadeAgain() throws {
        let years = try Years()
        let rows = try years.rows(asOf: 50)
        let file = years.directory.path + "/views/ledger/past/p50/data.mdb"
        try years.reopen {
            var bytes = try Data(contentsOf: URL(filePath: file))
            for byte in bytes.indices where byte % 512 == 100 { bytes[byte] ^= 0x5A }
            try bytes.write(to: URL(filePath: file))
        }
        #expect(try years.rows(asOf: 50) == rows)
    }

    @Test func whatAKilledBuildHasLeftIsSweptAway() throws {
        let years = try Years()
        let left = years.directory.path + "/views/ledger/past/new-abc"
        try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
        try Data([1]).write(to: URL(filePath: left + "/data.mdb"))
        try Data().write(to: URL(filePath: left + ".lock"))
        _ = try years.rows(asOf: 10)
        #expect(years.kept() == ["p10"])
    }

    @Test func roomIsMadeByWhatWasUsedLeastAndEndsOfMonthsGoLast() throws {
        let years = try Years()
        for position in [95, 100, 105, 30] as [UInt64] { _ = try years.rows(asOf: position) }
        #expect(years.kept() == ["p100", "p105", "p30", "p80", "p95"])
        func folder() -> PastFolder { PastFolder(years.open.log) }
        func model() throws -> ServedModel { try years.open.host.served("ledger") }
        let spared = try folder().path(of: model(), at: PastMoment(position: Position(30)))
        folder().makeRoom(keeping: 0, sparing: [spared]) { _ in }
        #expect(years.kept() == ["p30"])
        try years.reopen()
        for position in [95, 100] as [UInt64] { _ = try years.rows(asOf: position) }
        let bytes = try folder().kept(model()).map(\.bytes)
        // Room for two: the end of the month stays with the one that is spared.
        folder().makeRoom(keeping: (bytes.max() ?? 0) * 2, sparing: [spared]) { _ in }
        #expect(years.kept() == ["p30", "p80"])
    }
}
