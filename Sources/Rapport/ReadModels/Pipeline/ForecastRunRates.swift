/// A win before the moment of a forecast.
struct ForecastWin {
    /// The number of the line that it counts in.
    let line: Int
    /// When; microseconds UTC.
    let at: Int64
    /// Minor units.
    let amount: Int64
}

/// What was won on the days before a forecast, line by line, and how much that varies.
struct ForecastRunRates {
    /// Of fewer windows the spread is not known.
    static let fewestWindows = 8

    /// What was won on the trailing days, by the number of the line; minor units.
    private(set) var trailing: [Int64]
    /// How many windows as long as the rest of the period there were.
    let windows: Int
    /// The standard deviation of what was won in such a window, by the number of the line; empty where there are too
    /// few windows.
    private var deviations: [Double] = []

    /// - Parameters:
    ///   - wins: all that stand as won at the moment.
    ///   - lines: how many there are.
    ///   - first: when the first deal was opened; windows begin no earlier.
    /// - Throws: `SumOverflow`.
    init(_ wins: [ForecastWin], lines: Int, since first: Int64, _ moment: ForecastMoment) throws {
        let bounds = moment.windows(since: first)
        windows = bounds.count - 1
        trailing = [Int64](repeating: 0, count: lines)
        // Lines and windows, and what was won there.
        var cells: [(cell: Int, amount: Int64)] = []
        for win in wins {
            if win.at >= moment.trailingStart { trailing[win.line] = try sum(trailing[win.line], win.amount) }
            let window = bounds.prefixCount { $0 > win.at } - 1
            if window < windows { cells.append((win.line * windows + window, win.amount)) }
        }
        guard windows >= Self.fewestWindows else { return }
        cells.sort { $0.cell < $1.cell }
        var index = 0
        for line in 0..<lines {
            var values: [Int64] = []
            while index < cells.count, cells[index].cell < (line + 1) * windows {
                let cell = cells[index].cell
                var value: Int64 = 0
                while index < cells.count, cells[index].cell == cell {
                    value = try sum(value, cells[index].amount)
                    index += 1
                }
                values.append(value)
            }
            deviations.append(Self.deviation(of: values, among: windows))
        }
    }

    /// The standard deviation (divisor n − 1) of `count` values, all of which are 0 but for those given.
    private static func deviation(of values: [Int64], among count: Int) -> Double {
        let mean = values.reduce(0.0) { $0 + Double($1) } / Double(count)
        let squares = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        return ((squares + Double(count - values.count) * mean * mean) / Double(count - 1)).squareRoot()
    }

    /// What was won in the period, and for each day that is left the mean of the trailing days; and the 80 % band.
    ///
    /// - Throws: `SumOverflow`.
    func forecast(
        _ line: Int, won: Int64, _ moment: ForecastMoment
    ) throws -> (value: Int64, band: ClosedRange<Int64>?) {
        if moment.isOver { return (won, won...won) }
        let rest = Double(trailing[line]) * moment.remainingDays / Double(moment.trailingDays)
        let value = try sum(won, try Int64(halfUp: rest))
        guard !deviations.isEmpty else { return (value, nil) }
        return (value, try ExpectedSum.band(around: value, won: won, deviation: deviations[line]))
    }
}
