import ArgumentParser
import EventLog
import Rapport

/// `rapport subject consent`: what a person allows, or allows no more.
struct SubjectConsentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent",
        abstract: "Record that a person allows a use, or does not any more.",
        discussion: """
            Without --channel it is of every channel, and a withdrawal without --purpose of every purpose. What is \
            allowed is asked by rapport consent.

              rapport subject consent C-1 --grant --purpose marketing --data crm
              rapport subject consent C-1 --withdraw --via letter --data crm
            """)

    @Argument(help: PersonArgument.help)
    var id: PersonArgument

    @OptionGroup var statement: StatementOptions
    @OptionGroup var ids: EveryIDOptions

    @Flag(help: "The person allows it.")
    var grant = false

    @Flag(help: "The person does not allow it any more.")
    var withdraw = false

    @Option(help: ArgumentHelp("What for, as marketing.", valueName: "code"))
    var purpose: String?

    @Option(help: ArgumentHelp("By which channel, as email; without it, any.", valueName: "code"))
    var channel: String?

    @Option(help: ArgumentHelp("What it rests on, as consent or contract.", valueName: "code"))
    var legalBasis: String?

    @Flag(help: "It was given apart from other declarations.")
    var separate = false

    @Option(help: ArgumentHelp("Which version of the text was shown.", valueName: "version"))
    var policyVersion: String?

    @Option(
        name: .customLong("text-sha256"),
        help: ArgumentHelp("SHA-256 of that text, in 64 hexadecimal digits.", valueName: "sha256"))
    var textSHA256: String?

    @Option(help: ArgumentHelp("Opaque id of the evidence, as of a signed form.", valueName: "id"))
    var evidence: String?

    @Option(help: ArgumentHelp("Until when; a day counts to its end, UTC.", valueName: "time"))
    var until: TimeBound?

    @Option(help: ArgumentHelp("How it was withdrawn, as a short code.", valueName: "code"))
    var via: String?

    @Option(help: ArgumentHelp("The event with the consent that is withdrawn.", valueName: "event-id"))
    var grantEvent: EventIDArgument?

    func validate() throws {
        guard grant != withdraw else { throw ValidationError("Give --grant or --withdraw.") }
        if grant {
            guard purpose != nil else { throw ValidationError("--grant needs --purpose.") }
            guard via == nil, grantEvent == nil else {
                throw ValidationError("--via and --grant-event go with --withdraw.")
            }
        } else {
            guard legalBasis == nil, !separate, policyVersion == nil, textSHA256 == nil, evidence == nil, until == nil
            else { throw ValidationError("a withdrawal has --purpose, --channel, --via and --grant-event only.") }
        }
    }

    func run() async throws {
        let use = "\(purpose ?? "every purpose") by \(channel ?? "every channel")"
        if grant {
            var event = ConsentGranted()
            event.subjectID = id.tag.text
            event.purpose = purpose ?? ""
            event.channel = channel ?? ""
            event.legalBasis = legalBasis ?? ""
            event.isSeparate = separate
            event.policyVersion = policyVersion ?? ""
            event.textSha256 = textSHA256 ?? ""
            event.evidenceRef = evidence ?? ""
            event.expiresAtUs = try statement.end(until)
            return try await statement.record(
                event, naming: \.subjectID, about: id.tag, only: ids.only, mustBeKnown: false,
                "\(id.tag): allows \(use)")
        }
        var event = ConsentWithdrawn()
        event.subjectID = id.tag.text
        event.purpose = purpose ?? ""
        event.channel = channel ?? ""
        event.via = via ?? ""
        event.grantEventID = grantEvent?.id.description ?? ""
        try await statement.record(
            event, naming: \.subjectID, about: id.tag, only: ids.only, mustBeKnown: false,
            "\(id.tag): does not allow \(use) any more")
    }
}
