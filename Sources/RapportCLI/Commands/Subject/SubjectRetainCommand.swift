import ArgumentParser
import EventLog
import Rapport

/// `rapport subject retain`: how long personal data is kept.
struct SubjectRetainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retain",
        abstract: "Set how long personal data is kept, and erase what is kept no longer.",
        discussion: """
            --keep: a law wants the values of a category \
            (\(EventCatalogue.personalCategories.joined(separator: ", "))) kept for so many days \
            after the person's last event with such a value, whatever the person asks for. --erase-after: a \
            customer or lead of whom nothing has happened for so many days is erased. 0 days end a policy; the newest \
            one of a category holds.

              rapport subject retain --set cases --days 1095 --keep --law "HGB 257" --data crm
              rapport subject retain --set customer --days 1825 --erase-after --data crm
              rapport subject retain --dry-run --data crm
              rapport subject retain --run --yes --data crm

            Without --set it shows the policies and who would be erased; --run erases them. Whoever is under a legal \
            hold is passed over.
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var reader: ReaderOptions

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Set the policy of this category of values, or kind of person.", valueName: "category"))
    var category: String?

    @Option(help: ArgumentHelp("After how many days; 0 ends the policy.", valueName: "number"))
    var days: UInt32?

    @Flag(help: "A law wants it kept for so long.")
    var keep = false

    @Flag(help: "Persons of whom nothing has happened for so long are erased.")
    var eraseAfter = false

    @Option(help: ArgumentHelp("The law that says so.", valueName: "ref"))
    var law: String?

    @Flag(name: .customLong("run"), help: "Erase those whose time is over.")
    var isToRun = false

    @Flag(name: .customLong("dry-run"), help: "Say who would be erased, and erase nobody.")
    var isDry = false

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Answer in JSON.")
    var json = false

    @Flag(help: "Answer in CSV.")
    var csv = false

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    private static let kinds = ["customer", "lead"]

    func validate() throws {
        _ = try form
        guard !isToRun || !isDry else { throw ValidationError("--run and --dry-run exclude each other.") }
        guard let category else {
            guard days == nil, !keep, !eraseAfter, law == nil else {
                throw ValidationError("--days, --keep, --erase-after and --law go with --set.")
            }
            return
        }
        guard !isToRun, !isDry else { throw ValidationError("--set goes without --run and --dry-run.") }
        guard days != nil else { throw ValidationError("--set needs --days.") }
        guard keep != eraseAfter else { throw ValidationError("Give --keep or --erase-after.") }
        let expected = keep ? EventCatalogue.personalCategories : Self.kinds
        guard expected.contains(category) else {
            throw ValidationError(
                "--set with \(keep ? "--keep" : "--erase-after") takes \(expected.joined(separator: ", ")), not "
                    + "\(category).")
        }
    }

    func run() async throws {
        if let category { return try await record(category) }
        let directory = DataDirectory(data)
        try directory.requireNoAccessLog()
        try await directory.withCRM { crm in
            if isToRun { try directory.requireWritable(crm.log) }
            try await crm.finishReceipts()
            let plan = try await crm.planRetention()
            guard isToRun else { return try form.print(plan, csv: plan.csv) { plan.text(for: $0) } }
            if !plan.erasure.persons.isEmpty {
                try Confirmation.require("Erase \(NumberFormat.count(plan.erasure.idCount, "id"))?", yes: yes)
            }
            let outcomes = try await crm.applyRetention(plan, provenance: provenance)
            let report = ErasureReport(outcomes: outcomes, position: crm.log.head)
            try form.print(report, csv: report.csv) { report.text(for: $0) }
            try report.requireComplete()
        }
    }

    private var provenance: Provenance {
        Provenance(actor: reader.actor, source: "rapport subject retain", purpose: reader.purpose)
    }

    private func record(_ category: String) async throws {
        var event = RetentionPolicySet()
        event.category = category
        event.rule = (keep ? RetentionPolicy.Rule.keepFor : .eraseAfter).message
        event.days = days ?? 0
        event.lawRef = law ?? ""
        let tag = try Tag("retention", category)
        let new = try NewEvent(event, about: [tag], provenance: provenance)
        let directory = DataDirectory(data)
        try directory.requireLog()
        let position = try await directory.appendingLog { log in try await log.append([new]).last }
        let report = StatementReport(position: position, id: new.id, type: new.type.name, subject: tag)
        try form.print(report, csv: report.csv) { "policy of \(category) set\n\(report.text(for: $0))" }
    }
}

extension RetentionPlan {
    /// The policies, and what follows from them, for people.
    fileprivate func text(for terminal: Terminal) -> String {
        var parts: [String] = []
        if policies.isEmpty {
            parts.append("No policy is set; rapport subject retain --set sets one.")
        } else {
            var table = TextTable(columns: [
                .init("Category"), .init("Rule"), .init("Days", .right), .init("Law"), .init("Position", .right),
            ])
            for policy in policies {
                table.append(row: [
                    policy.category, policy.rule.rawValue, NumberFormat.integer(policy.days), policy.lawRef,
                    policy.position.description,
                ])
            }
            parts.append(table.render(maximumWidth: terminal.width, colour: terminal.showsColour))
        }
        for person in inactive {
            parts.append("\(person.id): nothing has happened since \(person.lastSeen)".printable)
        }
        for id in released { parts.append("\(id): what a law kept is kept no longer".printable) }
        for id in held { parts.append("\(id): passed over, under a legal hold".printable) }
        return parts.joined(separator: "\n") + "\n" + erasure.text(for: terminal)
    }

    /// Who would be erased.
    fileprivate var csv: CSVTable { erasure.csv }
}
