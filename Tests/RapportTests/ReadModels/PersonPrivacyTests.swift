import EventLog
import Projection
@testable import Rapport
import SwiftProtobuf
import Testing

/// What counts of a person who has several ids, and how codes and times are compared.
@Suite struct PersonPrivacyTests {
    private static let june = Timestamp.at("2024-06-30T12:00:00Z")

    private static func use(
        _ folder: CRMFolder, _ purpose: String = "marketing", _ channel: String = "email", of person: String,
        at time: Timestamp = june
    ) async throws -> PermittedUse {
        try await folder.crm.mayUse(
            subject: EntityTag(person), for: purpose, on: channel, at: time, atLeast: folder.head)
    }

    private static func conversion(_ lead: String, to customer: String, isTagged: Bool = true) throws -> NewEvent {
        try ErasureStory.converted(lead, to: customer, isTagged: isTagged, at: .at("2024-01-05T10:00:00Z"))
    }

    // MARK: Several ids

    struct Answer: Sendable, CustomStringConvertible {
        let description: String
        let ofLead: [Said.Content]
        let ofCustomer: [Said.Content]
        let reason: PermittedUse.Reason
    }

    private static let answers: [Answer] = [
        Answer(description: "nothing", ofLead: [], ofCustomer: [], reason: .neverGranted),
        Answer(
            description: "granted as a lead", ofLead: [.granted("marketing", "email")], ofCustomer: [],
            reason: .granted),
        Answer(
            description: "granted as a customer, something else as a lead", ofLead: [.granted("profiling", "")],
            ofCustomer: [.granted("marketing", "")], reason: .granted),
        Answer(
            description: "withdrawn as a lead", ofLead: [.withdrawn("", "")],
            ofCustomer: [.granted("marketing", "email")], reason: .withdrawn),
        Answer(
            description: "over as a customer", ofLead: [.granted("marketing", "email")],
            ofCustomer: [.granted("marketing", "", until: june)], reason: .expired),
        Answer(
            description: "restricted as a customer, withdrawn as a lead", ofLead: [.withdrawn("marketing", "")],
            ofCustomer: [.restricted("")], reason: .restricted),
        Answer(
            description: "erased as a lead", ofLead: [.erased()],
            ofCustomer: [.granted("marketing", "email"), .restricted("")], reason: .erased),
    ]

    @Test("of a person with several ids the strictest answer counts, whichever is asked about", arguments: answers)
    func strictest(answer: Answer) async throws {
        for isTagged in [true, false] {
            let said =
                answer.ofLead.map { Said("lead:L-1", "2024-01-02T10:00:00Z", $0) }
                + answer.ofCustomer.map { Said("customer:C-1", "2024-01-03T10:00:00Z", $0) }
            let converted = try Self.conversion("L-1", to: "C-1", isTagged: isTagged)
            let other = try Self.conversion("L-2", to: "C-1", isTagged: isTagged)
            let folder = try CRMFolder([converted, other] + (try said.events()))
            for id in ["customer:C-1", "lead:L-1", "lead:L-2"] {
                let use = try await Self.use(folder, of: id)
                #expect(use.reason == answer.reason, "\(id)")
                #expect(use.subject.text == id)
                let past = try folder.crm.state(asOf: folder.head)
                let then = try await past.mayUse(
                    subject: EntityTag(id), for: "marketing", on: "email", at: Self.june)
                #expect(then == use)
            }
            #expect(try await Self.use(folder, of: "customer:C-2").reason == .neverGranted)
        }
    }

