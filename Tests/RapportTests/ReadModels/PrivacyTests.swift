import EventLog
@testable import Rapport
import Testing

/// The privacy ledger: what may be done with data about a person, and what proves it.
@Suite struct PrivacyTests {
    private static let june = Timestamp.at("2024-06-30T12:00:00Z")

    private static func person(_ text: String = "customer:C-1") throws -> EntityTag { try EntityTag(text) }

    private static func use(
        _ folder: CRMFolder, _ purpose: String = "marketing", _ channel: String = "email", separate: Bool = false,
        of person: String = "customer:C-1", at time: Timestamp = june
    ) async throws -> PermittedUse {
        try await folder.crm.mayUse(
            subject: Self.person(person), for: purpose, on: channel, needsSeparate: separate, at: time,
            atLeast: folder.head)
    }

    // MARK: Consents

    /// What was said, and how a use by e-mail stands in June; the last of what was said decides where a number is
    /// given.
    struct Rule: Sendable, CustomStringConvertible {
        let description: String
        let said: [Said.Content]
        let reason: PermittedUse.Reason
        /// Which of them decides; nil where nothing does.
        let decides: Int?
    }

    private static let rules: [Rule] = [
        Rule(description: "nothing", said: [], reason: .neverGranted, decides: nil),
        Rule(description: "a grant", said: [.granted("marketing", "email")], reason: .granted, decides: 0),
        Rule(
            description: "a grant of another purpose", said: [.granted("profiling", "email")], reason: .neverGranted,
            decides: nil),
        Rule(
            description: "a grant on another channel", said: [.granted("marketing", "phone")], reason: .neverGranted,
            decides: nil),
        Rule(
            description: "a grant on every channel", said: [.granted("marketing", "")], reason: .granted, decides: 0),
        Rule(
            description: "a withdrawal", said: [.granted("marketing", "email"), .withdrawn("marketing", "email")],
            reason: .withdrawn, decides: 1),
        Rule(
            description: "a withdrawal of another channel",
            said: [.granted("marketing", ""), .withdrawn("marketing", "phone")], reason: .granted, decides: 0),
        Rule(
            description: "a withdrawal of every channel",
            said: [.granted("marketing", "email"), .withdrawn("marketing", "")], reason: .withdrawn, decides: 1),
        Rule(
            description: "a withdrawal of every purpose",
            said: [.granted("marketing", "email"), .withdrawn("", "email")], reason: .withdrawn, decides: 1),
        Rule(
            description: "a withdrawal of everything", said: [.granted("marketing", "email"), .withdrawn("", "")],
            reason: .withdrawn, decides: 1),
        Rule(
            description: "granted again", said: [.withdrawn("", ""), .granted("marketing", "")], reason: .granted,
            decides: 1),
        Rule(
            description: "a grant that is over",
            said: [.granted("marketing", "", until: nil), .granted("marketing", "email", until: june)],
            reason: .expired, decides: 1),
        Rule(
            description: "a grant that is over a moment later",
            said: [.granted("marketing", "email", until: june.plus(seconds: 1))], reason: .granted, decides: 0),
        Rule(
            description: "a restriction of all use", said: [.granted("marketing", "email"), .restricted("")],
            reason: .restricted, decides: 1),
        Rule(
            description: "a restriction of this purpose",
            said: [.granted("marketing", "email"), .restricted("marketing")], reason: .restricted, decides: 1),
        Rule(
            description: "a restriction of another purpose",
            said: [.granted("marketing", "email"), .restricted("profiling")], reason: .granted, decides: 0),
        Rule(
            description: "a restriction that is over",
            said: [.granted("marketing", "email"), .restricted("", until: june)], reason: .granted, decides: 0),
        Rule(
            description: "a restriction that was lifted",
            said: [.granted("marketing", "email"), .restricted("marketing"), .restricted(""), .lifted("")],
            reason: .granted, decides: 0),
        Rule(
            description: "a restriction of which a part was lifted",
            said: [.granted("marketing", "email"), .restricted(""), .lifted("marketing")], reason: .restricted,
            decides: 1),
        Rule(
            description: "an erasure", said: [.granted("marketing", "email"), .restricted(""), .erased()],
            reason: .erased, decides: 2),
        Rule(
            description: "a hold", said: [.granted("marketing", "email"), .held("M-1")], reason: .granted, decides: 0),
    ]

