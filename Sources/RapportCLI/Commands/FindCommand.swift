import ArgumentParser
import Rapport

/// `rapport find`: customers by name or id.
struct FindCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "find",
        abstract: "Find customers by a part of their name or id.",
        discussion: """
            The closest come first: the whole id or name, its start, the start of a word, any part. Capitals, accents \
            and full-width letters make no difference, and Chinese names are found by any of their characters. \
            Persons whose data must not be used are found by their id alone, without a name.

              rapport find müller --data crm
              rapport find 小明 --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var validTime: ValidTimeOptions
    @OptionGroup var page: PageOptions

    @Argument(help: "A name, an id, or a part of one.")
    var text: String

    func validate() throws {
        guard !text.allSatisfy(\.isWhitespace) else { throw ValidationError("Give a name, an id, or a part of one.") }
    }

    var happenedBy: TimeBound? { validTime.at }
    var models: [String] { ["search"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let found = try await crm.find(text, limit: page.limit, after: page.after)
        return Reply(found, at: found.page.position, csv: found.csv) { found.text(for: $0) }
    }
}
