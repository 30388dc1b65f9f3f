import ArgumentParser
import EventLog
import Rapport

/// `rapport consent`: what may be done with data about a person, and what proves it.
struct ConsentCommand: DatedQuestion {
    static let configuration = CommandConfiguration(
        commandName: "consent",
        abstract: "Show what a person allows, and which event proves it.",
        discussion: """
            With --purpose and --channel it answers whether data about one person may be used for that, or without an \
            id lists all persons of whom it may. Without them it shows all that a person has allowed, asked for and \
            is owed. The newest grant or withdrawal that covers a use decides; an erasure and a restriction go before. \
            Of a person with several ids, as a lead that became a customer, the strictest of their answers counts; the \
            list looks at each id by itself. The exit code does not tell: "allowed" in --json does.

              rapport consent C-1 --data crm
              rapport consent C-1 --purpose marketing --channel email --data crm
              rapport consent --purpose marketing --channel email --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var page: PageOptions

    @Argument(help: "The person: lead:L-1, customer:C-1, or C-1 for that.")
    var id: String?

    @Option(help: ArgumentHelp("What for, as marketing.", valueName: "code"))
    var purpose: String?

    @Option(
        help: ArgumentHelp("By which channel, as email; empty is any that nobody has named.", valueName: "code"))
    var channel: String?

    @Flag(help: "Count only consent that was given apart from other declarations.")
    var separate = false

    @Option(
        help: ArgumentHelp(
            "Whether it is allowed then; a day counts to its end. Without it, now, or the time of --as-of.",
            valueName: "time"))
    var at: TimeBound?

    func validate() throws {
        guard (purpose == nil) == (channel == nil) else {
            throw ValidationError("--purpose and --channel go together.")
        }
        if purpose == nil {
            guard id != nil else { throw ValidationError("Give a person's id, or --purpose and --channel.") }
            guard !separate else { throw ValidationError("--separate needs --purpose and --channel.") }
        }
        guard id == nil || (page.limit == usualPageSize && page.after == nil) else {
            throw ValidationError("--limit and --after go with the list of persons, without an id.")
        }
        if let id { _ = try Self.person(id) }
    }

    /// The person that an id names: with the kind as it is, else a customer.
    static func person(_ id: String) throws -> Tag {
        let parts = id.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let isWhole = parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
        do {
            return try isWhole ? Tag(id) : Tag.customer(id)
        } catch {
            throw ValidationError("\(error).")
        }
    }

    var models: [String] { ["privacy"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let calendar = try query.calendar
        let time = try time(in: crm)
        guard let purpose, let channel else { return try await everything(of: crm, at: time) }
        if let id {
            let use = try await crm.mayUse(
                subject: Self.person(id), for: purpose, on: channel, needsSeparate: separate, at: time)
            return Reply(use, at: use.position, csv: [use].csv) { use.text(for: $0, calendar) }
        }
        let list = try await crm.permitted(
            purpose: purpose, channel: channel, needsSeparate: separate, at: time, limit: page.limit, after: page.after)
        return Reply(list, at: list.position, csv: list.rows.csv) { list.text(for: $0, calendar) }
    }

    private func everything(of crm: any CRMState, at time: Timestamp) async throws -> Reply {
        let person = try Self.person(id ?? "")
        var known: [SubjectPrivacy] = []
        for id in try crm.personIDs(of: person).all {
            guard let privacy = try await crm.privacy(of: id, at: time) else { continue }
            // Ids that were merged share what was said.
            if !known.contains(where: { $0.subject == privacy.subject }) { known.append(privacy) }
        }
        guard let first = known.first else {
            throw CommandFailure(
                .notFound,
                "\(person): no consent, restriction, request, hold or erasure is recorded; expected an id of which "
                    + "there is one")
        }
        let calendar = try query.calendar
        let all = known
        let answer = PersonPrivacy(first: first, others: Array(all.dropFirst()))
        return Reply(answer, at: first.position, csv: all.csv) { terminal in
            all.map { $0.text(for: terminal, calendar) }.joined(separator: "\n\n")
        }
    }
}
