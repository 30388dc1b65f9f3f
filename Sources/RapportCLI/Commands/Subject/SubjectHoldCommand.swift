import ArgumentParser
import EventLog
import Rapport

/// `rapport subject hold`: data about a person is evidence.
struct SubjectHoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Keep data about a person as evidence, or release it.",
        discussion: """
            Nobody who is under a legal hold can be erased, whoever asks. A person may be under several, each of a \
            matter of its own.

              rapport subject hold C-1 --matter M-2026-7 --data crm
              rapport subject hold C-1 --matter M-2026-7 --release --data crm
            """)

    @Argument(help: PersonArgument.help)
    var id: PersonArgument

    @OptionGroup var statement: StatementOptions

    @Option(help: ArgumentHelp("The matter, as an opaque id.", valueName: "code"))
    var matter: String

    @Option(
        help: ArgumentHelp("Until when; a day counts to its end, UTC. Without it, until --release.", valueName: "time"))
    var until: TimeBound?

    @Flag(help: "The hold is over.")
    var release = false

    func validate() throws {
        guard !matter.isEmpty else { throw ValidationError("--matter takes a code, not nothing.") }
        guard !release || until == nil else { throw ValidationError("--release and --until exclude each other.") }
    }

    func run() async throws {
        if release {
            var event = LegalHoldReleased()
            event.subjectID = id.tag.text
            event.matter = matter
            return try await statement.record(
                event, about: id.tag, mustBeKnown: true, "\(id.tag): the hold of matter \(matter) is released")
        }
        var event = LegalHoldPlaced()
        event.subjectID = id.tag.text
        event.matter = matter
        event.untilUs = try until?.endMicroseconds ?? 0
        try await statement.record(
            event, about: id.tag, mustBeKnown: true, "\(id.tag): is held for matter \(matter)")
    }
}
