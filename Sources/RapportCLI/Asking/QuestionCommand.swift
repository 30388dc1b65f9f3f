import ArgumentParser
import Foundation
import Rapport

/// A command that asks a question of a CRM, and changes nothing. The same question can be asked of the CRM as it is and
/// as it was, by the command itself and by others that compare its answers.
protocol QuestionCommand: AsyncParsableCommand, Sendable {
    var query: QueryOptions { get }
    /// Leaves out what had not happened by then; nil leaves out nothing.
    var happenedBy: TimeBound? { get }
    /// The read models that answer; none where the log alone does.
    var models: [String] { get }
    /// Whether read models answer, among them those that only the log knows by name.
    var asksRows: Bool { get }
    /// A sentence for whoever wants to know which events have made a value that no rows answer; nil says nothing.
    var noteWithoutRows: String? { get }

    /// The read models that answer; of a saved funnel the log says which.
    ///
    /// - Throws: what says that there is none.
    func rowModels(in crm: any CRMState) throws -> [String]

    /// Asks. Whatever is read comes from `crm`, and nothing else has any influence: no clock, no earlier answer.
    ///
    /// - Throws: ``CommandFailure`` with `notFound` when what is asked about is not there.
    func answer(of crm: any CRMState) async throws -> Reply
}

extension QuestionCommand {
    var happenedBy: TimeBound? { nil }
    var asksRows: Bool { !models.isEmpty }
    var noteWithoutRows: String? { nil }

    func rowModels(in crm: any CRMState) throws -> [String] { models }

    /// The words of the command line, behind the program's name.
    static var words: [String] { Array(ProcessInfo.processInfo.arguments.dropFirst()) }

    /// Opens the data directory, asks, and prints the answer.
    func run() async throws { try await run(asking: Self.words) }

    /// As ``run()``, of a question that was given as `words`.
    func run(asking words: [String]) async throws {
        let form = try query.form
        let question = try Question(self, words: words)
        // What the log alone answers needs no read models to be built.
        let answer = try await DataDirectory(query.data).withCRM(readOnly: !asksRows) { crm in
            try await question.ask(crm)
        }
        try answer.print(as: form)
    }
}
