import ArgumentParser
import Rapport

/// `rapport find`: customers by name or id.
struct FindCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find",
        abstract: "Find customers by a part of their name or id.",
        discussion: """
            The closest come first: the whole id or name, its start, the start of a word, any part. Capitals, accents \
            and full-width letters make no difference, and Chinese names are found by any of their characters.

              rapport find müller --data crm
              rapport find 小明 --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var page: PageOptions

    @Argument(help: "A name, an id, or a part of one.")
    var text: String

    func validate() throws {
        guard !text.allSatisfy(\.isWhitespace) else { throw ValidationError("Give a name, an id, or a part of one.") }
    }

    func run() async throws {
        let found = try await query.ask(["search"]) {
            try await $0.find(text, limit: page.limit, after: page.after)
        }
        try query.print(found, at: found.page.position, csv: found.csv) { found.text(for: $0) }
    }
}
