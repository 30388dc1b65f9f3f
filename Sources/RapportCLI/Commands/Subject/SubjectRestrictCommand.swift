import ArgumentParser
import EventLog
import Rapport

/// `rapport subject restrict`: data about a person is kept and not used.
struct SubjectRestrictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restrict",
        abstract: "Stop using data about a person, or allow it again.",
        discussion: """
            While it is restricted, personal values of the person are withheld from every question; what is counted \
            stays. The person can still be given a copy. With --scope only that use is restricted, which rapport \
            consent tells of; values are shown as before.

              rapport subject restrict C-1 --law "GDPR 18(1)(a)" --data crm
              rapport subject restrict C-1 --scope marketing --data crm
              rapport subject restrict C-1 --off --data crm
            """)

    @Argument(help: PersonArgument.help)
    var id: PersonArgument

    @OptionGroup var statement: StatementOptions
    @OptionGroup var ids: EveryIDOptions

    @Flag(help: "The restriction is over.")
    var off = false

    @Option(help: ArgumentHelp("The law that says so, as 'GDPR 18(1)(a)'.", valueName: "ref"))
    var law: String?

    @Option(help: ArgumentHelp("What is restricted, as a short code; without it, all use.", valueName: "code"))
    var scope: String?

    @Option(help: ArgumentHelp("Until when; a day counts to its end, UTC. Without it, until --off.", valueName: "time"))
    var until: TimeBound?

    func validate() throws {
        guard !off || until == nil else { throw ValidationError("--off and --until exclude each other.") }
    }

    func run() async throws {
        var event = ProcessingRestricted()
        event.subjectID = id.tag.text
        event.isOn = !off
        event.scope = scope ?? ""
        event.lawRef = law ?? ""
        event.untilUs = try statement.end(until)
        let use = event.scope.isEmpty ? "" : " for \(event.scope)"
        try await statement.record(
            event, naming: \.subjectID, about: id.tag, only: ids.only, mustBeKnown: true,
            "\(id.tag): \(off ? "may be used again" : "is restricted")\(use)")
    }
}
