import ArgumentParser
import EventLog
import Rapport

/// `rapport subject answer`: a request was answered.
struct SubjectAnswerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Record that a request of a person was answered.",
        discussion: """
            Names the event that rapport subject request has printed. --artefact takes the SHA-256 that rapport \
            subject export has printed; --refused says what was refused and by which law.

              rapport subject answer EVENT-ID --outcome done --data crm
              rapport subject answer EVENT-ID --outcome partly --refused "orders=HGB 257"
            """)

    /// A part that was refused: why, and by which law.
    struct Refused: ExpressibleByArgument {
        let reason: String
        let law: String

        init?(argument: String) {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let reason = parts.first, !reason.isEmpty else { return nil }
            self.reason = String(reason)
            law = parts.count > 1 ? String(parts[1]) : ""
        }
    }

    @Argument(help: "The id of the event with the request.")
    var request: EventIDArgument

    @OptionGroup var statement: StatementOptions

    @Option(help: ArgumentHelp("What came of it: done, partly, refused, or another short code.", valueName: "code"))
    var outcome: String

    @Option(
        help: ArgumentHelp("SHA-256 of what was handed over, in 64 hexadecimal digits.", valueName: "sha256"))
    var artefact: String?

    @Option(
        help: ArgumentHelp("What was refused, and the law that allows it (several, if repeated).", valueName: "why=law")
    )
    var refused: [Refused] = []

    func run() async throws {
        let subject = try await subject()
        var event = SubjectRequestFulfilled()
        event.subjectID = subject.text
        event.requestEventID = request.id.description
        event.outcome = outcome
        event.artefactSha256 = artefact ?? ""
        event.refusedParts = refused.map { refused in
            var part = RefusedRequestPart()
            part.reason = refused.reason
            part.lawRef = refused.law
            return part
        }
        try await statement.record(
            event, about: subject, mustBeKnown: true, "\(subject): request \(request.id) is answered (\(outcome))")
    }

    /// Who has asked.
    private func subject() async throws -> Tag {
        try await DataDirectory(statement.data).readingLog { log in
            guard let position = try log.position(of: request.id), let recorded = try log.event(at: position) else {
                throw CommandFailure(.notFound, "\(request.id): no event has this id; expected that of a request")
            }
            guard recorded.event.type == SubjectRequestReceived.eventType else {
                throw CommandFailure(
                    .badInput,
                    "\(request.id): is an event of type \(recorded.event.type) (position \(position)); expected a "
                        + "SubjectRequestReceived")
            }
            guard let tag = recorded.event.tags.first(where: { ["customer", "lead"].contains($0.kind) }) else {
                throw CommandFailure(.badInput, "\(request.id): the request has no tag of a person")
            }
            return tag
        }
    }
}
