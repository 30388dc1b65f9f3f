import ArgumentParser
import EventLog
import Rapport

/// What the commands that say who is who have in common: where, by whom, why, and how the answer looks.
struct IdentityStatementOptions: ParsableArguments {
    /// Longer codes nobody groups by.
    private static let longestReason = 64

    @OptionGroup var data: DataOptions

    @Option(
        name: .customLong("actor"),
        help: ArgumentHelp(
            "Who says so. Without it, RAPPORT_ACTOR in the environment, or user: and the login name.",
            valueName: "id"))
    var name: String?

    @Option(
        help: ArgumentHelp("Why, as a short code: never a name, it stands in clear for ever.", valueName: "code"),
        transform: { try IdentityStatementOptions.shortCode($0) })
    var reason = ""

    @Option(
        name: .customLong("event-id"),
        help: ArgumentHelp(
            "The id of the event. With one of your own the command can be repeated after any failure.",
            valueName: "event-id"))
    var eventID: EventIDArgument?

    @Flag(help: "Answer in JSON.")
    var json = false

    @Flag(help: "Answer in CSV.")
    var csv = false

    func validate() throws {
        _ = try form
        try ReaderOptions.check(name, as: "--actor", nil)
    }

    /// In which form to answer.
    var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    /// Who does it, by which command.
    func provenance(of command: String) -> Provenance {
        Provenance(actor: ReaderOptions.actor(name), source: "rapport \(command)")
    }

    /// The id of the event: a new one where none was given.
    var id: EventID { eventID?.id ?? EventID() }

    /// A text that is a short code.
    ///
    /// - Throws: wrong usage for any other.
    static func shortCode(_ text: String) throws -> String {
        let scalars = text.unicodeScalars
        let isCode =
            (1...longestReason).contains(scalars.count) && text.printable == text
            && !scalars.contains { $0.properties.isWhitespace }
        guard isCode else {
            throw ValidationError(
                "--reason takes a short code: 1 to \(longestReason) characters, without spaces and controls.")
        }
        return text
    }

    /// Lends the CRM that is here, which can be appended to.
    func withWritableCRM<Result>(_ body: (Rapport) async throws -> Result) async throws -> Result {
        let directory = DataDirectory(data)
        try directory.requireNoAccessLog()
        return try await directory.withCRM { crm in
            try directory.requireWritable(crm.log)
            return try await body(crm)
        }
    }
}

/// `email=absorbed`: of which side of a merge the value of a field is taken.
struct FieldChoiceArgument: ExpressibleByArgument, Equatable, Sendable {
    let field: String
    let side: MergeSide

    init?(argument: String) {
        guard let (field, side) = MergeSide.named(behind: argument) else { return nil }
        self.field = field
        self.side = side
    }
}

/// `EVENT-ID=absorbed` or `POSITION=absorbed`: to which side of a merge an event goes when it is undone.
struct UnmergeExceptionArgument: ExpressibleByArgument, Equatable, Sendable {
    /// How an event is named.
    enum Event: Equatable, Sendable {
        case id(EventID)
        case position(Position)
    }

    let event: Event
    let side: MergeSide

    init?(argument: String) {
        guard let (name, side) = MergeSide.named(behind: argument) else { return nil }
        if let position = Position(argument: name) {
            event = .position(position)
        } else if let id = EventID(name) {
            event = .id(id)
        } else {
            return nil
        }
        self.side = side
    }

    /// The id of the event.
    ///
    /// - Throws: ``CommandFailure`` when the log does not reach the position.
    func id(in log: EventLog) throws -> EventID {
        switch event {
        case .id(let id): return id
        case .position(let position):
            guard let id = try log.withEvent(at: position, { $0.id }) else {
                throw CommandFailure(
                    .notFound, "position \(position) is not in the log, which ends at position \(log.head)")
            }
            return id
        }
    }
}

extension MergeSide {
    /// What stands before the last `=`, and the side behind it; nil where either is missing.
    fileprivate static func named(behind text: String) -> (String, MergeSide)? {
        guard let sign = text.lastIndex(of: "="), sign != text.startIndex,
            let side = MergeSide(word: String(text[text.index(after: sign)...]))
        else { return nil }
        return (String(text[..<sign]), side)
    }
}

extension PersonArgument {
    /// The id of a customer: `C-1` of `customer:C-1`.
    ///
    /// - Throws: wrong usage for anybody else.
    var customerID: String {
        get throws {
            guard tag.kind == "customer", !tag.id.isEmpty else {
                throw ValidationError("\(tag): is no customer; expected an id like C-1 or customer:C-1.")
            }
            return String(tag.id)
        }
    }
}
