import ArgumentParser
import EventLog
import Rapport

/// `rapport merge`: two customers are one person.
struct MergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Say that two customers are one person.",
        discussion: """
            Every answer shows the two as one from then on, under the id of the survivor; nothing of either is lost, \
            and rapport unmerge takes it back exactly. Of a field that both have the newest value is shown; --field \
            takes that of one side. An id that is merged into another already stands for the person of that one. \
            Nobody is merged who is erased, and nobody who was reviewed as different, unless it is said to be meant.

              rapport merge C-1 C-2 --reason same_phone --data crm
              rapport merge C-1 C-2 --field email=absorbed --data crm
            """)

    @Argument(help: "The customer whose id stays: C-1 stands for customer:C-1.")
    var survivor: PersonArgument

    @Argument(help: "The customer who is seen under that id from now on.")
    var absorbed: PersonArgument

    @OptionGroup var statement: IdentityStatementOptions

    @Option(
        name: .customLong("field"),
        help: ArgumentHelp(
            "Take the value of this field from one side, survivor or absorbed (several, if repeated).",
            valueName: "name=side"))
    var fields: [FieldChoiceArgument] = []

    @Option(help: ArgumentHelp("How sure it is, in basis points, 0 to 10,000.", valueName: "points"))
    var score: UInt32 = 0

    @Flag(help: "Merge them although they were reviewed as different.")
    var evenIfDifferent = false

    func validate() throws {
        _ = try (survivor.customerID, absorbed.customerID)
        guard score <= 10_000 else { throw ValidationError("--score takes 0 to 10,000 basis points, not \(score).") }
        var known: Set<[UInt8]> = []
        for choice in fields where !known.insert(Array(choice.field.utf8)).inserted {
            throw ValidationError("--field names \(choice.field) twice.")
        }
    }

    func run() async throws {
        let choices = Dictionary(fields.map { ($0.field, $0.side) }, uniquingKeysWith: { first, _ in first })
        let receipt = try await statement.withWritableCRM { crm in
            try await crm.mergeCustomers(
                survivor.customerID, absorbed.customerID, fieldChoice: choices, reason: statement.reason,
                scoreBp: score, evenIfDifferent: evenIfDifferent, provenance: statement.provenance(of: "merge"),
                id: statement.id)
        }
        try statement.form.print(receipt, csv: receipt.csv) { receipt.text(for: $0) }
    }
}
