import ArgumentParser
import EventLog
import Rapport

/// `rapport duplicates`: customers and leads that may be the same, and what was decided about them.
struct DuplicatesCommand: DatedQuestion {
    static let configuration = CommandConfiguration(
        commandName: "duplicates",
        abstract: "Show customers and leads that may be the same, and why; or record what they are.",
        discussion: """
            Names are compared whatever their order, spelling and script (张伟 is Zhang Wei), companies without their \
            legal forms, phone numbers and e-mail addresses as rapport lookup does. The score is how likely the \
            evidence makes it, in basis points; what speaks against it is marked with a minus. Pairs that were said to \
            be different, or put off, are left out; --reviewed shows them. It is noted that the persons of the answer \
            were looked at; persons whose data must not be used are not compared.

            With --review it records a decision and merges nobody: rapport merge does.

              rapport duplicates --min-score 9000 --data crm
              rapport duplicates --of C-1 --json --data crm
              rapport duplicates --review C-1 C-2 --decision different --data crm
              rapport duplicates --review C-1 lead:L-7 --decision snoozed --until 2026-12-31
            """)

    @OptionGroup var query: QueryOptions

    @Option(help: ArgumentHelp("Leave out pairs that are less likely, in basis points.", valueName: "score"))
    var minScore = DuplicateQuestion.usualMinimum

    @Option(help: ArgumentHelp("Only those of this customer or lead.", valueName: "id"))
    var of: PersonArgument?

    @Option(help: ArgumentHelp("How many pairs to show.", valueName: "pairs"))
    var limit = usualPageSize

    @Flag(help: "Show pairs that were said to be different or put off, too.")
    var reviewed = false

    @Option(
        help: ArgumentHelp(
            "Which time decides what is put off still; a day counts to its end. Without it, now, or that of --as-of.",
            valueName: "time"))
    var at: TimeBound?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Record what these two are.", valueName: "id"))
    var review: [PersonArgument] = []

    @Option(help: "With --review: what they are, or suspected, or snoozed to be asked about again later.")
    var decision: DuplicateReview.Decision?

    @Option(help: ArgumentHelp("With snoozed: until when; a day counts to its end, UTC.", valueName: "time"))
    var until: TimeBound?

    @Option(help: ArgumentHelp("With --review: why, as a short code.", valueName: "code"))
    var reason: String?

    /// More pairs nobody looks through.
    private static let mostPairs = 1_000_000

    func validate() throws {
        guard (0...10_000).contains(minScore) else {
            throw ValidationError("--min-score takes 0 to 10,000 basis points, not \(minScore).")
        }
        guard (1...Self.mostPairs).contains(limit) else {
            throw ValidationError("--limit takes 1 to \(NumberFormat.integer(Self.mostPairs)) pairs, not \(limit).")
        }
        if review.isEmpty {
            guard decision == nil, until == nil, reason == nil else {
                throw ValidationError("--decision, --until and --reason need --review.")
            }
            return
        }
        guard review.count == 2 else { throw ValidationError("--review takes two ids, not \(review.count).") }
        guard let decision else { throw ValidationError("--review needs --decision.") }
        guard (decision == .snoozed) == (until != nil) else {
            throw ValidationError("--decision snoozed and --until go together.")
        }
        guard of == nil, !reviewed, at == nil, query.asOf == nil, minScore == DuplicateQuestion.usualMinimum,
            limit == usualPageSize
        else { throw ValidationError("--review goes with --decision, --until and --reason, not with a question.") }
    }

    /// The log alone has what is compared.
    var models: [String] { [] }

    func run() async throws {
        if review.isEmpty { return try await runDated() }
        try await record()
    }

    func answer(of crm: any CRMState) async throws -> Reply {
        guard review.isEmpty else { throw ValidationError("'duplicates --review' asks no question.") }
        let question = DuplicateQuestion(
            minimumScore: minScore, of: of?.tag, limit: limit, includeReviewed: reviewed, at: try time(in: crm))
        let found = try crm.duplicates(question)
        return Reply(found, at: found.position, csv: found.csv) { found.text(for: $0) }
    }

    private func record() async throws {
        guard let first = review.first?.tag, let second = review.last?.tag, let decision else {
            throw ValidationError("--review takes two ids and --decision.")
        }
        let form = try query.form
        let end = try until.map { Timestamp(microseconds: try $0.endMicroseconds) }
        if let end, end <= .now() {
            throw CommandFailure(.badInput, "--until \(end): is over already; expected a time that is to come")
        }
        let directory = DataDirectory(query.data)
        try directory.requireNoAccessLog()
        let provenance = Provenance(
            actor: query.reader.actor, source: "rapport duplicates", purpose: query.reader.purpose)
        let receipt = try await directory.withCRM { crm in
            try directory.requireWritable(crm.log)
            return try await crm.review(
                first, second, decision, until: end, reason: reason ?? "", provenance: provenance)
        }
        try form.print(receipt, csv: receipt.csv) { receipt.text(for: $0) }
    }
}
