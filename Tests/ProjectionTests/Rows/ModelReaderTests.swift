@testable import EventLog
import LMDB
@testable import Projection
import Testing
import TestSupport

/// What queries can ask of rows, against plain sums over the events.
@Suite struct ModelReaderTests {
    private static let quarter: Int64 = 900_000_000

    private static func floor(_ microseconds: Int64) -> Int64 {
        let rest = microseconds % quarter
        return microseconds - (rest < 0 ? rest + quarter : rest)
    }

    @Test("the sum of a series between any two moments is that of the events between their quarters")
    func sums() async throws {
        var ledger = RandomLedger(seed: 21)
        let events = ledger.events(800)
        let hosted = try HostedLog(after: events)
        try await hosted.settle()
        let noted = events.filter { $0.type == Ledger.noted }
        let times = noted.map(\.occurredAt.microseconds).sorted()
        let (first, last) = (try #require(times.first), try #require(times.last))
        var random = SeededGenerator(seed: 5)
        for round in 0..<120 {
            // Long and short, with open ends now and then.
            let reach = round % 2 == 0 ? last - first : 3 * 86_400_000_000
            let from = first - 10 + Int64.random(in: 0...last - first, using: &random)
            let to = from + Int64.random(in: 0...reach, using: &random)
            let start: Int64? = round % 7 == 0 ? nil : from
            let end: Int64? = round % 5 == 0 ? nil : to
            let within = noted.filter { event in
                let at = event.occurredAt.microseconds
                return (start.map { Self.floor($0) <= at } ?? true) && (end.map { at < Self.floor($0) } ?? true)
            }
            let expected = [Int64(within.count), within.reduce(0) { $0 + Int64($1.data[0]) }]
            let found = try hosted.host.read("ledger") { reader in
                try reader.sum(
                    Ledger.types, [Ledger.noted.name], from: start.map { Timestamp(microseconds: $0) },
                    to: end.map { Timestamp(microseconds: $0) })
            }
            #expect(found == LedgerRows.withoutZerosAtEnd(expected), "\(start ?? .min) to \(end ?? .max)")
        }
    }

    @Test("a series is found by its name and tells its first and last day")
    func namesAndDays() async throws {
        let day = LedgerRows.day
        let hosted = try HostedLog(after: [
            Ledger.event(1, at: -1), Ledger.event(2, at: 40 * day), Ledger.event(3, at: 5 * day, type: Ledger.cleared),
        ])
        try await hosted.settle()
        let (names, noted, cleared, nothing) = try hosted.host.read("ledger") { reader in
            (
                try reader.seriesNames(Ledger.types), try reader.days(Ledger.types, ["Noted"]),
                try reader.days(Ledger.types, ["Cleared"]), try reader.days(Ledger.flow, ["all"])
            )
        }
        #expect(names == [["Cleared"], ["Noted"]])
        #expect(noted == -1...40)
        #expect(cleared == 5...5)
        #expect(nothing == nil)
    }

    @Test("entities come in the order of their tags, from any of them on, until the caller has enough")
    func entities() async throws {
        let names = ["b", "a", "ab", "é", "B"]
        let hosted = try HostedLog(after: names.map { Ledger.event(1, "account:\($0)", "place:\($0)") })
        try await hosted.settle()
        func tags(from first: String?, atMost count: Int) throws -> [String] {
            try hosted.host.read("ledger") { reader in
                var found: [String] = []
                try reader.forEachEntity(AmountSummary.self, fold: 1, from: first.map { Ledger.tag($0) }) { tag, _ in
                    found.append(String(tag.id))
                    return found.count < count
                }
                return found
            }
        }
        let all = try tags(from: nil, atMost: 9)
        #expect(all == ["B", "a", "ab", "b", "é"])
        let two = try tags(from: "account:aa", atMost: 2)
        #expect(two == ["ab", "b"])
        let none = try tags(from: "account:ÿ", atMost: 9)
        #expect(none == [])
    }

    @Test("of an entity that no event was about there is no state")
    func unknownEntity() async throws {
        let hosted = try HostedLog(after: [Ledger.event(4, "account:a")])
        try await hosted.settle()
        let (known, unknown, otherFold) = try hosted.host.read("ledger") { reader in
            (
                try reader.state(AmountSummary.self, fold: 1, of: Ledger.tag("account:a")),
                try reader.state(AmountSummary.self, fold: 1, of: Ledger.tag("account:b")),
                try reader.state(AmountHistory.self, fold: 2, of: Ledger.tag("account:a"))
            )
        }
        #expect(known?.sum == 4)
        #expect(unknown == nil)
        #expect(otherFold == nil)
    }
}
