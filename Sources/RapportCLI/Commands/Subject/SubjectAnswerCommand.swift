import ArgumentParser
import EventLog
import LMDB
import Rapport

/// `rapport subject answer`: a request was answered.
struct SubjectAnswerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Record that a request of a person was answered.",
        discussion: """
            Names the event that rapport subject request has printed; what was asked under other ids of the person at \
            the same time is answered with it. --artefact takes the SHA-256 that rapport \
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
        event.outcome = outcome
        event.artefactSha256 = artefact ?? ""
        event.refusedParts = refused.map { refused in
            var part = RefusedRequestPart()
            part.reason = refused.reason
            part.lawRef = refused.law
            return part
        }
        let answer = event
        try await statement.record("\(subject): request \(request.id) is answered (\(outcome))") {
            log, _ -> [(event: SubjectRequestFulfilled, person: Tag)] in
            try requests(of: subject, in: log).map { asked in
                var copy = answer
                copy.subjectID = asked.person.text
                copy.requestEventID = asked.id.description
                return (event: copy, person: asked.person)
            }
        }
    }

    /// This request, and those that were recorded together with it under other ids of the person.
    private func requests(of subject: Tag, in log: EventLog) throws -> [(id: EventID, person: Tag)] {
        var found = [(id: request.id, person: subject)]
        guard let position = try log.position(of: request.id), let asked = try log.event(at: position)?.event,
            let together = asked.provenance.correlationID
        else { return found }
        for id in try PersonIDs(of: subject, in: log).all where id != subject {
            let query = try Query(types: [SubjectRequestReceived.eventType], tags: [id])
            for other in try log.events(query).map(\.event) where other.occurredAt == asked.occurredAt {
                guard other.provenance.correlationID?.sameBytes(as: together) == true else { continue }
                found.append((id: other.id, person: id))
            }
        }
        return found
    }

    /// Who has asked.
    private func subject() async throws -> Tag {
        let directory = DataDirectory(statement.data)
        try directory.requireNoAccessLog()
        let recorded = try await directory.readingLog { log in try RecordedRequest(request.id, in: log) }
        return recorded.subject
    }
}
