import ArgumentParser
import EventLog
import LMDB
import Rapport

/// `rapport subject hold`: data about a person is evidence.
struct SubjectHoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Keep data about a person as evidence, or release it.",
        discussion: """
            Nobody who is under a legal hold can be erased, whoever asks. A person may be under several, each of a \
            matter of its own. A matter that is not held is not released (exit code 2). A hold begins when it is \
            placed, or before: --occurred-at takes no time that is still to come.

              rapport subject hold C-1 --matter M-2026-7 --data crm
              rapport subject hold C-1 --matter M-2026-7 --release --data crm
            """)

    @Argument(help: PersonArgument.help)
    var id: PersonArgument

    @OptionGroup var statement: StatementOptions
    @OptionGroup var ids: EveryIDOptions

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
        try statement.requireHappened()
        if release {
            var event = LegalHoldReleased()
            event.subjectID = id.tag.text
            event.matter = matter
            return try await statement.record(
                event, naming: \.subjectID, about: id.tag, only: ids.only, mustBeKnown: true,
                "\(id.tag): the hold of matter \(matter) is released", check: { try requireHold($0, on: $1) })
        }
        var event = LegalHoldPlaced()
        event.subjectID = id.tag.text
        event.matter = matter
        event.untilUs = try statement.end(until)
        try await statement.record(
            event, naming: \.subjectID, about: id.tag, only: ids.only, mustBeKnown: true,
            "\(id.tag): is held for matter \(matter)")
    }

    /// - Throws: ``CommandFailure`` when there is nothing to release.
    private func requireHold(_ privacy: PrivacyState, on ids: [Tag]) throws {
        var matters: [String] = []
        for hold in ids.flatMap({ privacy.holds(on: $0.text, at: .now()) })
        where !matters.contains(where: { $0.sameBytes(as: hold.matter) }) {
            matters.append(hold.matter)
        }
        guard !matters.contains(where: { $0.sameBytes(as: matter) }) else { return }
        let expected = matters.isEmpty ? "no matter is" : "expected \(matters.joined(separator: " or "))"
        throw CommandFailure(.notFound, "\(id.tag): is not held for matter \(matter); \(expected)")
    }
}
