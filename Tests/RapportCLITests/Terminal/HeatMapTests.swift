import Testing

@testable import RapportCLI

@Suite struct HeatMapTests {
    private let map = HeatMap(
        rowTitle: "Cohort",
        rows: [
            (label: "2017-01", count: 1234, cells: [10_000, 4820, 2149, 800]),
            (label: "2017年2月", count: 56, cells: [10_000, nil, 940]),
            (label: "2017-03", count: 7, cells: [10_000, 0]),
            (label: "2017-04", count: 0, cells: [nil, nil]),
        ],
        columnLabels: ["0", "1", "2", "3"])

    @Test func sharesAreShadedAndNumbered() {
        #expect(
            map.render(width: 70) == """
                Cohort     Count          0          1          2          3
                ─────────  ─────  ─────────  ─────────  ─────────  ─────────
                2017-01    1,234  ██ 100.0%  ▓▓  48.2%  ▒▒  21.5%  ░░   8.0%
                2017年2月     56  ██ 100.0%             ░░   9.4%
                2017-03        7  ██ 100.0%       0.0%
                2017-04        0
                ░ below 10%  ▒ below 25%  ▓ below 50%  █ 50% and more
                """)
    }

    @Test func cellsGetNarrowerWhereThereIsLittleRoom() {
        #expect(
            map.render(width: 48) == """
                Cohort     Count       0       1       2       3
                ─────────  ─────  ──────  ──────  ──────  ──────
                2017-01    1,234  █ 100%  ▓  48%  ▒  21%  ░   8%
                2017年2月     56  █ 100%          ░   9%
                2017-03        7  █ 100%      0%
                2017-04        0
                ░ below 10%  ▒ below 25%  ▓ below 50%  █ 50% and more
                """)
    }

    @Test func columnsWithoutRoomAreLeftOutAndTheHeaderSaysSo() {
        #expect(
            map.render(width: 30) == """
                Cohort     Count     0    1 …
                ─────────  ─────  ──── ────
                2017-01    1,234  █100 ▓ 48
                2017年2月     56  █100
                2017-03        7  █100    0
                2017-04        0
                ░ below 10%  ▒ below 25%  ▓ below 50%  █ 50% and more
                """)
        #expect(map.render(width: 1).hasPrefix("Cohort     Count     0 …\n"), "one column is always there")
    }

    @Test func longLabelsWidenColumns() {
        let map = HeatMap(
            rowTitle: "Month", rows: [(label: "a", count: 1, cells: [5000, 49])], columnLabels: ["2017-01", "February"])
        #expect(
            map.render(width: 60) == """
                Month  Count   2017-01  February
                ─────  ─────  ────────  ────────
                a          1  ██ 50.0%  ░░  0.5%
                ░ below 10%  ▒ below 25%  ▓ below 50%  █ 50% and more
                """)
    }

    @Test func aMapOfNothingHasItsHeader() {
        let map = HeatMap(rowTitle: "Cohort", rows: [], columnLabels: [])
        #expect(map.render().hasPrefix("Cohort  Count\n──────  ─────\n░ below 10%"))
    }

    @Test func coloursAreAroundShadesOnly() {
        let map = HeatMap(rowTitle: "a", rows: [(label: "b", count: 1, cells: [2500])], columnLabels: ["0"])
        let row = map.render(colour: true).split(separator: "\n")[2]
        #expect(row == "b      1  \u{1B}[36m▓▓\u{1B}[0m 25.0%")
    }

    @Test(
        arguments: [
            (-1, " "), (0, " "), (1, "░"), (999, "░"), (1000, "▒"), (2499, "▒"), (2500, "▓"), (4999, "▓"), (5000, "█"),
            (10_000, "█"), (.max, "█"),
        ] as [(Int64, Character)])
    func shadesHaveSteps(basisPoints: Int64, sign: Character) {
        #expect(HeatMapShade.sign(of: basisPoints) == sign)
    }
}
