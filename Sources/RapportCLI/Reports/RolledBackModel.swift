import EventLog
import Projection

/// One line of what `rebuild --roll-back` tells; the shape of its JSON.
struct RolledBackModel: Codable, Equatable {
    let name: String
    let position: Position
    /// The name of the rows that answered before.
    let rowsBefore: String?
    /// The name of the rows that answer now.
    let rowsNow: String?

    static func text(of models: [RolledBackModel], for terminal: Terminal) -> String {
        var table = TextTable(columns: [.init("Read model"), .whole("Rows before"), .whole("Rows now")])
        for model in models {
            table.append(row: [
                model.name, model.rowsBefore ?? NumberFormat.none, model.rowsNow ?? NumberFormat.none,
            ])
        }
        let position = models.map(\.position).min() ?? .zero
        return table.render(colour: terminal.showsColour) + "\n" + terminal.footer(at: position)
    }

    static func csv(of models: [RolledBackModel]) -> CSVTable {
        var table = CSVTable(columns: ["name", "position", "rowsBefore", "rowsNow"])
        for model in models { table.append(model.name, model.position, model.rowsBefore, model.rowsNow) }
        return table
    }
}