    @Test("before a lead was converted it was a person of its own; which events decide is found all the same")
    func conversionCounts() async throws {
        let said = [
            Said("customer:C-1", "2024-01-02T10:00:00Z", .granted("marketing", "email")),
            Said("lead:L-1", "2024-01-03T10:00:00Z", .withdrawn("", "")),
        ]
        let folder = try CRMFolder(try said.events() + [try Self.conversion("L-1", to: "C-1")])
        let before = try folder.crm.state(asOf: Position(2))
        let then = try await before.mayUse(
            subject: .customer("C-1"), for: "marketing", on: "email", at: Self.june)
        #expect(then.allowed)
        #expect(try before.personIDs(of: .customer("C-1")).all.map(\.text) == ["customer:C-1"])
        let now = try await Self.use(folder, of: "customer:C-1")
        #expect(now.reason == .withdrawn && now.proof?.eventID == said[1].id)
        #expect(try folder.crm.personIDs(of: .customer("C-1")).all.map(\.text) == ["customer:C-1", "lead:L-1"])
        // Each id by itself.
        let list = try await folder.crm.permitted(purpose: "marketing", channel: "email", at: Self.june)
        #expect(list.rows.map(\.subject.text) == ["customer:C-1"])
        let lineage = try await folder.crm.explain { state in
            let use = try await state.mayUse(
                subject: .customer("C-1"), for: "marketing", on: "email", at: Self.june)
            return use.reason.rawValue
        }
        #expect(lineage?.value == "withdrawn")
        #expect(lineage?.positions.contains(Position(2)) == true, "\(String(describing: lineage?.positions))")
    }

    // MARK: Codes

