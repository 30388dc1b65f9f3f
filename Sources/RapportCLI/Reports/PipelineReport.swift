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

    private var stageTable: TextTable {
        var table = TextTable(columns: [
            .init("Pipeline"), .init("Stage"), .init("Open", .right), .init("Value", .right),
        ])
        for stage in stages {
            table.append(row: [
                stage.pipeline, stage.stage, NumberFormat.integer(stage.open),
                NumberFormat.money(minorUnits: stage.openValue, currency: stage.currency),
            ])
        }
        return table
    }

    private var totalTable: TextTable {
        var table = TextTable(columns: [
            .init("Opened", .right), .init("Open", .right), .init("Open value", .right), .init("Won", .right),
            .init("Won value", .right), .init("Lost", .right), .init("Lost value", .right), .init("Win rate", .right),
        ])
        for total in totals {
            let values = [total.openValue, total.wonValue, total.lostValue].map {
                NumberFormat.money(minorUnits: $0, currency: total.currency)
            }
            table.append(row: [
                NumberFormat.integer(total.opened), NumberFormat.integer(total.open), values[0],
                NumberFormat.integer(total.won), values[1], NumberFormat.integer(total.lost), values[2],
                NumberFormat.winRate(total.winRateBp),
            ])
        }
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
        for group in groups {
            table.append(row: [
                group.value, NumberFormat.integer(group.opened), NumberFormat.integer(group.open),
                NumberFormat.money(minorUnits: group.openValue, currency: group.currency),
                NumberFormat.integer(group.won),
                NumberFormat.money(minorUnits: group.wonValue, currency: group.currency),
                group.wonDaysCenti.map(NumberFormat.hundredths) ?? NumberFormat.none, NumberFormat.integer(group.lost),
                NumberFormat.winRate(group.winRateBp),
            ])
        }
        let drawing = table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
        return terminal.styled(heading, .bold) + "\n\n" + drawing
    }
}

extension CycleTimes {
    /// The times for people.
    func text(for terminal: Terminal) -> String {
        let heading = "Days from opening to the end"
        if outcomes.isEmpty { return heading + "\nNo deals." }
        var table = TextTable(columns: [
            .init("Outcome"), .init("Deals", .right), .init("Mean", .right), .init("Median", .right),
        ])
        for outcome in outcomes {
            table.append(row: [
                outcome.outcome, NumberFormat.integer(outcome.deals), NumberFormat.hundredths(outcome.meanDaysCenti),
                NumberFormat.hundredths(outcome.medianDaysCenti),
            ])
        }
        return terminal.styled(heading, .bold) + "\n\n" + table.render(colour: terminal.showsColour)
    }
}

extension NumberFormat {
    /// `1 event`, `1,234 events`.
    static func count(_ number: Int, _ thing: String) -> String {
        integer(number) + " " + thing + (number == 1 ? "" : "s")
    }

    /// `12.35` for 1,235 hundredths.
    static func hundredths(_ value: Int64) -> String { decimal(Double(value) / 100, fractionDigits: 2) }

    /// A win rate in percent, where anything was closed.
    static func winRate(_ basisPoints: Int64?) -> String {
        basisPoints.map { percent(basisPoints: Int($0)) } ?? none
    }
}
