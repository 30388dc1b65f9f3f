import EventLog
@testable import Rapport
import Testing

/// All that is recorded of one person's rights: consents, restrictions, holds, requests, erasures.
@Suite struct PrivacyLedgerTests {
    private static let june = Timestamp.at("2024-06-30T12:00:00Z")

    private static func ledger(
        _ folder: CRMFolder, of person: String = "customer:C-1", at time: Timestamp = june
    ) async throws -> SubjectPrivacy {
        try #require(try await folder.crm.privacy(of: EntityTag(person), at: time, atLeast: folder.head))
    }

    // MARK: Consents, restrictions, holds

    @Test("each purpose and channel is listed with the newest statement that covers it")
    func consents() async throws {
        let said = [
            Said("2024-01-01T10:00:00Z", .granted("marketing", "phone", separate: true)),
            Said("2024-01-02T10:00:00Z", .granted("marketing", "", until: .at("2024-03-01T10:00:00Z"))),
            Said("2024-01-03T10:00:00Z", .granted("profiling", "")),
            Said("2024-01-04T10:00:00Z", .withdrawn("profiling", "")),
            Said("2024-07-04T10:00:00Z", .withdrawn("", "")),
        ]
        let folder = try CRMFolder(try said.events())
        let ledger = try await Self.ledger(folder)
        #expect(ledger.consents.map(\.purpose) == ["marketing", "marketing", "profiling"])
        #expect(ledger.consents.map(\.channel) == [nil, "phone", nil])
        #expect(ledger.consents.map(\.status) == [.expired, .expired, .withdrawn])
        #expect(ledger.consents.map(\.proof.eventID) == [said[1].id, said[1].id, said[3].id])
        #expect(ledger.consents.map(\.via) == [nil, nil, "link"])
        #expect(ledger.consents.map(\.isSeparate) == [false, false, nil])
        let january = try await Self.ledger(folder, at: .at("2024-01-01T12:00:00Z"))
        let first = try #require(january.consents.first)
        #expect(january.consents.count == 1)
        #expect(first.legalBasis == "consent")
        #expect(first.isSeparate == true)
        #expect(first.policyVersion == "v1")
        #expect(first.textSHA256?.count == 64)
        #expect(first.evidence == "F-1")
        #expect(first.since == said[0].at)
        #expect(first.until == nil)
        let july = try await Self.ledger(folder, at: .at("2024-07-30T12:00:00Z"))
        #expect(july.consents.map(\.purpose) == [nil, "marketing", "marketing", "profiling"])
        #expect(july.consents.allSatisfy { $0.status == .withdrawn && $0.proof.eventID == said[4].id })
    }

    @Test("restrictions go by scope and holds by matter; those that are over or lifted are left out")
    func inForce() async throws {
        let said = [
            Said("2024-01-01T10:00:00Z", .restricted("profiling", until: .at("2024-05-01T10:00:00Z"))),
            Said("2024-01-02T10:00:00Z", .restricted("")),
            Said("2024-01-03T10:00:00Z", .restricted("marketing")),
            Said("2024-01-04T10:00:00Z", .lifted("marketing")),
            Said("2024-01-05T10:00:00Z", .held("M-2")),
            Said("2024-01-06T10:00:00Z", .held("M-1", until: .at("2024-06-01T10:00:00Z"))),
            Said("2024-01-07T10:00:00Z", .held("M-3")),
            Said("2024-01-08T10:00:00Z", .released("M-3")),
        ]
        let folder = try CRMFolder(try said.events())
        let april = try await Self.ledger(folder, at: .at("2024-04-01T10:00:00Z"))
        #expect(april.restrictions.map(\.scope) == [nil, "profiling"])
        #expect(april.restrictions.map(\.lawRef) == ["GDPR 18(1)(a)", "GDPR 18(1)(a)"])
        #expect(april.holds.map(\.matter) == ["M-1", "M-2"])
        #expect(april.holds.map(\.proof.eventID) == [said[5].id, said[4].id])
        let june = try await Self.ledger(folder)
        #expect(june.restrictions.map(\.scope) == [nil])
        #expect(june.holds.map(\.matter) == ["M-2"])
    }

    // MARK: Erasure

    @Test("an erasure has its receipt, whether that has tags or none, and comes before or behind it")
    func erasures() async throws {
        for (tags, isFirst) in [([], false), ([], true), (["customer:C-1"], false), (["customer:C-1"], true)]
            as [([String], Bool)]
        {
            let erased = Said("2024-03-01T10:00:00Z", .erased(retained: ["orders", "cases"]))
            let destroyed = try receipt(for: erased.id, at: "2024-03-01T10:00:05Z", about: tags)
            let folder = try CRMFolder()
            let both = [try erased.event(), destroyed]
            try await folder.appendSlowly(isFirst ? both.reversed() : both, batch: 1)
            let erasure = try #require(try await Self.ledger(folder).erasures.first)
            #expect(erasure.reason == "request")
            #expect(erasure.retained.map(\.category) == ["orders", "cases"])
            #expect(erasure.retained.map(\.lawRef) == ["AO 147", "AO 147"])
            #expect(erasure.proof.position == Position(isFirst ? 2 : 1))
            #expect(erasure.keysDestroyed?.proof.eventID == destroyed.id)
            #expect(erasure.keysDestroyed?.proof.position == Position(isFirst ? 1 : 2))
            #expect(erasure.keysDestroyed?.keyCount == 3)
            #expect(erasure.keysDestroyed?.epoch == 2)
            let before = try await Self.ledger(folder, at: erased.at)
            #expect(before.erasures.count == 1)
            #expect(before.erasures.first?.keysDestroyed == nil)
            // As it was known before the second event.
            let past = try folder.crm.state(asOf: Position(1))
            let then = try await past.privacy(of: EntityTag("customer:C-1"), at: Self.june)
            #expect(then?.erasures.count == (isFirst ? nil : 1))
            #expect(then?.erasures.first?.keysDestroyed == nil)
        }
    }

