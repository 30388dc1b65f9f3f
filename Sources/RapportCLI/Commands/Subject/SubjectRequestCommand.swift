import ArgumentParser
import EventLog
import Rapport

/// `rapport subject request`: a person has asked for what the law owes them.
struct SubjectRequestCommand: AsyncParsableCommand {
    /// What a person asks for, as it is named on the command line.
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case access, copy, rectify, erase, port, restrict, object, explain

        var message: SubjectRequestKind {
            switch self {
            case .access: .access
            case .copy: .copy
            case .rectify: .rectify
            case .erase: .erase
            case .port: .port
            case .restrict: .restrict
            case .object: .object
            case .explain: .explain
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Record what a person has asked for.",
        discussion: """
            Prints the id of the event, which the answer and an erasure name; of a person with several ids there is \
            an event for each, and an answer to one of them answers all. rapport requests shows what is open, by \
            when an answer is due; --occurred-at says when it was received.

              rapport subject request C-1 --kind erase --law GDPR --data crm
              rapport subject erase C-1 --request EVENT-ID --data crm
              rapport subject answer EVENT-ID --outcome done --data crm
            """)

    @Argument(help: PersonArgument.help)
    var id: PersonArgument

    @OptionGroup var statement: StatementOptions
    @OptionGroup var ids: EveryIDOptions

    @Option(help: "What for.")
    var kind: Kind

    @Option(help: ArgumentHelp("Under which law, as GDPR or PIPL.", valueName: "law"))
    var law: String

    @Option(help: ArgumentHelp("How we know that it is them, as a short code.", valueName: "code"))
    var identityProof: String?

    @Option(
        help: ArgumentHelp("Until when an answer is due; a day counts to its end, UTC.", valueName: "time"))
    var due: TimeBound?

    func run() async throws {
        var event = SubjectRequestReceived()
        event.subjectID = id.tag.text
        event.kind = kind.message
        event.law = law
        event.identityProof = identityProof ?? ""
        event.dueAtUs = try due?.endMicroseconds ?? 0
        try await statement.record(
            event, naming: \.subjectID, about: id.tag, only: ids.only, mustBeKnown: false,
            "\(id.tag): request recorded (\(kind.rawValue), \(law))")
    }
}
