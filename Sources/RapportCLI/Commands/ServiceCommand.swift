import ArgumentParser
import EventLog
import Rapport

/// `rapport service`: how well cases are served.
struct ServiceCommand: DatedQuestion {
    static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "Show how many cases were solved at the first contact, opened again, and wait.",
        discussion: """
            A case is solved at the first contact when it was resolved with at most one response, and was not opened \
            again within 7 days of its first resolution; a resolution that is younger than 7 days counts for neither. \
            --by groups cases by customer, channel, category, severity, owner, queue or an attribute that they were \
            opened with. Contacts and assignments are all that are recorded.

              rapport service --by owner --data crm
              rapport service --from 2017-01-01 --to 2017-06-30 --at 2017-07-31 --data crm
            """)

    @OptionGroup var query: QueryOptions

    @Option(help: ArgumentHelp("Group cases by this dimension.", valueName: "dimension"))
    var by: String?

    @Option(help: ArgumentHelp("Cases opened from this day on.", valueName: "day"))
    var from: CivilDate?

    @Option(help: ArgumentHelp("Cases opened until the end of this day.", valueName: "day"))
    var to: CivilDate?

    @Option(
        help: ArgumentHelp(
            "How they stood then; a day counts to its end. Without it, now, or the time of --as-of.",
            valueName: "time"))
    var at: TimeBound?

    func validate() throws { try requireRange(from: from, to: to) }

    var models: [String] { ["cases"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let quality = try await crm.serviceQuality(
            ServiceQuestion(now: try time(in: crm), dimension: by, from: from, to: to, zone: query.zone))
        if quality.groups.isEmpty, by != nil {
            try KnownNames.require("dimension", by, among: crm.caseDimensions())
        }
        let calendar = try query.calendar
        return Reply(quality, at: quality.position, csv: quality.csv) { quality.text(for: $0, calendar) }
    }
}
