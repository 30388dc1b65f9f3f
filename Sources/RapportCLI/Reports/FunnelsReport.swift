import EventLog
import Projection
import Rapport

/// The funnels that are saved; the shape of the JSON of `funnels`.
struct FunnelList: Encodable {
    struct Funnel: Encodable {
        let name: String
        let title: String
        let version: Int
        let savedAt: Timestamp
        /// The event that has saved it.
        let position: Position
        let readModel: String
        /// Of its read model; nil where it has none, because its subjects are no entities.
        let state: LogStatus.ReadModel.State?
    }

    /// By name.
    let funnels: [Funnel]
    /// The position that the answer is of.
    let position: Position

    /// What is saved now.
    init(_ crm: Rapport) throws {
        let head = crm.log.head
        let statuses = try crm.projections.status()
        funnels = try crm.savedFunnels().map { saved in
            let status = statuses.first { $0.name == saved.readModel }
            let lag = head.rawValue - min(head.rawValue, status?.position?.rawValue ?? 0)
            return Funnel(
                name: saved.name, title: saved.definition.title, version: saved.version, savedAt: saved.savedAt,
                position: saved.position, readModel: saved.readModel,
                state: try crm.hasRows(saved)
                    ? status.map { LogStatus.ReadModel.State($0, lag: lag) } ?? .notBuilt : nil)
        }
        position = head
    }

    /// One line for each, for people.
    func text(for terminal: Terminal) -> String {
        if funnels.isEmpty { return "No funnels.\n" + terminal.footer(at: position) }
        var table = TextTable(columns: [
            .whole("Funnel"), .init("Title"), .init("Version", .right), .whole("Saved"), .init("Event", .right),
            .init("Rows"),
        ])
        for funnel in funnels {
            table.append(row: [
                funnel.name, funnel.title, String(funnel.version), funnel.savedAt.description,
                funnel.position.description, funnel.state?.words ?? "none: its events are gone through",
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + "\n"
            + terminal.footer(at: position)
    }

    /// One line for each.
    var csv: CSVTable {
        var table = CSVTable(columns: ["name", "title", "version", "savedAt", "position", "readModel", "state"])
        for funnel in funnels {
            table.append(
                funnel.name, funnel.title, funnel.version, funnel.savedAt, funnel.position, funnel.readModel,
                funnel.state?.rawValue)
        }
        return table
    }
}

extension LogStatus.ReadModel.State {
    fileprivate var words: String {
        switch self {
        case .notBuilt: "not built yet"
        case .building: "being built"
        case .upToDate: "up to date"
        case .behind: "behind"
        case .stopped: "stopped"
        }
    }
}

/// What `funnels --save` has done; the shape of its JSON.
struct FunnelSaving: Encodable {
    let name: String
    let version: Int
    /// Whether it was saved now; else the same was saved already.
    let isNew: Bool
    let savedAt: Timestamp
    /// The event that has saved it.
    let position: Position
    let readModel: String

    init(_ saved: SavedFunnel, isNew: Bool) {
        name = saved.name
        version = saved.version
        self.isNew = isNew
        savedAt = saved.savedAt
        position = saved.position
        readModel = saved.readModel
    }

    /// What was done, for people.
    func text(for terminal: Terminal) -> String {
        let what = isNew ? "funnel \(name) saved" : "this funnel is saved as \(name) already"
        return "\(what): version \(version), position \(position)"
    }

    /// One line.
    var csv: CSVTable {
        var table = CSVTable(columns: ["name", "version", "isNew", "savedAt", "position", "readModel"])
        table.append(name, version, isNew, savedAt, position, readModel)
        return table
    }
}

/// What `funnels --retire` has done; the shape of its JSON.
struct RetiredFunnel: Encodable {
    let name: String
    /// The event that says so.
    let position: Position

    /// What was done, for people.
    func text(for terminal: Terminal) -> String { "funnel \(name.printable) retired: position \(position)" }

    /// One line.
    var csv: CSVTable {
        var table = CSVTable(columns: ["name", "position"])
        table.append(name, position)
        return table
    }
}
