import ArgumentParser
import EventLog
import Foundation
import Rapport

/// `rapport simulate-rules`: who would be who under other rules.
struct SimulateRulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate-rules",
        abstract: "Show which people would merge or part under rules, over the whole history.",
        discussion: """
            Goes through all that events say of identifiers, as the rules in the file would have it, and appends \
            nothing. The page Identity of the library describes the file; rapport identity-rules --json gives the \
            rules in force to begin with. It tells ids, kinds of identifiers and events, never a value.

              rapport simulate-rules rules.json --data crm
              rapport identity-rules --json --data crm | rapport simulate-rules - --data crm
            """)

    @OptionGroup var data: DataOptions

    @Argument(help: "The rules, in JSON; with -, standard input.", completion: .file(extensions: ["json"]))
    var file: String

    @Flag(help: "Answer in JSON.")
    var json = false

    @Flag(help: "Answer in CSV: one line for each merge that would be made, and each group that would part.")
    var csv = false

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func validate() throws { _ = try form }

    func run() async throws {
        let rules = try IdentityRules(file: file)
        let directory = DataDirectory(data)
        try directory.requireNoAccessLog()
        try await directory.withCRM(readOnly: true) { crm in
            let simulation = try crm.simulation(of: rules)
            try form.print(simulation, csv: simulation.csv) { try simulation.text(for: $0, in: crm.log) }
        }
    }
}

extension IdentityRules {
    /// The rules in a file; `-` is standard input.
    ///
    /// - Throws: ``CommandFailure`` with the name of the file and the place in it.
    init(file: String) throws {
        self = try TextInput(file).parsed { try IdentityRules(json: Data($0.utf8)) }
    }
}

extension Rapport {
    /// What rules would make of the log; shows how far it is.
    func simulation(of rules: IdentityRules) throws -> IdentitySimulation {
        let progress = ProgressLine(label: "Matching")
        defer { progress.finish() }
        return try simulateIdentityRules(rules) { progress.show($0) }
    }
}

extension ProgressLine {
    /// How far the log is read for rules.
    func show(_ progress: IdentityRulesProgress) {
        update(done: Int(clamping: progress.position.rawValue), of: Int(clamping: progress.end.rawValue))
    }
}
