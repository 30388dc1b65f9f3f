import ArgumentParser
import EventLog
import Rapport

/// `rapport subject accesses`: who was shown personal values of a person.
struct SubjectAccessesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accesses",
        abstract: "Show who was shown personal values of a person, the newest first.",
        discussion: """
            One line for each actor, hour and purpose, with the question that came first; never a value. \
            Every id of the person counts, as of a lead that became a customer; --only leaves out the others. \
            --by shows whose values an actor was shown instead. What stands in backups and exports was read by nobody \
            as far as this log knows.

              rapport subject accesses C-1 --data crm
              rapport subject accesses lead:L-7 --json --data crm
              rapport subject accesses --by user:7 --data crm

            The access log is in the folder access of the data directory, and has a backup of its own:

              rapport backup /mnt/backup/access --data crm/access
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var page: PageOptions

    @Argument(help: "The person's id: C-1 stands for customer:C-1; lead:L-7 is taken as it is.")
    var id: String?

    @Flag(help: "Only the id that is given, not the other ids of the same person.")
    var only = false

    @Option(name: .customLong("by"), help: ArgumentHelp("Whose values this actor was shown.", valueName: "actor"))
    var actor: String?

    @Flag(help: "Answer in JSON.")
    var json = false

    @Flag(help: "Answer in CSV.")
    var csv = false

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func validate() throws {
        _ = try form
        guard (id == nil) != (actor == nil) else { throw ValidationError("Give a person's id, or --by.") }
        guard !only || id != nil else { throw ValidationError("--only goes with a person's id.") }
    }

    func run() async throws {
        let directory = DataDirectory(data)
        try directory.requireNoAccessLog()
        let found = try await directory.readingLog { log in
            let access = AccessLog(of: log)
            defer { access.close() }
            return try accesses(in: access, of: log)
        }
        try form.print(found, csv: found.csv) { found.text(for: $0) }
    }

    private func accesses(in access: AccessLog, of log: EventLog) throws -> ListPage<PersonalAccess> {
        if let actor { return try access.accesses(by: actor, limit: page.limit, after: page.after) }
        let id = id ?? ""
        let subject = try id.utf8.contains(UInt8(ascii: ":")) ? Tag(id) : .customer(id)
        let ids = only ? [subject] : try PersonIDs(of: subject, in: log).all
        return try access.accesses(toAny: ids, limit: page.limit, after: page.after)
    }
}

extension ListPage<PersonalAccess> {
    /// The accesses for people.
    fileprivate func text(for terminal: Terminal) -> String {
        let footer = terminal.styled("at position \(position) of the access log", .dim)
        if rows.isEmpty { return "No access is noted.\n" + footer }
        var table = TextTable(columns: [
            .init("Hour"), .whole("Person"), .init("Actor"), .init("Purpose"), .init("Question"), .init("First noted"),
        ])
        for row in rows {
            table.append(row: [
                row.hour.description, row.subject, row.actor, row.purpose ?? "", row.question ?? "",
                row.recordedAt.description,
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + terminal.nextPage(next) + "\n"
            + footer
    }

    fileprivate var csv: CSVTable {
        var table = CSVTable(columns: ["hour", "subject", "actor", "purpose", "question", "recordedAt", "position"])
        for row in rows {
            table.append(row.hour, row.subject, row.actor, row.purpose, row.question, row.recordedAt, row.position)
        }
        return table
    }
}