    @Test("the newest statement that covers a use decides, behind restriction and erasure", arguments: rules)
    func decision(rule: Rule) async throws {
        let said = rule.said.enumerated().map { number, content in
            Said("customer:C-1", at: .at("2024-01-01T10:00:00Z").plus(days: Int64(number)), content)
        }
        let folder = try CRMFolder(try said.events())
        let use = try await Self.use(folder)
        #expect(use.reason == rule.reason)
        #expect(use.allowed == (rule.reason == .granted))
        #expect(use.proof?.eventID == rule.decides.map { said[$0].id })
        #expect(use.proof?.position == rule.decides.map { Position(UInt64($0) + 1) })
        #expect(use.proof?.occurredAt == rule.decides.map { said[$0].at })
        #expect(use.legalBasis == ([.granted, .expired].contains(rule.reason) ? "consent" : nil))
        // Before the first statement nothing had been said.
        let before = try await Self.use(folder, at: .at("2023-12-31T10:00:00Z"))
        #expect(before.reason == .neverGranted)
        #expect(before.proof == nil)
        let page = try await folder.crm.permitted(
            purpose: "marketing", channel: "email", at: Self.june, atLeast: folder.head)
        #expect(page.rows == (use.allowed ? [use] : []))
    }

    @Test("where consent must be separate, only separate grants count, and every withdrawal")
    func separate() async throws {
        let both: [Said] = [
            Said("2024-01-01T10:00:00Z", .granted("transfer", "", separate: true)),
            Said("2024-01-02T10:00:00Z", .granted("transfer", "")),
        ]
        let folder = try CRMFolder(try both.events())
        #expect(try await Self.use(folder, "transfer").proof?.eventID == both[1].id)
        #expect(try await Self.use(folder, "transfer", separate: true).proof?.eventID == both[0].id)
        try folder.append([try Said("2024-01-03T10:00:00Z", .withdrawn("transfer", "")).event()])
        #expect(try await Self.use(folder, "transfer", separate: true).reason == .withdrawn)
        try folder.append([try Said("2024-01-04T10:00:00Z", .granted("transfer", "")).event()])
        #expect(try await Self.use(folder, "transfer").reason == .granted)
        #expect(try await Self.use(folder, "transfer", separate: true).reason == .withdrawn)
    }

    @Test("of statements of the same moment the one that was recorded later decides")
    func sameMoment() async throws {
        let granted = Said("2024-01-01T10:00:00Z", .granted("marketing", "email"))
        let withdrawn = Said("2024-01-01T10:00:00Z", .withdrawn("marketing", "email"))
        let first = try CRMFolder(try [granted, withdrawn].events())
        #expect(try await Self.use(first).reason == .withdrawn)
        let second = try CRMFolder(try [withdrawn, granted].events())
        #expect(try await Self.use(second).reason == .granted)
    }

    @Test("a tag on an event about somebody else says nothing of that person")
    func otherPersons() async throws {
        var granted = Said("customer:C-2", "2024-01-01T10:00:00Z", .granted("marketing", "email"))
        granted.otherTags = ["customer:C-1", "lead:L-1"]
        let folder = try CRMFolder(try [granted].events())
        #expect(try await Self.use(folder, of: "customer:C-2").allowed)
        for other in ["customer:C-1", "lead:L-1", "order:A-1"] {
            #expect(try await Self.use(folder, of: other).reason == .neverGranted)
            let privacy = try await folder.crm.privacy(of: Self.person(other), at: Self.june)
            #expect(privacy == nil)
        }
    }

    @Test("leads have a ledger as customers have")
    func leads() async throws {
        let said = [
            Said("lead:L-1", "2024-01-01T10:00:00Z", .granted("marketing", "email")),
            Said("lead:L-1", "2024-01-02T10:00:00Z", .held("M-1")),
        ]
        let folder = try CRMFolder(try said.events())
        #expect(try await Self.use(folder, of: "lead:L-1").proof?.eventID == said[0].id)
        let privacy = try #require(try await folder.crm.privacy(of: Self.person("lead:L-1"), at: Self.june))
        #expect(privacy.holds.map(\.matter) == ["M-1"])
    }

    // MARK: The list of persons

