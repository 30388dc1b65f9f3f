import EventLog
import Rapport

extension ServiceBasis {
    /// `gold (version 2), hours of desk (version 1)`.
    var words: String {
        func named(_ name: String, _ version: Int?) -> String {
            "\(name.printable) (\(version.map { "version \($0)" } ?? "not saved"))"
        }
        let hours = calendar.map { ", hours of \(named($0, calendarVersion))" } ?? ""
        return named(serviceLevel, version) + hours
    }

    /// What a target promises, as `first response within 4 h of work, severity high or urgent`.
    func words(of number: Int) -> String {
        guard let target = targets.first(where: { $0.number == number }) else { return String(number) }
        let metric = target.metric == .firstResponse ? "first response" : "resolution"
        let within = DurationFormat.text(milliseconds: target.withinMs) + (target.clock == .business ? " of work" : "")
        let when = target.when.map { condition in
            ", \(condition.dimension.printable) " + condition.values.map { $0.printable }.joined(separator: " or ")
        }
        return "\(metric) within \(within)" + when.joined()
    }
}

extension ServiceLevelFigures {
    /// How well promises are kept, for people.
    func text(for terminal: Terminal) -> String {
        let grouping = dimension.map { " by \($0.printable)" } ?? ""
        let heading = "Service level \(basis.words)" + grouping + serviceRange(from, to, " opened") + ", until \(now)"
        var columns: [TextTable.Column] = []
        if let dimension { columns.append(.init(dimension)) }
        columns.append(.init("Promise"))
        for name in ["Cases", "Kept", "Broken", "Open", "Kept of both", "95 %", "Median"] {
            columns.append(.init(name, .right))
        }
        var table = TextTable(columns: columns)
        for row in rows {
            var cells = dimension == nil ? [] : [row.value ?? ""]
            cells.append(basis.words(of: row.target))
            cells += [row.cases, row.kept, row.breached, row.open].map { NumberFormat.integer($0) }
            cells += [row.keptShare.percent, row.keptShare.interval]
            cells.append(DurationFormat.text(milliseconds: row.elapsed?.medianMs))
            table.append(row: cells)
        }
        let drawing =
            rows.isEmpty ? "No cases." : table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
        return ([terminal.styled(heading, .bold), drawing] + notes).joined(separator: "\n\n")
    }

    /// What stands in no row.
    private var notes: [String] {
        var notes: [String] = []
        for entry in unpromised where entry.cases > 0 {
            let metric = entry.metric == .firstResponse ? "first response" : "resolution"
            notes.append("\(NumberFormat.count(Int(entry.cases), "case")) without a promise of a \(metric)")
        }
        let uncovered = rows.reduce(0) { $0 + $1.uncovered }
        if uncovered > 0 {
            notes.append("\(NumberFormat.count(Int(uncovered), "clock")) of times that the calendar does not cover")
        }
        if openedLater > 0 { notes.append("\(NumberFormat.count(Int(openedLater), "case")) opened later") }
        return notes.isEmpty ? [] : [notes.joined(separator: "; ")]
    }

    /// One line for each value and target.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "value", "target", "metric", "withinMs", "clock", "cases", "kept", "breached", "breachedOpen", "open",
            "uncovered", "keptBp", "keptLowerBp", "keptUpperBp", "medianMs", "p90Ms",
        ])
        for row in rows {
            let target = basis.targets.first { $0.number == row.target }
            table.append(
                row.value, row.target, target?.metric.rawValue, target?.withinMs, target?.clock.rawValue, row.cases,
                row.kept, row.breached, row.breachedOpen, row.open, row.uncovered,
                row.keptShare.map { NumberFormat.basisPoints($0.share) },
                row.keptShare.map { NumberFormat.basisPoints($0.lower) },
                row.keptShare.map { NumberFormat.basisPoints($0.upper) }, row.elapsed?.medianMs, row.elapsed?.p90Ms)
        }
        return table
    }
}

