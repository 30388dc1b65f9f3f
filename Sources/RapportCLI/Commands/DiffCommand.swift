import ArgumentParser
import EventLog
import Projection
import Rapport

/// `rapport diff`: what has changed in an answer, and by which events.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what has changed in an answer from one position or time to another, and by which events.",
        discussion: """
            The question is asked as of both, of what was known then. Each value that differs is shown with the events \
            between the two that made the difference. Elements of lists are compared by their names: those of an id by \
            the id, others by all of their texts but times. What is read of the values are those of --json: amounts in \
            minor units, shares in basis points. Options of diff stand before the question; days are those of the \
            question's --zone.

              rapport diff --from 2026-06-30 pipeline --data crm
              rapport diff --from 1200 --to 1300 profile C-1 --data crm
            """)

    @Option(
        help: ArgumentHelp(
            "From what was known then: at a position, or by a time; a day counts to its end.",
            valueName: "position|time"))
    var from: PastPoint

    @Option(
        help: ArgumentHelp(
            "To what was known then; without it, to all that is recorded.", valueName: "position|time"))
    var to: PastPoint?

    @Flag(help: "Leave out by which events: they take the longest to find.")
    var withoutEvents = false

    @OptionGroup var asked: QuestionOptions

    func run() async throws {
        if asked.asksForHelp { throw CleanExit.helpRequest(self) }
        let given = try asked.given()
        let question = try Question(given.words, data: given.path)
        guard question.command.query.asOf == nil, question.command.query.atLeast == nil else {
            throw ValidationError("diff asks as of --from and --to; leave --as-of and --at-least out of the question.")
        }
        let diff = try await given.directory.withCRM { crm in try await compare(question, in: crm) }
        try given.form.print(diff, csv: diff.csv) { diff.text(for: $0) }
    }

    private func compare(_ question: Question, in crm: Rapport) async throws -> AnswerDiff {
        let calendar = try question.command.query.calendar
        let first = try from.position(in: crm.log, calendar)
        let second: Position
        if let to {
            second = try to.position(in: crm.log, calendar)
        } else {
            // Rows that stand there already need not be built.
            try await DataDirectory.wait(of: question.command.rowModels(in: crm), in: crm)
            second = crm.log.head
        }
        guard first <= second else {
            throw CommandFailure(
                .badInput, "--from is position \(first), --to position \(second); expected --to at or after --from")
        }
        let until = question.command.happenedBy?.end(in: calendar)
        let comparison = AnswerComparison(
            question: question, crm: crm, first: PastMoment(position: first, occurredUntil: until),
            second: PastMoment(position: second, occurredUntil: until))
        return try await comparison.diff(withEvents: !withoutEvents)
    }
}
