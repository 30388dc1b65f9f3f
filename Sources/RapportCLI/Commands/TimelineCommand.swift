import ArgumentParser
import EventLog
import Rapport

/// `rapport timeline`: what happened around a customer.
struct TimelineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Show everything that happened around a customer, the newest first.",
        discussion: """
            Events come in the order in which they happened. One that was recorded more than --late-after hours later \
            is marked. --tag shows the events of an order, a case, a lead or anything else instead.

              rapport timeline C-1 --since 1200 --data crm
              rapport timeline --tag case:S-9 --oldest-first --data crm
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var page: PageOptions

    @Argument(help: "The customer's id: of the tag customer:C-1 the part C-1.")
    var id: String?

    @Option(help: ArgumentHelp("The events with this tag, as case:S-9.", valueName: "tag"))
    var tag: Tag?

    @Option(
        help: ArgumentHelp("Events of this type (of any of them, if repeated).", valueName: "type"),
        completion: .list(EventCatalogue.names.map { String($0.dropFirst(EventCatalogue.package.count)) }))
    var type: [String] = []

    @Option(help: ArgumentHelp("What is new since this position.", valueName: "position"))
    var since: Position?

    @Flag(help: "Begin with the oldest.")
    var oldestFirst = false

    @Option(help: ArgumentHelp("Mark events recorded more than this after they happened.", valueName: "hours"))
    var lateAfter = 24

    @Flag(help: "Show the personal parts, too.")
    var personal = false

    @Flag(help: "Answer in JSON: one object with the events in the form of `export`.")
    var json = false

    @Flag(help: "Answer in CSV: one line for each event, without its data.")
    var csv = false

    func validate() throws {
        guard (id == nil) != (tag == nil) else { throw ValidationError("Give a customer's id, or --tag.") }
        guard (0...1_000_000).contains(lateAfter) else {
            throw ValidationError("--late-after takes 0 to 1,000,000 hours, not \(lateAfter).")
        }
        _ = try AnswerForm(json: json, csv: csv)
    }

    func run() async throws {
        let tag = try self.tag ?? .customer(id ?? "")
        let types = try type.map { try EventCatalogue.type(named: $0)?.eventType ?? EventType($0) }
        let question = TimelineQuestion(
            of: tag, types: types, since: since, oldestFirst: oldestFirst,
            lateAfter: Int64(lateAfter) * 3_600_000_000, limit: page.limit, after: page.after)
        let timeline = try await DataDirectory(data).withCRM(readOnly: true) { try $0.timeline(question) }
        if timeline.total == 0, types.isEmpty, since == nil {
            throw CommandFailure(
                .notFound, "\(tag.text): no event is about it; expected an id that events have as a tag")
        }
        if json {
            try Output.print(timeline.json(personal: personal))
        } else if csv {
            try Output.print(String(timeline.csv.text.dropLast()))
        } else {
            try Output.print(timeline.text(for: .output, personal: personal))
        }
    }
}
