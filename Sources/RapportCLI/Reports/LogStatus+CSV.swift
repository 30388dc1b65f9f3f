import EventLog

extension LogStatus {
    /// The read models, a row for each.
    var csv: CSVTable {
        var table = CSVTable(columns: ["name", "version", "position", "lag", "state", "failure", "digest"])
        for model in readModels {
            table.append(
                model.name, model.version, model.position, model.lag, model.state.rawValue, model.failure, model.digest)
        }
        return table
    }

    /// The log and how far each read model is behind, as one row that is written again and again.
    var csvFacts: [(column: String, cell: String)] {
        let values: [(column: String, value: (any CustomStringConvertible)?)] = [
            ("time", time), ("head", head), ("eventsPerSecond", eventsPerSecond), ("bytes", bytes),
            ("mapBytes", mapBytes), ("freeBytes", freeBytes), ("notIndexed", notIndexed), ("readers", readers),
            ("oldestReaderLag", oldestReaderLag), ("takenAt", takenAt),
        ]
        return values.map { (column: $0.column, cell: $0.value?.description ?? "") }
            + readModels.map { (column: $0.name + "Lag", cell: String($0.lag)) }
    }
}
