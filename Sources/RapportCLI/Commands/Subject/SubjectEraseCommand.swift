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
            A process that dies on the way leaves the rest to the next command. Whoever is erased already is passed \
            over, so the command can be repeated. Values that were appended before there were keys stand in the log in \
            clear: they cannot be erased, and the exit code is 1, as it is when the certificate is not complete. \
            --dry-run ends with the exit code of what stands in the way, too: 2 for an unknown id, 3 for a hold.
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

    @Option(
        help: ArgumentHelp("The request by which the person has asked for it; of nobody else.", valueName: "event-id"))
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
        guard certificate?.isEmpty != true else { throw ValidationError("--certificate takes a file, not nothing.") }
        guard Self.isCode(reason) else {
            throw ValidationError("--reason takes a short code: 1 to 64 characters, without spaces and controls.")
        }
    }

    private static func isCode(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        return (1...64).contains(scalars.count) && text.printable == text
            && !scalars.contains { $0.properties.isWhitespace }
    }

    func run() async throws {
        let subjects = try subjects()
        let directory = DataDirectory(data)
        try directory.requireNoAccessLog()
        let signing = try key.map { try SigningKey.reading(file: $0, outside: data.path) }
        try await directory.withCRM { crm in
            if !isDry { try directory.requireWritable(crm.log) }
            if let request {
                let recorded = try RecordedRequest(request.id, in: crm.log)
                for subject in subjects { try recorded.requireAbout(subject, in: crm.log) }
            }
            try await crm.finishReceipts()
            let plan = try crm.planErasure(of: subjects, only: only, reason: reason, requestEventID: request?.id)
            if isDry {
                try form.print(plan, csv: plan.csv) { plan.text(for: $0) }
                return try refuse(plan)
            }
            try refuse(plan)
            try confirm(plan)
            // Whether it can be written is known before anybody is erased.
            let file = try certificate.map { try ReservedFile(at: $0) }
            defer { file?.discard() }
            let report = try await erase(plan, in: crm)
            try form.print(report, csv: report.csv) { report.text(for: $0) }
            try report.requireErased()
            var made: ErasureCertificate?
            if let signing, let file, let subject = subjects.first {
                let certificate = try await crm.erasureCertificate(of: subject)
                try CertificateFile(certificate, signedBy: signing).write(to: file)
                made = certificate
            }
            try report.requireComplete()
            try made?.requireComplete()
        }
    }

    /// Whoever is erased already needs nothing more: a run that was interrupted can be repeated.
    private func erase(_ plan: ErasurePlan, in crm: Rapport) async throws -> ErasureReport {
        var outcomes: [ErasureOutcome] = []
        if !plan.persons.isEmpty {
            let provenance = Provenance(
                actor: reader.actor, source: "rapport subject erase", purpose: reader.purpose)
            outcomes = try await crm.erase(plan, provenance: provenance)
        }
        return ErasureReport(outcomes: outcomes, alreadyErased: plan.alreadyErased, position: crm.log.head)
    }

    private func confirm(_ plan: ErasurePlan) throws {
        if plan.persons.isEmpty { return }
        if !yes { Output.complain(summary(of: plan)) }
        try Confirmation.require("Erase \(NumberFormat.count(plan.idCount, "id"))?", yes: yes)
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
