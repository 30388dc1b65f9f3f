import ArgumentParser
import Audit
import EventLog
import Foundation
import Rapport
import Transparency

/// `rapport subject erase`: the personal values of persons are gone for good.
struct SubjectEraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erase the personal values of persons, for good.",
        discussion: """
            The keys of the person are destroyed, so that no copy or backup of the log shows the values any more, and \
            look-up tables are written anew. Events, counts and totals stay, with the opaque ids. What a law keeps \
            (retain --keep) stays until its time is over. A legal hold is in the way (exit code 3).

              rapport subject erase C-1 --dry-run --data crm
              rapport subject erase C-1 --yes --data crm
              rapport subject erase --from ids.txt --yes --data crm

            A lead and the customer that it became are one person: all their ids are erased, unless --only is given. \
            A process that dies on the way leaves the rest to the next command. Values that were appended before there \
            were keys stand in the log in clear: they cannot be erased, and the exit code is 1.
            """)

    @Argument(help: "The persons' ids: C-1 stands for customer:C-1; lead:L-7 is taken as it is.")
    var ids: [PersonArgument] = []

    @OptionGroup var data: DataOptions
    @OptionGroup var reader: ReaderOptions

    @Option(
        help: ArgumentHelp("Take the ids from this file, one a line; - is standard input.", valueName: "file"),
        completion: .file())
    var from: String?

    @Flag(help: "Erase the ids that are given, and not the others of the same persons.")
    var only = false

    @Flag(name: .customLong("dry-run"), help: "Say what would be done, and do nothing.")
    var isDry = false

    @Flag(help: "Do not ask.")
    var yes = false

    @Option(help: ArgumentHelp("Why: request, withdrawn, or another short code.", valueName: "code"))
    var reason = "request"

    @Option(help: ArgumentHelp("The event by which the person has asked for it.", valueName: "event-id"))
    var request: EventIDArgument?

    @Option(
        help: ArgumentHelp("The key that signs the certificate, as rapport key makes it.", valueName: "file"),
        completion: .file())
    var key: String?

    @Option(help: ArgumentHelp("Write a certificate of the erasure to this new file.", valueName: "file"))
    var certificate: String?

    @Flag(help: "Answer in JSON.")
    var json = false

    @Flag(help: "Answer in CSV.")
    var csv = false

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func validate() throws {
        _ = try form
        guard ids.isEmpty != (from == nil) else { throw ValidationError("Give persons' ids, or --from FILE.") }
        guard (key == nil) == (certificate == nil) else {
            throw ValidationError("--key and --certificate go together.")
        }
        guard certificate == nil || ids.count == 1 else {
            throw ValidationError("--certificate is of one person; rapport subject certificate makes others.")
        }
    }

    func run() async throws {
        let subjects = try subjects()
        let directory = DataDirectory(data)
        let signing = try key.map { try SigningKey.reading(file: $0, outside: data.path) }
        try await directory.withCRM { crm in
            if !isDry { try directory.requireWritable(crm.log) }
            try await crm.finishReceipts()
            let plan = try crm.planErasure(of: subjects, only: only, reason: reason, requestEventID: request?.id)
            if isDry { return try form.print(plan, csv: plan.csv) { plan.text(for: $0) } }
            try refuse(plan)
            if !yes { Output.complain(summary(of: plan)) }
            try Confirmation.require("Erase \(NumberFormat.count(plan.idCount, "id"))?", yes: yes)
            let provenance = Provenance(
                actor: reader.actor, source: "rapport subject erase", purpose: reader.purpose)
            let outcomes = try await crm.erase(plan, provenance: provenance)
            let report = ErasureReport(outcomes: outcomes, position: crm.log.head)
            try form.print(report, csv: report.csv) { report.text(for: $0) }
            if let signing, let certificate, let subject = subjects.first {
                let made = try await crm.erasureCertificate(of: subject)
                try CertificateFile(made, signedBy: signing).write(to: certificate)
            }
            try report.requireComplete()
        }
    }

    private func subjects() throws -> [Tag] {
        guard let from else { return ids.map(\.tag) }
        let input = try TextInput(from)
        var subjects: [Tag] = []
        for (number, line) in input.lines.enumerated() {
            let text = line.trimmingCharacters(in: .whitespaces)
            if text.isEmpty { continue }
            guard let person = PersonArgument(argument: text) else {
                throw CommandFailure(
                    .badInput, "\(input.name), line \(number + 1): expected a person's id, found \(text.prefix(40))")
            }
            subjects.append(person.tag)
        }
        guard !subjects.isEmpty else { throw CommandFailure(.badInput, "\(input.name): holds no ids") }
        return subjects
    }

    /// - Throws: the first reason why the plan cannot be carried out, and how many there are.
    private func refuse(_ plan: ErasurePlan) throws {
        guard let first = plan.refusals.first else { return }
        let others = plan.refusals.count - 1
        let more = others == 0 ? "" : "; so do \(NumberFormat.integer(others)) others, which --dry-run lists"
        throw CommandFailure(ExitStatus(of: first), "\(first)\(more); nobody was erased")
    }

    /// What is about to be done, in one line.
    private func summary(of plan: ErasurePlan) -> String {
        let ids = plan.persons.flatMap(\.ids).map(\.id.text)
        return "to be erased: " + ids.prefix(20).joined(separator: ", ")
            + (ids.count > 20 ? " and \(NumberFormat.integer(ids.count - 20)) more" : "")
    }
}