    @Test("purposes, channels and scopes are the same in capital letters; they are shown as they were given")
    func capitals() async throws {
        let said = [
            Said("2024-01-01T10:00:00Z", .granted("Marketing", "E-Mail")),
            Said("2024-01-02T10:00:00Z", .granted("marketing", "SMS")),
        ]
        let folder = try CRMFolder(try said.events())
        for (purpose, channel) in [("marketing", "e-mail"), ("MARKETING", "E-MAIL"), ("Marketing", "sms")] {
            let use = try await Self.use(folder, purpose, channel, of: "customer:C-1")
            #expect(use.allowed && use.purpose == purpose && use.channel == channel)
            let list = try await folder.crm.permitted(purpose: purpose, channel: channel, at: Self.june)
            #expect(list.rows == [use])
        }
        try folder.append([try Said("2024-01-03T10:00:00Z", .withdrawn("MARKETING", "e-mail")).event()])
        #expect(try await Self.use(folder, "Marketing", "E-Mail", of: "customer:C-1").reason == .withdrawn)
        let privacy = try #require(
            try await folder.crm.privacy(of: .customer("C-1"), at: Self.june, atLeast: folder.head))
        #expect(privacy.consents.map(\.purpose) == ["Marketing", "marketing"])
        #expect(privacy.consents.map(\.channel) == ["E-Mail", "SMS"])
        #expect(privacy.consents.map(\.status) == [.withdrawn, .granted])
        // Letters beyond A to Z are others.
        #expect(try await Self.use(folder, "ＭＡＲＫＥＴＩＮＧ", "sms", of: "customer:C-1").reason == .neverGranted)
    }

    @Test("the scope of a restriction is a purpose or a channel")
    func scopes() async throws {
        let granted = Said("2024-01-01T10:00:00Z", .granted("marketing", ""))
        for (scope, channel, reason) in [
            ("MARKETING", "sms", PermittedUse.Reason.restricted), ("Email", "email", .restricted),
            ("email", "sms", .granted), ("email", "", .granted), ("profiling", "email", .granted),
        ] as [(String, String, PermittedUse.Reason)] {
            let folder = try CRMFolder(try [granted, Said("2024-01-02T10:00:00Z", .restricted(scope))].events())
            let use = try await Self.use(folder, "marketing", channel, of: "customer:C-1")
            #expect(use.reason == reason, "\(scope), \(channel)")
            try folder.append([try Said("2024-01-03T10:00:00Z", .lifted(scope.lowercased())).event()])
            #expect(try await Self.use(folder, "marketing", channel, of: "customer:C-1").allowed)
        }
    }

    // MARK: Times

    @Test(
        "an end before 1970, or one that no date has, is none; the catalogue refuses it",
        arguments: [Int64(-1), .min, .max])
    func oddEnds(end: Int64) async throws {
        let odd = Timestamp(microseconds: end)
        #expect(SubjectLedger.time(end) == nil)
        let said = [
            Said("customer:C-1", "2024-01-01T10:00:00Z", .granted("marketing", "", until: odd)),
            Said("customer:C-2", "2024-01-01T10:00:00Z", .restricted("", until: odd)),
            Said("customer:C-3", "2024-01-01T10:00:00Z", .held("M-1", until: odd)),
            Said("customer:C-4", "2024-01-01T10:00:00Z", .asked(.access, law: "GDPR", due: odd)),
        ]
        for statement in said { #expect(throws: UnfitEvent.self) { try statement.event() } }
        // Appended by a program that does not ask the catalogue.
        let folder = try CRMFolder(try said.map { try Self.unchecked($0, end) })
        let granted = try await Self.use(folder, of: "customer:C-1")
        #expect(granted.allowed && granted.until == nil)
        #expect(try await Self.use(folder, of: "customer:C-2").reason == .restricted)
        let held = try await folder.crm.privacy(of: .customer("C-3"), at: Self.june)
        #expect(held?.holds.map(\.matter) == ["M-1"])
        let asked = try await folder.crm.requests(at: Self.june)
        #expect(asked.rows.map(\.due) == [.at("2024-02-01T10:00:00Z")])
        #expect(asked.rows.map(\.isDueStated) == [false])
    }

    /// The event without the end, and the end put into its bytes.
    private static func unchecked(_ said: Said, _ end: Int64) throws -> NewEvent {
        switch said.content {
        case .granted(let purpose, let channel, _, _):
            var event = try Said(said.subject, at: said.at, .granted(purpose, channel)).event()
            var message = try ConsentGranted(serializedBytes: event.data)
            message.expiresAtUs = end
            event.data = try message.serializedBytes()
            return event
        case .restricted(let scope, _):
            var event = try Said(said.subject, at: said.at, .restricted(scope)).event()
            var message = try ProcessingRestricted(serializedBytes: event.data)
            message.untilUs = end
            event.data = try message.serializedBytes()
            return event
        case .held(let matter, _):
            var event = try Said(said.subject, at: said.at, .held(matter)).event()
            var message = try LegalHoldPlaced(serializedBytes: event.data)
            message.untilUs = end
            event.data = try message.serializedBytes()
            return event
        case .asked(let kind, let law, _):
            var event = try Said(said.subject, at: said.at, .asked(kind, law: law)).event()
            var message = try SubjectRequestReceived(serializedBytes: event.data)
            message.dueAtUs = end
            event.data = try message.serializedBytes()
            return event
        default: return try said.event()
        }
    }

    // MARK: Requests

    @Test(
        "open requests of any time are those that had come and were not answered, page by page", arguments: [1, 2, 7])
    func openThen(limit: Int) async throws {
        var said: [Said] = []
        var open: [(due: Timestamp, id: EventID)] = []
        let asked = Timestamp.at("2024-03-15T10:00:00Z")
        for number in 0..<20 {
            let at = Timestamp.at("2024-01-01T10:00:00Z").plus(days: Int64(number * 7))
            let due = at.plus(days: Int64((number * 11) % 40 + 1))
            let request = Said("customer:C-\(number % 3)", at: at, .asked(.access, law: "GDPR", due: due))
            said.append(request)
            let answeredAt = number % 2 == 0 ? at.plus(days: 30) : nil
            if let answeredAt { said.append(Said(request.subject, at: answeredAt, .answered(request.id, "done"))) }
            if at <= asked, answeredAt.map({ $0 > asked }) ?? true { open.append((due, request.id)) }
        }
        let folder = try CRMFolder()
        try await folder.appendSlowly(try Array(said.reversed()).events(), batch: 5)
        var found: [EventID] = []
        var cursor: ListCursor?
        repeat {
            let page = try await folder.crm.requests(
                openOnly: true, at: asked, limit: limit, after: cursor, atLeast: folder.head)
            #expect(page.rows.count <= limit)
            found += page.rows.map(\.proof.eventID)
            cursor = page.next
        } while cursor != nil
        #expect(found == open.sorted { $0.due < $1.due }.map(\.id))
        #expect(open.count < 11 && open.count > 4)
    }
}
