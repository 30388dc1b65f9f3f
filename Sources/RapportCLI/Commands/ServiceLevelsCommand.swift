import ArgumentParser
import EventLog
import Rapport

/// `rapport service-levels`: what is promised about cases, and by which hours of work.
struct ServiceLevelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service-levels",
        abstract: "Show, save, check and retire service levels and working calendars, which rapport sla asks.",
        discussion: """
            Without an option it lists the service levels and calendars that are saved. --save saves the service level \
            or the calendar of a file under the name in it, as the version after the last one, unless the same is \
            saved already; a calendar is saved before the service levels that go by it. --show and --show-calendar \
            give a definition in the form that --save and --check read; the page ReadModels of the library describes \
            it.

              rapport service-levels --check desk.yaml
              rapport service-levels --save desk.yaml --data crm
              rapport service-levels --save gold.yaml --data crm
              rapport service-levels --retire gold --reason replaced --data crm
            """)

    @Option(
        name: .customLong("data"),
        help: ArgumentHelp(
            "The data directory. Without it, RAPPORT_DATA in the environment; --check needs none.", valueName: "dir"),
        completion: .directory)
    var directory: String?

    @OptionGroup var logging: LoggingOptions

    @Option(
        help: ArgumentHelp(
            "Save the service level or calendar of this file, in YAML or JSON; with -, of standard input.",
            valueName: "file"),
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var save: String?

    @Option(
        help: ArgumentHelp("Say whether this file defines one of them; with -, standard input.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var check: String?

    @Option(help: ArgumentHelp("Show the definition of a service level, in JSON.", valueName: "name"))
    var show: String?

    @Option(help: ArgumentHelp("Show the definition of a calendar, in JSON.", valueName: "name"))
    var showCalendar: String?

    @Option(
        help: ArgumentHelp("Retire a service level: nothing is promised under its name any more.", valueName: "name"))
    var retire: String?

    @Option(
        help: ArgumentHelp("With --retire: why, as a short code.", valueName: "code"),
        transform: { try IdentityStatementOptions.shortCode($0) })
    var reason: String?

    @Option(
        name: .customLong("actor"),
        help: ArgumentHelp(
            "Who saves or retires it. Without it, RAPPORT_ACTOR in the environment, or user: and the login name.",
            valueName: "id"))
    var actor: String?

    @Flag(help: "Answer in JSON.")
    var json = false

    @Flag(help: "Answer in CSV: a line for each service level and calendar.")
    var csv = false

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func validate() throws {
        _ = try form
        try ReaderOptions.check(actor, as: "--actor", nil)
        guard [save, check, show, showCalendar, retire].count(where: { $0 != nil }) <= 1 else {
            throw ValidationError("Give one of --save, --check, --show, --show-calendar and --retire.")
        }
        guard reason == nil || retire != nil else { throw ValidationError("--reason goes with --retire.") }
        guard (show == nil && showCalendar == nil) || !csv else {
            throw ValidationError("--show and --show-calendar give JSON, no CSV.")
        }
        if check == nil { _ = try DataOptions.path(directory) }
    }

    func run() async throws {
        let form = try form
        if let check {
            logging.start()
            let entry = ServiceLevelList.Entry(try ServiceDefinition(file: check))
            return try form.print(entry, csv: ServiceLevelList.csv(of: [entry])) { entry.checkedText(for: $0) }
        }
        let place = DataDirectory(path: try DataOptions.path(directory), logging)
        if let save {
            let definition = try ServiceDefinition(file: save)
            let saving = try await writing(place) { try await Self.saving(definition, by: provenance, in: $0) }
            try form.print(saving, csv: saving.csv) { saving.text(for: $0) }
        } else if let retire {
            let outcome = try await writing(place) { crm in
                let position = try await crm.retireServiceLevel(retire, reason: reason ?? "", provenance: provenance)
                return RetiredServiceLevel(name: retire, position: position)
            }
            try form.print(outcome, csv: outcome.csv) { outcome.text(for: $0) }
        } else {
            try await place.withCRM(readOnly: true) { crm in
                if let show {
                    return try Output.print(
                        json: JSONTree(parsing: Array(crm.askedServiceLevel(show).definition.json.utf8)))
                }
                if let showCalendar {
                    return try Output.print(
                        json: JSONTree(parsing: Array(crm.askedCalendar(showCalendar).definition.json.utf8)))
                }
                let list = try ServiceLevelList(crm)
                try form.print(list, csv: list.csv) { list.text(for: $0) }
            }
        }
    }

    private var provenance: Provenance {
        Provenance(actor: ReaderOptions.actor(actor), source: "rapport service-levels")
    }

    private func writing<Result>(
        _ place: DataDirectory, _ body: (Rapport) async throws -> Result
    ) async throws -> Result {
        try place.requireNoAccessLog()
        return try await place.withCRM { crm in
            try place.requireWritable(crm.log)
            return try await body(crm)
        }
    }

    private static func saving(
        _ definition: ServiceDefinition, by provenance: Provenance, in crm: Rapport
    ) async throws -> ServiceLevelSaving {
        let head = crm.log.head
        switch definition {
        case .level(let level):
            let saved = try await crm.saveServiceLevel(level, provenance: provenance)
            return ServiceLevelSaving(entry: ServiceLevelList.Entry(saved), isNew: saved.position > head)
        case .calendar(let calendar):
            let saved = try await crm.saveCalendar(calendar, provenance: provenance)
            return ServiceLevelSaving(entry: ServiceLevelList.Entry(saved), isNew: saved.position > head)
        }
    }
}
