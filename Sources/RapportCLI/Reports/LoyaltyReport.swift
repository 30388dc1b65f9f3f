import EventLog
import Rapport

extension LoyaltyCurve {
    /// The curve for people: a table of scores, how the best ones compare, and a table of complaints.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        let parts = [
            "Orders within \(NumberFormat.integer(horizonDays)) days after a \(metric) score",
            survey.map { "survey \($0.printable)" }, question.map { "question \($0.printable)" },
            firstOnly ? "first answers" : nil, from.map { "from \($0)" }, to.map { "to \($0)" },
            "as of \(calendar.date(of: now))",
        ]
        let heading = terminal.styled(
            parts.compactMap { $0 }.joined(separator: ", ") + " (\(calendar.name))", .bold)
        if scores.isEmpty { return ([heading + "\nNo answers."] + leftOutLines).joined(separator: "\n\n") }
        let tables = [scoreTable, recoveryTable].map {
            $0.render(maximumWidth: terminal.width, colour: terminal.showsColour)
        }
        let blocks = [heading, tables[0], curveLines, tables[1], recoveryLines].filter { !$0.isEmpty }
        return (blocks + leftOutLines).joined(separator: "\n\n")
    }

    /// One line for each score.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "score", "answered", "matured", "immature", "repurchased", "repurchasedBp", "lowerBp", "upperBp",
            "fittedBp",
        ])
        for score in scores {
            let count = score.count
            table.append(
                score.score, count.answered, count.matured, count.immature, count.repurchased, count.repurchasedBp,
                count.share.map { NumberFormat.basisPoints($0.lower) },
                count.share.map { NumberFormat.basisPoints($0.upper) }, score.fitted.map(NumberFormat.basisPoints))
        }
        return table
    }

    // MARK: For people

    private static let countColumns: [TextTable.Column] = [
        .init("Answers", .right), .init("Mature", .right), .init("Again", .right), .init("Share", .right),
        .init("Low", .right), .init("High", .right),
    ]

    private var scoreTable: TextTable {
        let (first, last) = (TextTable.Column("Score", .right), TextTable.Column("Rising", .right))
        var table = TextTable(columns: [first] + Self.countColumns + [last])
        for score in scores {
            let fitted = score.fitted.map { NumberFormat.percent(share: $0) } ?? NumberFormat.none
            table.append(row: [String(score.score)] + score.count.cells + [fitted])
        }
        table.append(row: ["all"] + overall.cells + [""])
        return table
    }

    private var recoveryTable: TextTable {
        let first = TextTable.Column("Complaints before the answer")
        var table = TextTable(columns: [first] + Self.countColumns)
        table.append(row: ["none"] + recovery.never.cells)
        table.append(row: ["told in time"] + recovery.recovered.cells)
        table.append(row: ["not told in time"] + recovery.unrecovered.cells)
        return table
    }

    private var curveLines: String {
        var lines: [String] = []
        if let topRatio { lines.append(topRatio.line) }
        if let bend = convexity?.affection {
            let p = bend.pValue.map { ", p \(NumberFormat.decimal($0, fractionDigits: 4))" } ?? ""
            lines.append(
                "bend at \(bend.score): \(NumberFormat.decimal(bend.value * 100, fractionDigits: 1)) points\(p)")
        }
        return lines.joined(separator: "\n")
    }

    private var recoveryLines: String {
        [
            recovery.recoveredLessNever.map { "told in time less none: \($0.text)" },
            recovery.recoveredLessUnrecovered.map { "told in time less not told in time: \($0.text)" },
        ].compactMap { $0 }.joined(separator: "\n")
    }

    /// What is in no share; nothing where all is.
    private var leftOutLines: [String] {
        let counts = [
            (leftOut.anonymous, "anonymous"), (leftOut.anonymousWithoutScore, "anonymous without a score"),
            (leftOut.withoutScore, "without a score"), (leftOut.repeated, "further answers"),
            (overall.immature, "immature"),
        ]
        let known = counts.filter { $0.0 > 0 }.map { "\(NumberFormat.integer($0.0)) \($0.1)" }
        return known.isEmpty ? [] : ["left out: " + known.joined(separator: ", ")]
    }
}

extension LoyaltyCurve.Count {
    /// Answers, mature ones, orders, and the share with its interval.
    fileprivate var cells: [String] {
        let shares = [share?.lower, share?.upper].map { bound in
            bound.map { NumberFormat.percent(share: $0) } ?? NumberFormat.none
        }
        return [answered, matured, repurchased].map { NumberFormat.integer($0) }
            + [NumberFormat.percent(repurchased, of: matured)] + shares
    }
}

extension LoyaltyCurve.Ratio {
    /// `5 to 4: 1.52 times, 1.20 to 1.93`.
    fileprivate var line: String {
        func times(_ value: Double) -> String { NumberFormat.decimal(value, fractionDigits: 2) }
        let found = ratio.map { "\(times($0)) times" } ?? NumberFormat.none
        var line = "\(score) to \(other): \(found)"
        if let lower, let upper { line += ", \(times(lower)) to \(times(upper))" }
        if let corrected {
            line +=
                ", with ½ added to each count \(times(corrected.ratio)) times, \(times(corrected.lower)) to "
                + times(corrected.upper)
        }
        return line
    }
}

extension LoyaltyCurve.Difference {
    /// `8.3 points, -1.2 to 17.0`.
    fileprivate var text: String {
        let numbers = [difference, lower, upper].map { NumberFormat.decimal($0 * 100, fractionDigits: 1) }
        return "\(numbers[0]) points, \(numbers[1]) to \(numbers[2])"
    }
}

extension NumberFormat {
    /// A share from 0 to 1 in percent: `61.7%`.
    fileprivate static func percent(share: Double) -> String {
        decimal(share * 100, fractionDigits: 1) + "%"
    }
}
