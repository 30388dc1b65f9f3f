@testable import EventLog
import LMDB
@testable import Projection
import Testing

/// States as fields, and keys of rows as people read them.
@Suite struct StateFieldsTests {
    private struct Sample {
        enum Outcome {
            case open
            case won(amount: Int64, by: String)
        }

        struct Step {
            var at: Timestamp
            var text = ""
        }

        var name = "a \"b\" \\ \n\u{1F}é"
        var count: UInt64 = .max
        var isOpen = true
        var missing: String?
        var present: Int? = -3
        var steps = [Step(at: Timestamp(microseconds: 0)), Step(at: Timestamp(microseconds: .min), text: "x")]
        var none: [String] = []
        var bytes: [UInt8] = [0, 0xAB]
        var noBytes: [UInt8] = []
        var tallies: [String: UInt8] = ["b": 2, "a": 1]
        var known: Set<String> = ["y", "x"]
        var outcomes = [Outcome.open, .won(amount: 5, by: "U-1")]
        var entity = Tag(unchecked: "deal:1")
        var share = 0.5
        private var hidden = 1
    }

    private struct Nothing {}

    @Test("every field has its path and its value as JSON, in the order of the declaration")
    func fields() {
        var fields = StateFields()
        fields.add(Sample())
        #expect(
            fields.all.map { "\($0.path) \($0.json)" } == [
                #"name "a \"b\" \\ \u000a\u001fé""#,
                "count 18446744073709551615", "isOpen true", "missing null", "present -3",
                #"steps[0].at "1970-01-01T00:00:00Z""#, #"steps[0].text """#,
                "steps[1].at -9223372036854775808", #"steps[1].text "x""#,
                "none []", #"bytes "00ab""#, #"noBytes """#, "tallies[a] 1", "tallies[b] 2",
                "known[x] true", "known[y] true", #"outcomes[0] "open""#, "outcomes[1].won.amount 5",
                #"outcomes[1].won.by "U-1""#, #"entity "deal:1""#, "share 0.5", "hidden 1",
            ])
    }

    @Test("a state of a single value, or of none, is there too")
    func single() {
        var fields = StateFields()
        fields.add(7)
        fields.add(Nothing())
        fields.add(Nothing(), at: "nothing")
        #expect(fields.all.map(\.path) == ["state", "state", "nothing"])
        #expect(fields.all.map(\.json) == ["7", "{}", "{}"])
    }

    private func describe(_ key: [UInt8], _ table: RowTable) -> String { table.describe(key.rawSpan) }

    @Test("keys are told as they were made: of parts, of days, or of bytes with an id behind them")
    func keys() {
        #expect(describe([0] + Array("account:a".utf8), .entities) == "account:a")
        #expect(describe(RowKey.make(4, ["sales", "", "张"]), .totals) == "4/sales//张")
        #expect(describe(RowKey.make(4), .rows) == "4/")
        #expect(describe(RowKey.make(4, ["a\u{0}b\u{1}"]), .rows) == "4/a\u{0}b\u{1}")
        #expect(describe(Ledger.recentKey("account:a", at: 0), .rows) == "4/8000000000000000/account:a")
        // An escape that is none.
        #expect(describe([4, 1, 0], .rows) == "4/0100/")
        #expect(describe([4, 1], .rows) == "4/01/")
        #expect(describe([4, 0xFF, 0], .rows) == "4/ff00/")
    }

    @Test(
        "a row of a series is told by its day, or by the days of its block", arguments: [Int64(0), 31, 32, -1, 17_000])
    func seriesKeys(day: Int64) {
        let name = RowKey.make(2, ["all"])
        var key = name
        TimeBucket.writeSuffix(TimeBucket.days, day, to: &key)
        let date = CivilDate(daysSinceEpoch: Int(day)).description
        #expect(describe(key, .series) == "2/all \(date)")
        let block = TimeBucket.block(ofDay: day)
        var days: [Int64] = []
        for other in day - 40...day + 40 where TimeBucket.block(ofDay: other) == block { days.append(other) }
        let ends = [days.first, days.last].compactMap { $0 }.map { CivilDate(daysSinceEpoch: Int($0)).description }
        var blockKey = name
        TimeBucket.writeSuffix(TimeBucket.blocks, block, to: &blockKey)
        #expect(describe(blockKey, .series) == "2/all " + ends.joined(separator: " to "))
    }

    @Test(
        "a key that cannot be one of a series is told by its bytes",
        arguments: [
            [2], [2, 0], [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            [2, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        ] as [[UInt8]])
    func noSeriesKeys(key: [UInt8]) {
        #expect(describe(key, .series) == key.rawSpan.hexadecimal)
    }

    @Test("rows of another shape than their table has are told by their bytes")
    func foreignRows() {
        let describer = RowDescriber(Tally.model)
        var key: [UInt8] = RowKey.make(2, ["all"])
        TimeBucket.writeSuffix(TimeBucket.days, 0, to: &key)
        let seriesKey = key
        let value: [UInt8] = [0x80]
        for (table, key) in [
            (RowTable.entities, [0, 1]), (.entities, [9, 1]), (.totals, [1]), (.series, seriesKey), (.rows, [3]),
        ] as [(RowTable, [UInt8])] {
            let fields = describer.fields(of: value.rawSpan, under: key.rawSpan, in: table)
            #expect(fields.map(\.path) == ["bytes"], "\(table)")
            #expect(fields.map(\.json) == ["\"80\""], "\(table)")
        }
    }
}