    @Test("pages of any length make up the list of those who allow it", arguments: [1, 2, 3, 7, 50])
    func pages(limit: Int) async throws {
        var said: [Said] = []
        for number in 10..<40 {
            let subject = (number % 3 == 0 ? "lead:张-" : "customer:C-") + String(number)
            said.append(Said(subject, "2024-01-01T10:00:00Z", .granted("marketing", number % 2 == 0 ? "" : "email")))
            if number % 4 == 0 { said.append(Said(subject, "2024-02-01T10:00:00Z", .withdrawn("marketing", ""))) }
            if number % 5 == 0 { said.append(Said(subject, "2024-02-01T10:00:00Z", .granted("profiling", ""))) }
        }
        let folder = try CRMFolder(try said.events())
        var rows: [PermittedUse] = []
        var cursor: ListCursor?
        repeat {
            let page = try await folder.crm.permitted(
                purpose: "marketing", channel: "email", at: Self.june, limit: limit, after: cursor,
                atLeast: folder.head)
            #expect(page.rows.count <= limit)
            rows += page.rows
            cursor = try page.next.map { try #require(ListCursor($0.description)) }
        } while cursor != nil
        let expected = try (10..<40).filter { $0 % 4 != 0 }.map { number in
            try EntityTag((number % 3 == 0 ? "lead:张-" : "customer:C-") + String(number))
        }
        #expect(rows.map(\.subject) == expected.sorted())
        for row in rows { #expect(try await Self.use(folder, of: row.subject.text) == row) }
        let byPhone = try await folder.crm.permitted(purpose: "marketing", channel: "phone", at: Self.june)
        let onEveryChannel = (10..<40).filter { $0 % 2 == 0 && $0 % 4 != 0 }
        #expect(byPhone.rows.count == onEveryChannel.count)
        let before = try await folder.crm.permitted(
            purpose: "marketing", channel: "email", at: .at("2024-01-15T10:00:00Z"))
        #expect(before.rows.count == 30)
    }

    @Test("a cursor of another use is refused")
    func foreignCursor() async throws {
        let said = ["customer:C-1", "customer:C-2"].map {
            Said($0, "2024-01-01T10:00:00Z", .granted("marketing", ""))
        }
        let folder = try CRMFolder(try said.events())
        let page = try await folder.crm.permitted(
            purpose: "marketing", channel: "email", at: Self.june, limit: 1, atLeast: folder.head)
        let cursor = try #require(page.next)
        await #expect(throws: ForeignCursor(cursor: cursor)) {
            _ = try await folder.crm.permitted(purpose: "marketing", channel: "phone", at: Self.june, after: cursor)
        }
        await #expect(throws: ForeignCursor(cursor: cursor)) {
            _ = try await folder.crm.requests(at: Self.june, after: cursor)
        }
    }

    // MARK: Then

    @Test("what was known then is answered as it was then")
    func asOf() async throws {
        let said = [
            Said("2024-02-01T10:00:00Z", .granted("marketing", "email")),
            Said("2024-03-01T10:00:00Z", .withdrawn("marketing", "email")),
            // Came late.
            Said("2024-01-01T10:00:00Z", .restricted("", until: .at("2024-02-15T10:00:00Z"))),
        ]
        let folder = try CRMFolder(try said.events())
        let february = Timestamp.at("2024-02-10T10:00:00Z")
        let reasons: [PermittedUse.Reason] = [.granted, .withdrawn, .withdrawn]
        for (number, reason) in reasons.enumerated() {
            let past = try folder.crm.state(asOf: Position(UInt64(number) + 1))
            let june = try await past.mayUse(
                subject: Self.person(), for: "marketing", on: "email", at: Self.june)
            #expect(june.reason == reason)
            let then = try await past.mayUse(
                subject: Self.person(), for: "marketing", on: "email", at: february)
            #expect(then.reason == (number < 2 ? .granted : .restricted))
            let privacy = try #require(try await past.privacy(of: Self.person(), at: february))
            #expect(privacy.restrictions.count == (number < 2 ? 0 : 1))
            #expect(privacy.consents.map(\.status) == [.granted])
            let list = try await past.permitted(purpose: "marketing", channel: "email", at: Self.june)
            #expect(list.rows.count == (number == 0 ? 1 : 0))
        }
    }
}
