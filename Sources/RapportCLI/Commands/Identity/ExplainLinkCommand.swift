import ArgumentParser
import EventLog
import Rapport

/// `rapport explain-link`: why two ids are one person.
struct ExplainLinkCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain-link",
        abstract: "Show the merges that make two ids one person, and what they rest on.",
        discussion: """
            The shortest way from one id to the other, merge by merge: when it was recorded, the rule with its version \
            or who it was, the events that are its evidence, and why. Ids that are not one person end with exit code \
            1; where a merge has held them together and was undone, it says where.

              rapport explain-link C-1 C-2 --data crm
              rapport explain-link C-1 C-2 --as-of 1200 --json --data crm
            """)

    @OptionGroup var query: QueryOptions

    @Argument(help: PersonArgument.help)
    var from: PersonArgument

    @Argument(help: "The other id.")
    var to: PersonArgument

    /// The log alone knows who is who.
    var models: [String] { [] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let link = try link(in: crm)
        return Reply(link, at: link.position, csv: link.csv) { link.text(for: $0) }
    }

    /// The answer is printed whatever it is; scripts learn from the exit code whether they are one person.
    func run() async throws {
        let form = try query.form
        let question = try Question(self, words: Self.words)
        let answer = try await DataDirectory(query.data).withCRM(readOnly: true) { crm in try await question.ask(crm) }
        try answer.print(as: form)
        guard case .bool(false)? = try answer.reply.json().member("isOnePerson") else { return }
        throw CommandFailure(
            .failure, "\(from.tag) and \(to.tag) are not one person at position \(answer.reply.position)")
    }

    private func link(in crm: any CRMState) throws -> PersonLink {
        for id in [from.tag, to.tag] { try crm.requireKnown(id) }
        return try PersonLink(from: from.tag, to: to.tag, by: crm.identity(), in: crm)
    }
}
