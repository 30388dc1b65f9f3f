import EventLog
import Rapport

extension ListPage where Row == CaseEntry {
    /// One line for each case; attributes are left out, for every case has others.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "id", "status", "customer", "channel", "category", "severity", "owner", "queue", "openedAt",
            "firstRespondedAt", "firstResolvedAt", "resolvedAt", "closedAt", "outcome", "contacts", "assignments",
            "reopenings", "lastEventAt",
        ])
        for entry in rows {
            table.append(
                entry.id, entry.status.rawValue, entry.customer, entry.channel, entry.category, entry.severity,
                entry.owner, entry.queue, entry.openedAt, entry.firstRespondedAt, entry.firstResolvedAt,
                entry.resolvedAt, entry.closedAt, entry.outcome, entry.contacts, entry.assignments, entry.reopenings,
                entry.lastEventAt)
        }
        return table
    }
}

extension CaseFlow {
    /// One line for each period and group.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "period", "group", "opened", "responded", "firstResolved", "closed", "reopened", "open", "unclosed",
        ])
        for point in points {
            table.append(
                point.period, point.group, point.opened, point.responded, point.firstResolved, point.closed,
                point.reopened, point.open, point.unclosed)
        }
        return table
    }
}

extension CaseTimes {
    /// One line for each group and kind of time.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "group", "cases", "reopened", "reopenedBp", "time", "count", "meanMs", "medianMs", "p75Ms", "p90Ms",
            "maxMs",
        ])
        for group in groups {
            let kinds = [
                ("firstResponse", group.firstResponse), ("firstResolution", group.firstResolution),
                ("close", group.close), ("life", group.life),
            ]
            for (kind, time) in kinds {
                table.append(
                    group.value, group.cases, group.reopened, group.reopenedBp, kind, time?.count ?? 0, time?.meanMs,
                    time?.medianMs, time?.p75Ms, time?.p90Ms, time?.maxMs)
            }
        }
        return table
    }
}
