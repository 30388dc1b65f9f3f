import ArgumentParser
import EventLog
import Rapport

/// `rapport correct`: an event happened otherwise, or not at all.
struct CorrectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correct",
        abstract: "Say that an event happened otherwise, or not at all; or show its corrections.",
        discussion: """
            Every answer is from then on as if the event had been so from the start. The original stays in the log, \
            and questions with --as-of show what was believed before. --amend takes all of the data, as append does; \
            where it names another customer, order or the like, the event is about that one. What is not given stays \
            as it is seen. --restore takes back what was amended, annulled or reverted. Without any of them the \
            corrections of the event are shown.

              rapport correct 1200 --amend '{"orderId":"R-7","customerId":"C-2"}' --data crm
              rapport correct 1201 --annul --reason duplicate --data crm
              rapport correct 1201 --data crm

            Events that decide something, as merges, imports, corrections themselves and what people allow, cannot be \
            corrected: another event takes the decision back.
            """)

    @Argument(help: "The position of the event, as replay and timeline show it.")
    var position: Position

    @OptionGroup var statement: IdentityStatementOptions

    @Option(help: ArgumentHelp("What the event says instead, as a JSON object: all of its data.", valueName: "json"))
    var amend: String?

    @Option(
        help: ArgumentHelp("The same from a file; - is standard input.", valueName: "file"), completion: .file())
    var amendFile: String?

    @Option(
        help: ArgumentHelp(
            "When it happened instead; a day counts from its start, UTC.", valueName: "time"))
    var occurredAt: TimeBound?

    @Option(
        help: ArgumentHelp(
            "What it is about instead: all of its tags (several, if repeated). Without it they follow the data.",
            valueName: "tag"))
    var tag: [Tag] = []

    @Option(
        help: ArgumentHelp(
            "Personal fields instead, from a file: a JSON object with an object for each person, by the person's tag.",
            valueName: "file"), completion: .file())
    var personalFile: String?

    @Flag(help: "The event has not happened.")
    var annul = false

    @Flag(help: "The event is as it was stored, after all.")
    var restore = false

    private var isAmended: Bool {
        amend != nil || amendFile != nil || occurredAt != nil || !tag.isEmpty || personalFile != nil
    }

    func validate() throws {
        guard [isAmended, annul, restore].count(where: { $0 }) <= 1 else {
            throw ValidationError("Give an amendment, --annul or --restore, and no two of them.")
        }
        guard amend == nil || amendFile == nil else {
            throw ValidationError("--amend and --amend-file exclude each other.")
        }
        guard isAmended || annul || restore || (statement.reason.isEmpty && statement.eventID == nil) else {
            throw ValidationError("--reason and --event-id need an amendment, --annul or --restore.")
        }
    }

    func run() async throws {
        guard isAmended || annul || restore else { return try await showCorrections() }
        let receipt = try await statement.withWritableCRM { crm in try await correct(in: crm) }
        try statement.form.print(receipt, csv: receipt.csv) { receipt.text(for: $0) }
    }

    private func correct(in crm: Rapport) async throws -> CorrectionReceipt {
        let (reason, id) = (statement.reason, statement.id)
        let provenance = statement.provenance(of: "correct")
        if annul { return try await crm.annul(position, reason: reason, provenance: provenance, id: id) }
        if restore { return try await crm.restore(position, reason: reason, provenance: provenance, id: id) }
        let head = crm.log.head
        guard position > .zero, let stored = try crm.log.event(at: position) else {
            throw CorrectionRefusal.noSuchPosition(position, head: head)
        }
        guard EventCatalogue.isCorrectable(stored.event.type) else {
            throw CorrectionRefusal.notCorrectable(position, type: stored.event.type)
        }
        let payload = EventPayload(stored: stored.event.type)
        return try await crm.amend(
            position, data: try data(payload), personal: try personalParts(payload), tags: tag.isEmpty ? nil : tag,
            occurredAt: try occurredAt?.start(in: ZonedCalendar(zone: "UTC")), reason: reason, provenance: provenance,
            id: id)
    }

    private func showCorrections() async throws {
        let directory = DataDirectory(statement.data)
        let list = try await directory.withCRM(readOnly: true) { crm in
            CorrectionList(
                position: position, corrections: try crm.corrections(of: position), asOf: crm.log.head)
        }
        try statement.form.print(list, csv: list.csv) { list.text(for: $0) }
    }

    // MARK: What is given

    /// The amended data; nil where none is given.
    private func data(_ payload: EventPayload) throws -> [UInt8]? {
        if let amend { return try data(payload, amend, of: "--amend") }
        guard let amendFile else { return nil }
        let input = try TextInput(amendFile)
        return try data(payload, input.text, of: input.name)
    }

    private func data(_ payload: EventPayload, _ json: String, of name: String) throws -> [UInt8] {
        do {
            return try payload.data(try Self.object(json), base64: nil)
        } catch {
            throw CommandFailure(at: name, error)
        }
    }

    private func personalParts(_ payload: EventPayload) throws -> [Tag: [UInt8]] {
        guard let personalFile else { return [:] }
        let input = try TextInput(personalFile)
        var parts: [Tag: [UInt8]] = [:]
        do {
            for (name, value) in try Self.object(input.text).members {
                let person = try Tag(name)
                let part = try payload.personalPart(value, base64: nil)
                parts[person] = part?.bytes
            }
        } catch {
            throw CommandFailure(at: input.name, error)
        }
        return parts
    }

    private static func object(_ text: String) throws -> JSONValue {
        let value = try JSONValue(Array(text.utf8)[...])
        guard value.isObject else { throw MalformedLine("expected an object, found \(value.text.prefix(40))") }
        return value
    }
}
