import ArgumentParser
import EventLog
import Rapport

/// `rapport timeline`: what happened around a customer.
struct TimelineCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Show everything that happened around a customer, the newest first.",
        discussion: """
            Events come in the order in which they happened. One that was recorded more than --late-after hours later \
            is marked, and so is one that was corrected or annulled since. A customer with several ids has the events \
            of all of them. --tag shows the events of an order, a case, a lead or anything else instead. --json has \
            the events in the form of export; --csv has one line for each, without its data. Of a person who is erased \
            it shows that something happened.

              rapport timeline C-1 --since 1200 --data crm
              rapport timeline --tag case:S-9 --oldest-first --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var validTime: ValidTimeOptions
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

    func validate() throws {
        guard (id == nil) != (tag == nil) else { throw ValidationError("Give a customer's id, or --tag.") }
        guard (0...1_000_000).contains(lateAfter) else {
            throw ValidationError("--late-after takes 0 to 1,000,000 hours, not \(lateAfter).")
        }
    }

    var happenedBy: TimeBound? { validTime.at }
    /// The log alone answers.
    var models: [String] { [] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let tag = try self.tag ?? .customer(id ?? "")
        let types = try type.map { try EventCatalogue.type(named: $0)?.eventType ?? EventType($0) }
        let question = TimelineQuestion(
            of: tag, types: types, since: since, oldestFirst: oldestFirst,
            lateAfter: Int64(lateAfter) * 3_600_000_000, limit: page.limit, after: page.after)
        let timeline = try crm.timeline(question)
        if timeline.total == 0, types.isEmpty, since == nil {
            throw CommandFailure(
                .notFound, "\(tag.text): no event is about it; expected an id that events have as a tag")
        }
        let stored = timeline.entries.map { OpenedEvent(stored: $0.recorded) }
        let shown = try personal ? timeline.opened(by: crm.reader) : stored
        // The events stand in it as they were appended, member by member.
        return Reply(
            at: timeline.position,
            json: { try JSONTree(parsing: Array(timeline.json(shown, personal: personal).utf8)) },
            stampedJSON: { timeline.json(shown, personal: personal, answered: try Output.jsonText(of: $0)) },
            csv: { timeline.csv }, text: { timeline.text(for: $0, shown, personal: personal) })
    }
}
