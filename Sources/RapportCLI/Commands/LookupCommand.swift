import ArgumentParser
import Rapport

/// `rapport lookup`: customers by a value that they are recognised by.
struct LookupCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "lookup",
        abstract: "Find customers by an e-mail address, a phone number or another identifier.",
        discussion: """
            The whole value is looked up, however it is written: phone numbers with or without the calling code, \
            full-width digits, e-mail addresses in capitals. Other ids are taken as they are. It is noted that the \
            customers were looked at; persons whose data must not be used are not found. Where it cannot be noted, \
            the answer says how many are withheld.

              rapport lookup --email anna@example.com --data crm
              rapport lookup --phone "0170 1234567" --country DE --data crm
            """)

    @OptionGroup var identifier: IdentifierOptions
    @OptionGroup var query: QueryOptions
    @OptionGroup var validTime: ValidTimeOptions

    var happenedBy: TimeBound? { validTime.at }
    var models: [String] { ["search"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let (kind, value) = try identifier.given
        let found = try await crm.customers(with: kind, value: value, country: identifier.country)
        return Reply(found, at: found.position, csv: found.csv) { found.text(for: $0) }
    }
}
