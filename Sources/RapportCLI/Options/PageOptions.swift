import ArgumentParser
import Rapport

/// How lists are turned page by page.
struct PageOptions: ParsableArguments {
    /// More rows than that nobody looks through; scripts take page after page.
    private static let longestPage = 10_000

    @Option(help: ArgumentHelp("How many rows a page has.", valueName: "rows"))
    var limit = usualPageSize

    @Option(help: ArgumentHelp("The page behind this place, which the page before it named.", valueName: "cursor"))
    var after: ListCursor?

    func validate() throws {
        guard (1...Self.longestPage).contains(limit) else {
            throw ValidationError("--limit takes 1 to \(NumberFormat.integer(Self.longestPage)) rows, not \(limit).")
        }
    }
}

extension Terminal {
    /// The line below a list that goes on; nothing below the last page.
    func nextPage(_ cursor: ListCursor?) -> String {
        cursor.map { "\n" + styled("next page: --after \($0)", .dim) } ?? ""
    }
}
