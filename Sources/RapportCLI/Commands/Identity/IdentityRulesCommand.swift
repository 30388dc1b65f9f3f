import ArgumentParser
import EventLog
import Rapport

/// `rapport identity-rules`: the rules by which identifiers make one person of several customers.
struct IdentityRulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity-rules",
        abstract: "Show, set and apply the rules that make one person of several customers.",
        discussion: """
            Without an option it shows the rules in force; --json gives them in the form that --set reads. --set sets \
            the rules of a file: as the next version where the file has none, and else the version must be the next \
            one. Nobody merges or parts by that: --apply appends the merges that the rules want and takes back those \
            by rules whose evidence is gone. What somebody has merged or parted stays. The same once more appends \
            nothing.

              rapport identity-rules --json --data crm > rules.json
              rapport identity-rules --set rules.json --apply --dry-run --data crm
              rapport identity-rules --set rules.json --apply --data crm
            """)

    @OptionGroup var data: DataOptions

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Set the rules of this file, in JSON; with -, of standard input.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var file: String?

    @Flag(name: .customLong("apply"), help: "Make persons what the rules in force say.")
    var isToApply = false

    @Flag(name: .customLong("dry-run"), help: "Say what would be done, and do nothing.")
    var isDry = false

    @Option(
        name: .customLong("actor"),
        help: ArgumentHelp(
            "Who says so. Without it, RAPPORT_ACTOR in the environment, or user: and the login name.",
            valueName: "id"))
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
        try ReaderOptions.check(actor, as: "--actor", nil)
        guard !isDry || file != nil || isToApply else {
            throw ValidationError("--dry-run goes with --set or --apply.")
        }
    }

    func run() async throws {
        let given = try file.map { try IdentityRules(file: $0) }
        let directory = DataDirectory(data)
        try directory.requireNoAccessLog()
        let isReading = isDry || (given == nil && !isToApply)
        try await directory.withCRM(readOnly: isReading) { crm in
            if !isReading { try directory.requireWritable(crm.log) }
            if given == nil, !isToApply { return try show(crm.identityRules(), in: crm) }
            let rules = try given.map { try $0.numbered(crm.nextIdentityRulesVersion(), after: crm.identityRules()) }
            if isDry { return try tryOut(rules, in: crm) }
            try await carryOut(rules, in: crm)
        }
    }

    private func show(_ rules: IdentityRules, in crm: Rapport) throws {
        try form.print(rules, csv: rules.csv) { rules.text(for: $0) + "\n" + $0.footer(at: crm.log.head) }
    }

    private func tryOut(_ rules: IdentityRules?, in crm: Rapport) throws {
        if isToApply {
            let simulation = try crm.simulation(of: rules ?? crm.identityRules())
            return try form.print(simulation, csv: simulation.csv) { try simulation.text(for: $0, in: crm.log) }
        }
        guard let rules else { return }
        try show(rules, in: crm)
    }

    private func carryOut(_ rules: IdentityRules?, in crm: Rapport) async throws {
        let provenance = Provenance(actor: ReaderOptions.actor(actor), source: "rapport identity-rules")
        var report = IdentityRulesReport()
        if let rules {
            let receipt = try await crm.setIdentityRules(rules, provenance: provenance)
            report.rules = IdentityRulesReport.Setting(
                version: receipt.version, position: receipt.position, isNew: receipt.isNew)
        }
        if isToApply {
            let progress = ProgressLine(label: "Matching")
            defer { progress.finish() }
            report.applied = try await crm.applyIdentityRules(provenance: provenance) { progress.show($0) }
        }
        report.position = crm.log.head
        let done = report
        try form.print(done, csv: done.csv) { done.text(for: $0) }
    }
}

extension IdentityRules {
    /// These rules, as the next version where they have none.
    ///
    /// - Parameters:
    ///   - next: the version that comes next.
    ///   - last: the rules in force.
    /// - Throws: ``CommandFailure`` when they have another version than the next one, and are not those in force.
    fileprivate func numbered(_ next: UInt32, after last: IdentityRules) throws -> IdentityRules {
        var rules = self
        if version == 0 { rules.version = next }
        // The same ones again are no error.
        let isInForce = rules.version == last.version && rules.message == last.message
        guard rules.version == next || isInForce else {
            throw CommandFailure(
                .conflict,
                "identity rules, version: expected \(next), the version after the last one that was set, or none; "
                    + "found \(version)")
        }
        return rules
    }
}
