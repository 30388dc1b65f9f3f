import ArgumentParser
import EventLog
import Rapport

/// `rapport unmerge`: a merge is taken back.
struct UnmergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unmerge",
        abstract: "Take a merge of two customers back.",
        discussion: """
            Every answer is then as if they had never been merged. Events that came since go to the customer whose id \
            they have; --dry-run shows which they are, and --exception gives one to the other side. The merge is named \
            by its position, by the id of its event, or by two customers whom one merge ties together. Where another \
            merge ties them together, too, they stay one person.

              rapport unmerge 1201 --dry-run --data crm
              rapport unmerge 1201 --exception 1250=absorbed --reason mistake --data crm
              rapport unmerge C-1 C-2 --data crm
            """)

    @Argument(help: "The merge: its position, the id of its event, or the two customers.")
    var merge: [String]

    @OptionGroup var statement: IdentityStatementOptions

    @Option(
        name: .customLong("exception"),
        help: ArgumentHelp(
            """
            Give this event, by its position or its id, to one side of the merge, survivor or absorbed (several, if \
            repeated).
            """, valueName: "event=side"))
    var exceptions: [UnmergeExceptionArgument] = []

    @Flag(name: .customLong("dry-run"), help: "Say which events would go where, and do nothing.")
    var isDry = false

    func validate() throws { _ = try mergeName }

    func run() async throws {
        if isDry {
            let directory = DataDirectory(statement.data)
            try directory.requireNoAccessLog()
            return try await directory.withCRM(readOnly: true) { crm in
                let plan = try crm.planUnmerge(merge: mergeName, exceptions: sides(in: crm.log))
                let heldBy = try plan.heldBy.map { try MergeFacts($0, in: crm.log) }
                try statement.form.print(plan, csv: plan.csv) { plan.text(for: $0, heldBy: heldBy) }
            }
        }
        try await statement.withWritableCRM { crm in
            let receipt = try await crm.unmergeCustomers(
                merge: mergeName, exceptions: sides(in: crm.log), reason: statement.reason,
                provenance: statement.provenance(of: "unmerge"), id: statement.id)
            let heldBy = try receipt.heldBy.map { try MergeFacts($0, in: crm.log) }
            try statement.form.print(receipt, csv: receipt.csv) { receipt.text(for: $0, heldBy: heldBy) }
        }
    }

    private var mergeName: MergeName {
        get throws {
            switch merge.count {
            case 1:
                if let position = Position(argument: merge[0]) { return .position(position) }
                if let id = EventID(merge[0]) { return .event(id) }
                throw ValidationError(
                    "'\(merge[0])' names no merge; expected a position, the id of an event, or two customers.")
            case 2:
                let ids = try merge.map { text in
                    guard let person = PersonArgument(argument: text) else {
                        throw ValidationError("'\(text)' is no id of a customer.")
                    }
                    return try person.customerID
                }
                return .between(ids[0], ids[1])
            default:
                throw ValidationError("Name the merge by one position or event, or by two customers.")
            }
        }
    }

    private func sides(in log: EventLog) throws -> [EventID: MergeSide] {
        var sides: [EventID: MergeSide] = [:]
        for exception in exceptions {
            let id = try exception.id(in: log)
            guard sides.updateValue(exception.side, forKey: id) == nil else {
                throw CommandFailure(.badInput, "--exception names event \(id) twice; expected it once")
            }
        }
        return sides
    }
}
