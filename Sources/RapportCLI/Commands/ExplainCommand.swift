import ArgumentParser
import EventLog
import Projection
import Rapport

/// `rapport explain`: which events have made a value.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show which events have made a value of an answer.",
        discussion: """
            The value is named by where it stands in the JSON of the answer: members with points between them, \
            elements of lists in brackets by their names, or by their number from 0. Those of an id are named by \
            the id, others by all of their texts but times, with slashes between them; some of these do where \
            they leave one. Options of explain stand before the path, those of the question behind the question.

              rapport explain "fields[phone].value" profile C-1 --data crm
              rapport explain "stages[sales/offer/EUR].open" pipeline --data crm
              rapport explain deals.won --file quarter.json --data crm

            The events are those without which the value would be another, each with when it was recorded, by whom, \
            and which event caused it.
            """)

    /// As of other lists.
    private static let longestPage = 10_000

    @Option(help: ArgumentHelp("How many events a page has.", valueName: "rows"))
    var limit = usualPageSize

    @Option(help: ArgumentHelp("The page behind this position, which the page before it named.", valueName: "position"))
    var after: Position?

    @Option(
        help: ArgumentHelp("The JSON of an answer that was kept, instead of a question.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var file: String?

    @Argument(help: "Where the value stands in the JSON of the answer, as steps[offer].deals.")
    var path: ValuePath

    @OptionGroup var asked: QuestionOptions

    func validate() throws {
        guard (1...Self.longestPage).contains(limit) else {
            throw ValidationError("--limit takes 1 to \(NumberFormat.integer(Self.longestPage)) rows, not \(limit).")
        }
    }

    func run() async throws {
        if asked.asksForHelp { throw CleanExit.helpRequest(self) }
        let given = try asked.given(with: ["--file"])
        let kept = try (given.options["--file"] ?? file).map { try KeptAnswer($0) }
        guard kept == nil || given.words.isEmpty else { throw ValidationError("Give a question or --file, not both.") }
        let question = try kept?.question(data: given.path) ?? Question(given.words, data: given.path)
        guard question.command.asksRows else { throw Self.refusal(of: question) }
        let explained = try await given.directory.withCRM { crm -> ExplainedValue in
            if let kept {
                try kept.require(crm.log)
                return try await explain(question, at: kept.moment, in: crm)
            }
            let own = try await question.ownMoment(in: crm)
            return try await explain(question, at: own ?? PastMoment(position: crm.log.head), in: crm)
        }
        try given.form.print(explained, csv: explained.csv) { explained.text(for: $0) }
    }

    private static func refusal(of question: Question) -> CommandFailure {
        CommandFailure(
            .badInput,
            "\(question.words[0]): each event of it says where it stands; expected a question that is answered by "
                + "counting or by the newest values")
    }

    private func explain(_ question: Question, at moment: PastMoment, in crm: Rapport) async throws -> ExplainedValue {
        guard moment.position > .zero else { throw CommandFailure(.notFound, "nothing is recorded yet") }
        let state = try crm.state(asOf: moment.position, occurredUntil: moment.occurredUntil)
        guard try !question.command.rowModels(in: state).isEmpty else { throw Self.refusal(of: question) }
        let answer = try await question.answer(in: crm, at: moment)
        guard let exact = path.resolved(in: answer),
            let lineage = try await question.lineage(of: exact, at: moment, in: crm)
        else {
            throw CommandFailure(
                .notFound, "\(path): leads nowhere in the answer; expected \(Self.paths(of: answer, path))")
        }
        let shown = lineage.positions.drop { $0 <= after ?? .zero }.prefix(limit)
        let events = try shown.map { position in
            guard let recorded = try crm.log.event(at: position) else {
                throw DamagedLog(position: position, damage: .missing)
            }
            return ExplainedValue.Event(
                recorded, causedBy: try recorded.event.provenance.causationID.flatMap { try crm.log.position(of: $0) })
        }
        let isLast = shown.last == nil || shown.last == lineage.positions.last
        return try ExplainedValue(
            exact, lineage, events, next: isLast ? nil : shown.last, of: question.words, at: moment)
    }

    /// Paths named in a failure.
    private static let namedPaths = 20

    /// The paths that there are, those that begin alike if there are any.
    private static func paths(of answer: JSONTree, _ path: ValuePath) -> String {
        var all: [String] = []
        answer.forEachValue { found, _ in all.append(found.description) }
        let start = ValuePath(steps: Array(path.steps.prefix(1))).description
        let alike = all.filter { $0 == start || $0.hasPrefix(start + ".") || $0.hasPrefix(start + "[") }
        let paths = alike.isEmpty ? all : alike
        let rest = paths.count - namedPaths
        return paths.prefix(namedPaths).joined(separator: ", ")
            + (rest > 0 ? " and \(NumberFormat.integer(rest)) more" : "")
    }
}