extension ServiceClockList {
    /// The clocks for people, and where the list goes on.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        let what = selection == .open ? "Open clocks" : "Broken promises"
        let heading = "\(what): service level \(basis.words), until \(now)"
        guard !rows.isEmpty else { return terminal.styled(heading, .bold) + "\n\nNo clocks." + notes }
        var table = TextTable(columns: [
            .whole("Case"), .init("Promise"), .whole("Due"), .init("Left", .right), .init("Counted", .right),
            .init("Opened"), .init("Status"), .init("Severity"), .init("Owner"), .init("Queue"),
        ])
        for row in rows {
            let due = row.dueAt?.description ?? NumberFormat.none
            table.append(row: [
                row.caseID, basis.words(of: row.target), row.pausedSince == nil ? due : "\(due), paused",
                DurationFormat.text(milliseconds: row.remainingMs), DurationFormat.text(milliseconds: row.elapsedMs),
                calendar.date(of: row.openedAt).description, row.status.rawValue, row.severity ?? "", row.owner ?? "",
                row.queue ?? "",
            ])
        }
        let drawing = table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
        return terminal.styled(heading, .bold) + "\n\n" + drawing + notes + terminal.nextPage(next)
    }

    /// How many clocks there are, and what is not in the list.
    private var notes: String {
        var notes = ["\(NumberFormat.count(count, "clock")), broken: \(NumberFormat.integer(breached))"]
        if uncovered > 0 { notes.append("not covered by the calendar: \(NumberFormat.integer(uncovered))") }
        if openedLater > 0 { notes.append("cases opened later: \(NumberFormat.integer(openedLater))") }
        return "\n\n" + notes.joined(separator: "; ")
    }

    /// One line for each clock.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "caseID", "status", "customer", "severity", "owner", "queue", "openedAt", "metric", "target", "elapsedMs",
            "remainingMs", "dueAt", "pausedSince", "isBreached",
        ])
        for row in rows {
            table.append(
                row.caseID, row.status.rawValue, row.customer, row.severity, row.owner, row.queue, row.openedAt,
                row.metric.rawValue, row.target, row.elapsedMs, row.remainingMs, row.dueAt, row.pausedSince,
                row.isBreached)
        }
        return table
    }
}

extension ServiceLevelComparison {
    /// What changes under the other calendar, for people.
    func text(for terminal: Terminal) -> String {
        let other = "\(otherCalendar?.printable ?? "") (\(otherCalendarVersion.map { "version \($0)" } ?? "not saved"))"
        let heading =
            "Service level \(basis.words), by the hours of \(other)" + serviceRange(from, to, " opened")
            + ", until \(now)"
        guard !rows.isEmpty else { return terminal.styled(heading, .bold) + "\n\nNo cases." }
        var columns: [TextTable.Column] = [.init("Promise")]
        let names = [
            "Cases", "Kept", "then", "Broken", "then", "Newly broken", "No longer", "Other length", "Counted", "then",
        ]
        for name in names { columns.append(.init(name, .right)) }
        var table = TextTable(columns: columns)
        for row in rows {
            let counts = [
                row.cases, row.own.kept, row.other.kept, row.own.breached, row.other.breached, row.newlyBreached,
                row.noLongerBreached, row.changed,
            ]
            let lengths = [row.own.elapsedMs, row.other.elapsedMs].map { DurationFormat.text(milliseconds: $0) }
            table.append(
                row: [basis.words(of: row.target)] + counts.map { NumberFormat.integer($0) } + lengths)
        }
        let drawing = table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
        return [terminal.styled(heading, .bold), drawing].joined(separator: "\n\n") + notes
    }

    /// What stands in no row.
    private var notes: String {
        var notes: [String] = []
        let uncovered = rows.reduce(0) { $0 + $1.own.uncovered + $1.other.uncovered }
        if uncovered > 0 {
            notes.append("\(NumberFormat.count(Int(uncovered), "clock")) of times that a calendar does not cover")
        }
        if openedLater > 0 { notes.append("\(NumberFormat.count(Int(openedLater), "case")) opened later") }
        return notes.isEmpty ? "" : "\n\n" + notes.joined(separator: "; ")
    }

    /// One line for each target.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "target", "cases", "kept", "otherKept", "breached", "otherBreached", "open", "otherOpen", "uncovered",
            "otherUncovered", "changed", "newlyBreached", "noLongerBreached", "elapsedMs", "otherElapsedMs",
        ])
        for row in rows {
            table.append(
                row.target, row.cases, row.own.kept, row.other.kept, row.own.breached, row.other.breached,
                row.own.open, row.other.open, row.own.uncovered, row.other.uncovered, row.changed,
                row.newlyBreached, row.noLongerBreached, row.own.elapsedMs, row.other.elapsedMs)
        }
        return table
    }
}

extension WilsonInterval? {
    /// The share; a dash where nothing was observed.
    fileprivate var percent: String {
        map { NumberFormat.percent($0.successes, of: $0.n) } ?? NumberFormat.none
    }

    /// The bounds; a dash where nothing was observed.
    fileprivate var interval: String {
        map { share in
            [share.lower, share.upper]
                .map { NumberFormat.percent(basisPoints: NumberFormat.basisPoints($0)) }
                .joined(separator: " to ")
        } ?? NumberFormat.none
    }
}

/// ` from 2017-01-01 to 2017-06-30`, as far as it is bounded.
private func serviceRange(_ from: String?, _ to: String?, _ what: String) -> String {
    if from == nil, to == nil { return "" }
    return what + (from.map { " from \($0)" } ?? "") + (to.map { " to \($0)" } ?? "")
}
