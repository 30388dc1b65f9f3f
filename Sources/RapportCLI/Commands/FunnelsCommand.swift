import ArgumentParser
import EventLog
import Rapport

/// `rapport funnels`: which funnels of events are saved.
struct FunnelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "funnels",
        abstract: "Show, save, check and retire funnels of events, which rapport behaviour asks.",
        discussion: """
            Without an option it lists the funnels that are saved. --save saves the funnel of a file under the name in \
            it, as the version after the last one, unless the same is saved already; its rows are built once and kept \
            up to date, and then it is answered at once. A question about the past builds the rows of then first, \
            which takes as long as a rebuild, and keeps them for the next one. --show gives a definition in the form \
            that --save and --check read; the page Funnels of the library describes it.

              rapport funnels --check signup.yaml
              rapport funnels --save signup.yaml --data crm
              rapport funnels --show signup --data crm > signup.json
              rapport funnels --retire signup --reason replaced --data crm
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
            "Save the funnel of this file, in YAML or JSON; with -, of standard input.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var save: String?

    @Option(
        help: ArgumentHelp("Say whether this file defines a funnel; with -, standard input.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var check: String?

    @Option(help: ArgumentHelp("Show the definition of a funnel, in JSON.", valueName: "name"))
    var show: String?

    @Option(help: ArgumentHelp("Retire a funnel: nothing is saved under its name any more.", valueName: "name"))
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

    @Flag(help: "Answer in CSV: a line for each funnel, with --check for each step.")
    var csv = false

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func validate() throws {
        _ = try form
        try ReaderOptions.check(actor, as: "--actor", nil)
        guard [save, check, show, retire].count(where: { $0 != nil }) <= 1 else {
            throw ValidationError("Give one of --save, --check, --show and --retire.")
        }
        guard reason == nil || retire != nil else { throw ValidationError("--reason goes with --retire.") }
        guard show == nil || !csv else { throw ValidationError("--show gives JSON, no CSV.") }
        if check == nil { _ = try DataOptions.path(directory) }
    }

    func run() async throws {
        let form = try form
        if let check {
            logging.start()
            let checked = CheckedFunnel(try FunnelDefinition(file: check))
            return try form.print(checked, csv: checked.csv) { checked.text(for: $0) }
        }
        let place = DataDirectory(path: try DataOptions.path(directory), logging)
        if let save {
            let definition = try FunnelDefinition(file: save)
            let outcome = try await writing(place) { try await Self.saving(definition, by: provenance, in: $0) }
            try form.print(outcome, csv: outcome.csv) { outcome.text(for: $0) }
        } else if let retire {
            let outcome = try await writing(place) { crm in
                let position = try await crm.retireFunnel(retire, reason: reason ?? "", provenance: provenance)
                return RetiredFunnel(name: retire, position: position)
            }
            try form.print(outcome, csv: outcome.csv) { outcome.text(for: $0) }
        } else {
            try await place.withCRM(readOnly: true) { crm in
                if let show { return try Self.printJSON(of: crm.savedFunnel(show).definition) }
                let list = try FunnelList(crm)
                try form.print(list, csv: list.csv) { list.text(for: $0) }
            }
        }
    }

    private var provenance: Provenance {
        Provenance(actor: ReaderOptions.actor(actor), source: "rapport funnels")
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
        _ definition: FunnelDefinition, by provenance: Provenance, in crm: Rapport
    ) async throws -> FunnelSaving {
        let head = crm.log.head
        let saved = try await crm.saveFunnel(definition, provenance: provenance)
        return FunnelSaving(saved, isNew: saved.position > head)
    }

    /// Indented, as a file that somebody may edit.
    private static func printJSON(of definition: FunnelDefinition) throws {
        try Output.print(json: JSONTree(parsing: Array(definition.json.utf8)))
    }
}