    // MARK: Requests

    @Test(
        "a request is due a month later under the GDPR, and under other laws then or 30 days later, what is shorter",
        arguments: [
            ("2024-03-03T10:00:00Z", "GDPR", "2024-04-03T10:00:00Z"),
            ("2024-01-31T23:59:59.999999Z", "GDPR", "2024-02-29T23:59:59.999999Z"),
            ("2023-01-29T00:00:00Z", "UK GDPR 15", "2023-02-28T00:00:00Z"),
            ("2024-12-31T10:00:00Z", "UK-GDPR", "2025-01-31T10:00:00Z"),
            ("2024-10-31T10:00:00Z", "GDPR 17", "2024-11-30T10:00:00Z"),
            ("2024-03-03T10:00:00Z", "gdpr,15", "2024-04-03T10:00:00Z"),
            ("2024-03-03T10:00:00Z", "Art.15 DSGVO", "2024-04-03T10:00:00Z"),
            ("2024-03-03T10:00:00Z", "DS-GVO 15", "2024-04-03T10:00:00Z"),
            ("2024-03-03T10:00:00Z", "rgpd", "2024-04-03T10:00:00Z"),
            ("2024-03-03T10:00:00Z", "AVG/15", "2024-04-03T10:00:00Z"),
            ("2024-03-03T10:00:00Z", "ukGDPR", "2024-04-02T10:00:00Z"),
            ("2024-01-31T10:00:00Z", "PIPL", "2024-02-29T10:00:00Z"),
            ("2024-03-03T10:00:00Z", "PIPL", "2024-04-02T10:00:00Z"),
            ("2024-03-03T10:00:00Z", "NOTGDPR", "2024-04-02T10:00:00Z"),
            ("2024-03-03T10:00:00Z", "ÄGDPR", "2024-04-02T10:00:00Z"),
            ("2024-03-03T10:00:00Z", "", "2024-04-02T10:00:00Z"),
            ("1969-12-31T10:00:00Z", "GDPR", "1970-01-31T10:00:00Z"),
        ])
    func due(receivedAt: String, law: String, due: String) {
        #expect(RequestClock.due(.at(receivedAt), under: law) == .at(due))
    }

    @Test("no time of receipt is too early or too late for the clock", arguments: ["GDPR", "PIPL"])
    func extremes(law: String) {
        let last = Timestamp.expressible.upperBound
        #expect(RequestClock.due(last, under: law) == last)
        #expect(RequestClock.due(Timestamp(microseconds: .max), under: law) == last)
        let first = RequestClock.due(Timestamp(microseconds: .min), under: law)
        #expect(first.microseconds == .min + 30 * 86_400_000_000)
    }

    @Test("requests are listed by when they are due; open ones and overdue ones go by the time asked about")
    func requests() async throws {
        let asked = [
            Said("2024-03-03T10:00:00Z", .asked(.access, law: "GDPR")),
            Said("lead:L-1", "2024-03-01T10:00:00Z", .asked(.erase, law: "PIPL", due: .at("2024-05-01T10:00:00Z"))),
            Said("customer:C-2", "2024-02-10T10:00:00Z", .asked(.port, law: "PIPL")),
        ]
        let answers = [
            Said("2024-03-20T10:00:00Z", .answered(asked[0].id, "partly")),
            Said("2024-03-25T10:00:00Z", .answered(asked[0].id, "done")),
            // Of a request that nobody knows, and of somebody else's.
            Said("2024-03-26T10:00:00Z", .answered(EventID(), "done")),
            Said("customer:C-1", "2024-03-27T10:00:00Z", .answered(asked[2].id, "done")),
        ]
        let folder = try CRMFolder()
        // Answers come before what they answer.
        try await folder.appendSlowly(try (answers + asked).events(), batch: 2)
        let crm = folder.crm
        let all = try await crm.requests(at: Self.june, atLeast: folder.head)
        #expect(all.rows.map(\.proof.eventID) == [asked[2].id, asked[0].id, asked[1].id])
        #expect(all.rows.map(\.kind) == ["port", "access", "erase"])
        #expect(all.rows.map(\.isDueStated) == [false, false, true])
        #expect(all.rows.map(\.isOverdue) == [true, false, true])
        #expect(all.rows.map(\.outcome) == [nil, "done", nil])
        #expect(all.rows.map(\.answeredAt) == [nil, answers[0].at, nil])
        #expect(all.rows[1].answer?.eventID == answers[1].id)
        let open = try await crm.requests(openOnly: true, at: Self.june)
        #expect(open.rows == [all.rows[0], all.rows[2]])
        let march = try await crm.requests(openOnly: true, at: .at("2024-03-15T10:00:00Z"))
        #expect(march.rows.map(\.proof.eventID) == [asked[2].id, asked[0].id, asked[1].id])
        #expect(march.rows.map(\.isOverdue) == [true, false, false])
        let february = try await crm.requests(at: .at("2024-02-28T10:00:00Z"))
        #expect(february.rows.map(\.proof.eventID) == [asked[2].id])
        // Page by page.
        var rows: [SubjectRequest] = []
        var cursor: ListCursor?
        repeat {
            let page = try await crm.requests(at: Self.june, limit: 1, after: cursor)
            rows += page.rows
            cursor = page.next
        } while cursor != nil
        #expect(rows == all.rows)
        let ledger = try await Self.ledger(folder)
        #expect(ledger.requests == [all.rows[1]])
    }
}
