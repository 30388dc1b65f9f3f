import EventLog
import LMDB
import Rapport

/// What `funnels --check` tells of a definition that can be used; the shape of its JSON.
struct CheckedFunnel: Encodable {
    struct Step: Encodable {
        let name: String
        let isOptional: Bool
        /// As the catalogue calls them.
        let events: [String]
    }

    let name: String
    let title: String
    let subject: String
    let order: String
    let counting: String
    let steps: [Step]

    init(_ definition: FunnelDefinition) {
        name = definition.name
        title = definition.title
        subject =
            switch definition.subject {
            case .entity(let kind): kind
            case .property(let property): property.text
            }
        order = definition.order.rawValue
        counting = definition.counting.rawValue
        steps = definition.steps.map { step in
            Step(name: step.name, isOptional: step.isOptional, events: step.events.types.map(Self.shortName))
        }
    }

    /// Without the package where it is the catalogue's.
    private static func shortName(_ type: EventType) -> String {
        guard EventCatalogue.names.contains(where: { $0.sameBytes(as: type.name) }) else { return type.name }
        return String(type.name.dropFirst(EventCatalogue.package.count))
    }

    /// That it can be used, and what it says.
    func text(for terminal: Terminal) -> String {
        var table = TextTable(columns: [.init("Step"), .init("Events"), .init("")])
        for step in steps {
            table.append(row: [step.name, step.events.joined(separator: ", "), step.isOptional ? "optional" : ""])
        }
        let name = title.isEmpty ? name : "\(name) (\(title.printable))"
        return [
            terminal.styled("ok: funnel \(name)", .green), "by \(subject.printable), \(order), \(counting)", "",
            table.render(maximumWidth: terminal.width, colour: terminal.showsColour),
        ].joined(separator: "\n")
    }

    /// One line for each step.
    var csv: CSVTable {
        var table = CSVTable(columns: ["step", "isOptional", "events"])
        for step in steps { table.append(step.name, step.isOptional, step.events.joined(separator: ", ")) }
        return table
    }
}
