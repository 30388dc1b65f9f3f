import Testing

@testable import RapportCLI

@Suite struct BarTests {
    @Test(arguments: [
        (0, ""), (-5, ""), (1, "▏"), (2, "▎"), (3, "▍"), (4, "▌"), (5, "▋"), (6, "▊"), (7, "▉"), (8, "█"), (12, "█▌"),
        (32, "████"), (40, "████"),
    ])
    func barGrowsByEighths(value: Int, bar: String) {
        #expect(BarGlyphs.bar(of: value, outOf: 32, width: 4) == bar)
    }

    @Test func anyPositiveValueShows() {
        #expect(BarGlyphs.bar(of: 1, outOf: .max, width: 4) == "▏")
        #expect(BarGlyphs.bar(of: .max, outOf: .max, width: 4) == "████")
    }

    @Test func barChartAlignsChineseLabels() {
        let chart = BarChart(
            labelTitle: "渠道", valueTitle: "Leads",
            bars: [
                .init(label: "微信公众号", value: 12_000),
                .init(label: "E-mail", value: 4500),
                .init(label: "电话", value: 3),
                .init(label: "refunds", value: -8, text: "-0.08 USD"),
            ])
        #expect(
            chart.render(width: 40) == """
                渠道            Leads
                ──────────  ─────────  ─────────────────
                微信公众号     12,000  █████████████████
                E-mail          4,500  ██████▍
                电话                3  ▏
                refunds     -0.08 USD
                """)
    }

    @Test func longLabelLeavesRoomForBars() {
        let chart = BarChart(
            labelTitle: "Channel", valueTitle: "n",
            bars: [.init(label: String(repeating: "长", count: 60), value: 1)])
        #expect(chart.render(width: 40).split(separator: "\n").map { String($0).displayWidth } == [16, 40, 40])
    }
}

@Suite struct FunnelChartTests {
    @Test func stepsShowSharesOfFirstAndPrevious() {
        let chart = FunnelChart(
            labelTitle: "步骤",
            steps: [
                .init(label: "访问", count: 8000), .init(label: "询价 Quote", count: 2411),
                .init(label: "签约", count: 842), .init(label: "复购", count: 0), .init(label: "转介绍", count: 0),
            ])
        #expect(
            chart.render(width: 60) == """
                步骤        Count  Of first  Of previous
                ──────────  ─────  ────────  ───────────  ──────────────────
                访问        8,000    100.0%               ██████████████████
                询价 Quote  2,411     30.1%        30.1%  █████▍
                签约          842     10.5%        34.9%  █▉
                复购            0      0.0%         0.0%
                转介绍          0      0.0%            –
                """)
    }
}

@Suite struct TrendChartTests {
    private let points: [TrendChart.Point] = [
        .init(label: "2017-01", count: 214, estimate: .init(value: 39.8, low: 31, high: 48.6)),
        .init(label: "2017-02", count: 20, estimate: .init(value: 12, low: -20, high: 40)),
        .init(label: "2017年3月", count: 2, estimate: nil),
        .init(label: "2017-04", count: 9999, estimate: .init(value: 41.2, low: 41.1, high: 41.3)),
    ]

    @Test func intervalsShareOneScale() {
        let chart = TrendChart(labelTitle: "月份", valueTitle: "NPS", points: points)
        #expect(
            chart.render(width: 66) == """
                月份        NPS      n  -20                 20                  60
                ─────────  ────  ─────  ──────────────────────────────────────────
                2017-01    39.8    214                            ├────●───┤
                2017-02    12.0     20  ├───────────────●──────────────┤
                2017年3月     –      2
                2017-04    41.2  9,999                                 ●
                """)
    }

    @Test func givenAxisCutsWhatLiesOutside() {
        let chart = TrendChart(labelTitle: "Month", valueTitle: "NPS", axis: 0...40, points: points)
        #expect(
            chart.render(width: 50) == """
                Month       NPS      n  0           20          40
                ─────────  ────  ─────  ──────────────────────────
                2017-01    39.8    214                     ├─────●
                2017-02    12.0     20  ├───────●────────────────┤
                2017年3月     –      2
                2017-04    41.2  9,999                           ●
                """)
    }

    @Test(
        arguments: [
            ([], 0...1),
            ([31, 48.6, -20], -20...60),
            ([3.3, 3.35], 3.3...3.36),
            ([5], 4.5...5.5),
            ([0], -0.5...0.5),
            ([-100, 100], -100...100),
        ] as [([Double], ClosedRange<Double>)])
    func axisEndsAtRoundNumbers(values: [Double], expected: ClosedRange<Double>) {
        let axis = TrendScale.axis(holding: values)
        #expect(abs(axis.lowerBound - expected.lowerBound) < 1e-9)
        #expect(abs(axis.upperBound - expected.upperBound) < 1e-9)
    }
}
