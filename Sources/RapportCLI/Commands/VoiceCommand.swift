import ArgumentParser
import EventLog
import Rapport

/// `rapport voice`: what became of complaints and suggestions, and who waits for an answer.
struct VoiceCommand: DatedQuestion {
    static let configuration = CommandConfiguration(
        commandName: "voice",
        abstract: "Show what became of complaints and suggestions, and whom nobody has told.",
        discussion: """
            How many complaints and suggestions there were, how many of the suggestions were decided, adopted and led \
            to a change, of how many the customer was told, how long each took, and what the suggestions may be worth. \
            --by groups them by kind, theme, severity or riskClass, --period by when they were submitted. --unanswered \
            lists those of which the customer was not told, the one that waits longest at the top.

              rapport voice --by theme --from 2024-01-01 --data crm
              rapport voice --unanswered --kind complaint --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var page: PageOptions

    @Flag(help: "List those of which the customer was not told.")
    var unanswered = false

    @Option(help: "With --unanswered: only these.")
    var kind: VoiceKind?

    @Option(help: "Group them by this dimension.")
    var by: VoiceDimension?

    @Option(help: "Cut the range into periods of this length.")
    var period: Granularity?

    @Option(help: ArgumentHelp("Submitted from this day on.", valueName: "day"))
    var from: CivilDate?

    @Option(help: ArgumentHelp("Submitted until the end of this day.", valueName: "day"))
    var to: CivilDate?

    @Option(
        help: ArgumentHelp(
            "How they stood then; a day counts to its end. Without it, now, or the time of --as-of.",
            valueName: "time"))
    var at: TimeBound?

    func validate() throws {
        let lists = kind != nil || page.limit != usualPageSize || page.after != nil
        if !unanswered, lists { throw ValidationError("--kind, --limit and --after go with --unanswered only.") }
        if unanswered, by != nil || period != nil || from != nil || to != nil {
            throw ValidationError("--unanswered takes no --by, --period, --from or --to.")
        }
        try requireRange(from: from, to: to)
    }

    var models: [String] { ["voice"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let (now, calendar) = (try time(in: crm), try query.calendar)
        if unanswered {
            let list = try await crm.unansweredVoice(now: now, kind: kind, limit: page.limit, after: page.after)
            return Reply(list, at: list.position, csv: list.csv) { list.text(for: $0, calendar) }
        }
        let loop = try await crm.voice(
            VoiceQuestion(now: now, dimension: by, by: period, from: from, to: to, zone: query.zone))
        return Reply(loop, at: loop.position, csv: loop.csv) { loop.text(for: $0, calendar) }
    }
}
