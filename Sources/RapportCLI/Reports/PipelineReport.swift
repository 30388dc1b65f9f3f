import Rapport

extension PipelineAtDate {
    /// The pipeline for people: open deals by stage, then everything up to the day.
    func text(for terminal: Terminal) -> String {
        let heading = at.map { "Pipeline at the end of \($0) (\(zone))" } ?? "Pipeline"
        if totals.isEmpty { return heading + "\nNo deals." }
        return [
            terminal.styled(heading, .bold), stageTable.render(colour: terminal.showsColour),
            totalTable.render(colour: terminal.showsColour),
        ].joined(separator: "\n\n")
    }

    /// Open deals by stage and currency.
    var csv: CSVTable {
        var table = CSVTable(columns: ["pipeline", "stage", "currency", "open", "openValue"])
        for stage in stages {
            table.append(stage.pipeline, stage.stage, stage.currency, stage.open, stage.openValue)
        }
        return table
    }

    private var stageTable: TextTable {
        var table = TextTable(columns: [
            .init("Pipeline"), .init("Stage"), .init("Open", .right), .init("Value", .right),
        ])
        // The rows of a stage follow each other, one for each currency.
        for (index, stage) in stages.enumerated() {
            if index > 0, stages[index - 1].pipeline == stage.pipeline, stages[index - 1].stage == stage.stage {
                continue
            }
            let same = stages.filter { $0.pipeline == stage.pipeline && $0.stage == stage.stage }
            table.append(row: [
                stage.pipeline, stage.stage, NumberFormat.integer(same.reduce(0) { $0 + $1.open }),
                NumberFormat.money(same.map { ($0.openValue, $0.currency) }),
            ])
        }
        return table
    }

    private var totalTable: TextTable {
        var table = TextTable(columns: [
            .init("Opened", .right), .init("Open", .right), .init("Open value", .right), .init("Won", .right),
            .init("Won value", .right), .init("Lost", .right), .init("Lost value", .right), .init("Win rate", .right),
        ])
        table.append(row: [
            NumberFormat.integer(deals.opened), NumberFormat.integer(deals.open),
            NumberFormat.money(totals.map { ($0.openValue, $0.currency) }),
            NumberFormat.integer(deals.won), NumberFormat.money(totals.map { ($0.wonValue, $0.currency) }),
            NumberFormat.integer(deals.lost), NumberFormat.money(totals.map { ($0.lostValue, $0.currency) }),
            NumberFormat.winRate(deals.winRateBp),
        ])
        return table
    }
}

extension DealGroups {
    /// The groups for people.
    func text(for terminal: Terminal) -> String {
        let heading = "Deals by \(dimension.printable)" + (at.map { " at the end of \($0) (\(zone))" } ?? "")
        if groups.isEmpty { return heading + "\nNo deals." }
        var table = TextTable(columns: [
            .init(dimension), .init("Opened", .right), .init("Open", .right), .init("Open value", .right),
            .init("Won", .right), .init("Won value", .right), .init("Days", .right), .init("Lost", .right),
            .init("Win rate", .right),
        ])
        for group in counts {
            let money = groups.filter { $0.value == group.value }
            table.append(row: [
                group.value, NumberFormat.integer(group.deals.opened), NumberFormat.integer(group.deals.open),
                NumberFormat.money(money.map { ($0.openValue, $0.currency) }), NumberFormat.integer(group.deals.won),
                NumberFormat.money(money.map { ($0.wonValue, $0.currency) }),
                group.wonDaysCenti.map(NumberFormat.hundredths) ?? NumberFormat.none,
                NumberFormat.integer(group.deals.lost), NumberFormat.winRate(group.deals.winRateBp),
            ])
        }
        let drawing = table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
        return terminal.styled(heading, .bold) + "\n\n" + drawing
    }

    /// The groups by value and currency; rate and days are those of all deals of the value, as in the text.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "value", "currency", "opened", "open", "openValue", "won", "wonValue", "lost", "lostValue", "winRateBp",
            "wonDaysCenti", "lostDaysCenti",
        ])
        for group in groups {
            let all = counts.first { $0.value.utf8.elementsEqual(group.value.utf8) }
            table.append(
                group.value, group.currency, group.opened, group.open, group.openValue, group.won, group.wonValue,
                group.lost, group.lostValue, all?.deals.winRateBp, all?.wonDaysCenti, all?.lostDaysCenti)
        }
        return table
    }
}

extension CycleTimes {
    /// The times for people.
    func text(for terminal: Terminal) -> String {
        let heading = "Days from opening to the end"
        if outcomes.isEmpty { return heading + "\nNo deals." }
        var table = TextTable(columns: [
            .init("Outcome"), .init("Deals", .right), .init("Mean", .right), .init("Median", .right),
            .init("75 %", .right), .init("90 %", .right),
        ])
        for outcome in outcomes {
            table.append(row: [
                outcome.outcome, NumberFormat.integer(outcome.deals), NumberFormat.hundredths(outcome.meanDaysCenti),
                NumberFormat.hundredths(outcome.medianDaysCenti), NumberFormat.hundredths(outcome.p75DaysCenti),
                NumberFormat.hundredths(outcome.p90DaysCenti),
            ])
        }
        return terminal.styled(heading, .bold) + "\n\n" + table.render(colour: terminal.showsColour)
    }

    /// The times by outcome, in hundredths of a day.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "outcome", "deals", "meanDaysCenti", "medianDaysCenti", "p75DaysCenti", "p90DaysCenti",
        ])
        for outcome in outcomes {
            table.append(
                outcome.outcome, outcome.deals, outcome.meanDaysCenti, outcome.medianDaysCenti, outcome.p75DaysCenti,
                outcome.p90DaysCenti)
        }
        return table
    }
}

extension NumberFormat {
    /// `1 event`, `1,234 events`.
    static func count(_ number: Int, _ thing: String) -> String {
        integer(number) + " " + thing + (number == 1 ? "" : "s")
    }

    /// `12.35` for 1,235 hundredths.
    static func hundredths(_ value: Int64) -> String { decimal(Double(value) / 100, fractionDigits: 2) }

    /// Amounts in several currencies, which are never added up: those that are not zero, side by side.
    static func money(_ amounts: [(minorUnits: Int64, currency: String)]) -> String {
        let stated = amounts.filter { $0.minorUnits != 0 }
        if stated.isEmpty { return none }
        return stated.map { money(minorUnits: $0.minorUnits, currency: $0.currency) }.joined(separator: " + ")
    }

    /// A win rate in percent, where anything was closed.
    static func winRate(_ basisPoints: Int64?) -> String {
        basisPoints.map { percent(basisPoints: Int($0)) } ?? none
    }
}
