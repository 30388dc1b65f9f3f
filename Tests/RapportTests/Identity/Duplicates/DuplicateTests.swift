import EventLog
@testable import Rapport
import Testing
import TestSupport

/// Which customers and leads may be the same.
@Suite struct DuplicateTests {
    static let noon = Timestamp.at("2025-03-01T12:00:00Z")

    static func person(_ id: String, _ name: String, _ identifiers: (IdentifierType, String)...) throws -> NewEvent {
        let customer = try EntityTag.customer(id)
        return try NewEvent(
            CustomerRegistered.with {
                $0.customerID = id
                $0.kind = .person
            },
            about: [customer],
            personal: .with { part in
                part.displayName = name
                part.identifiers = identifiers.map { IdentifierSearchTests.identifier($0.0, $0.1) }
            },
            of: customer, occurredAt: noon)
    }

    static func organisation(_ id: String, _ name: String) throws -> NewEvent {
        try NewEvent(
            CustomerRegistered.with {
                $0.customerID = id
                $0.kind = .organisation
                $0.organisationName = name
            },
            about: [try .customer(id)], occurredAt: noon)
    }

    static func lead(_ id: String, _ name: String, _ identifiers: (IdentifierType, String)...) throws -> NewEvent {
        let lead = try EntityTag.lead(id)
        return try NewEvent(
            LeadCaptured.with { $0.leadID = id }, about: [lead],
            personal: .with { part in
                part.displayName = name
                part.identifiers = identifiers.map { IdentifierSearchTests.identifier($0.0, $0.1) }
            },
            of: lead, occurredAt: noon)
    }

    static func merged(_ survivor: String, _ absorbed: String) throws -> NewEvent {
        try NewEvent(
            CustomersMerged.with {
                $0.survivorID = survivor
                $0.absorbedID = absorbed
            },
            about: [try .customer(survivor), try .customer(absorbed)])
    }

    /// The ids of the pairs that are found, as `C-1 C-2`.
    static func pairs(
        in folder: CRMFolder, _ question: DuplicateQuestion = DuplicateQuestion()
    ) throws -> [String] {
        let found = try folder.crm.duplicates(question)
        #expect(found.position == folder.head)
        #expect(found.total == found.pairs.count)
        return found.pairs.map { "\($0.first.id) \($0.second.id)" }
    }

    @Test func theSameMailboxAndNameInAnyFormAreTheSamePerson() throws {
        let folder = try CRMFolder([
            try Self.person("C-1", "张伟", (.email, "wei@example.com")),
            try Self.person("C-2", "Wei Zhang", (.email, "WEI@example.com")),
            try Self.person("C-3", "Anna Müller", (.phone, "+49 30 123456")),
            try Self.person("C-4", "Mueller, Anna", (.phone, "0049 30 123456")),
            try Self.person("C-5", "Karl Olsen", (.email, "karl@example.com")),
        ])
        let found = try folder.crm.duplicates()
        #expect(Set(found.pairs.map { "\($0.first.id) \($0.second.id)" }) == ["C-1 C-2", "C-3 C-4"])
        #expect(found.records == 5)
        let pair = try #require(found.pairs.first { $0.first.id == "C-1" })
        #expect(pair.firstName == "张伟")
        #expect(pair.secondName == "Wei Zhang")
        #expect(Set(pair.reasons.map(\.word)) == ["email", "name-script"])
        #expect(pair.scoreBp > 9_900)
        #expect(pair.review == nil)
    }

    @Test func companiesAreTheSameWithoutTheirLegalForm() throws {
        let folder = try CRMFolder([
            try Self.organisation("C-1", "上海晨光包装有限公司"), try Self.organisation("C-2", "上海晨光包装股份有限公司"),
            try Self.organisation("C-3", "Alder Foods Ltd"), try Self.organisation("C-4", "Alder Foods plc"),
            try Self.organisation("C-5", "Copper Foods Ltd"),
        ])
        #expect(try Self.pairs(in: folder) == ["C-1 C-2", "C-3 C-4"])
    }

    @Test func leadsAreComparedUntilTheyAreConverted() async throws {
        let folder = try CRMFolder([
            try Self.person("C-1", "Anna Smith", (.email, "anna@example.com")),
            try Self.lead("L-1", "Anna Smith", (.email, "anna@example.com")),
        ])
        #expect(try Self.pairs(in: folder) == ["C-1 L-1"])
        try folder.append([
            try NewEvent(
                LeadConverted.with {
                    $0.leadID = "L-1"
                    $0.customerID = "C-1"
                },
                about: [try .lead("L-1"), try .customer("C-1")])
        ])
        #expect(try Self.pairs(in: folder) == [])
    }

    @Test func whoIsOnePersonIsComparedAsOne() throws {
        let folder = try CRMFolder([
            try Self.person("C-1", "Anna Smith", (.email, "anna@example.com")),
            try Self.person("C-2", "Anna Smith", (.email, "anna@example.com")),
            try Self.merged("C-1", "C-2"),
            try Self.person("C-3", "Anna Smith", (.email, "anna@example.com")),
        ])
        let found = try folder.crm.duplicates()
        #expect(found.records == 2)
        #expect(found.pairs.map { "\($0.first.id) \($0.second.id)" } == ["C-1 C-3"])
    }

    @Test func aLinkThatWasTakenBackSaysNothing() throws {
        let link = try IdentifierSearchTests.linked("C-2", .wechat, "oX-1")
        let folder = try CRMFolder([
            try Self.person("C-1", "Anna Smith", (.wechat, "oX-1")), try Self.person("C-2", "Anna Smith"), link,
        ])
        func reasons() throws -> Set<String> {
            let question = DuplicateQuestion(minimumScore: 0)
            return Set(try folder.crm.duplicates(question).pairs.flatMap { $0.reasons.map(\.word) })
        }
        #expect(try reasons() == ["name", "wechat"])
        try folder.append([try IdentifierSearchTests.unlinked("C-2", link)])
        #expect(try reasons() == ["name"])
    }

    @Test func theNewestValueCounts() throws {
        let folder = try CRMFolder([
            try Self.person("C-1", "Anna Smith"), try Self.person("C-2", "Anna Smith"),
            try IdentifierSearchTests.changed("C-1", "birthday", "1980-03-07", after: 400),
            try IdentifierSearchTests.changed("C-2", "birthday", "1980-03-07", after: 500),
        ])
        func words() throws -> [String] {
            try folder.crm.duplicates(DuplicateQuestion(minimumScore: 0)).pairs.flatMap { $0.reasons.map(\.word) }
        }
        #expect(try words().contains("birthday"))
        try folder.append([try IdentifierSearchTests.changed("C-2", "birthday", "1965-11-30", after: 600)])
        #expect(try words().contains("other-birthday"))
        try folder.append([try IdentifierSearchTests.changed("C-2", "birthday", "1999-01-01", after: 450)])
        #expect(try words().contains("other-birthday"))
    }

    @Test func theErasedAndTheRestrictedSayNothing() throws {
        let folder = try CRMFolder([
            try Self.person("C-1", "Anna Smith", (.email, "anna@example.com")),
            try Self.person("C-2", "Anna Smith", (.email, "anna@example.com")),
            try Self.person("C-3", "Anna Smith", (.email, "anna@example.com")),
        ])
        #expect(try Self.pairs(in: folder).count == 3)
        try folder.append([try SealedCRM.restricted("C-2")])
        let found = try folder.crm.duplicates()
        #expect(found.pairs.map { "\($0.first.id) \($0.second.id)" } == ["C-1 C-3"])
        #expect(found.withheld == 1)
        try folder.append([try SealedCRM.erased("C-3")])
        #expect(try Self.pairs(in: folder) == [])
    }

    @Test func thoseOfOnePersonOnly() throws {
        let folder = try CRMFolder([
            try Self.person("C-1", "Anna Smith", (.email, "anna@example.com")),
            try Self.person("C-2", "Anna Smith", (.email, "anna@example.com")),
            try Self.person("C-3", "张伟", (.email, "wei@example.com")),
            try Self.person("C-4", "Zhang Wei", (.email, "wei@example.com")),
        ])
        let (fourth, unknown) = (try EntityTag.customer("C-4"), try EntityTag.customer("C-9"))
        #expect(try Self.pairs(in: folder, DuplicateQuestion(of: fourth)) == ["C-3 C-4"])
        #expect(throws: DuplicateRefusal.unknown(id: unknown)) {
            try folder.crm.duplicates(DuplicateQuestion(of: unknown))
        }
        let page = try folder.crm.duplicates(DuplicateQuestion(limit: 1))
        #expect(page.pairs.count == 1)
        #expect(page.total == 2)
    }

    @Test func thatSomebodyIsShownIsNoted() async throws {
        let folder = try CRMFolder([
            try Self.person("C-1", "Anna Smith", (.email, "anna@example.com")),
            try Self.person("C-2", "Anna Smith", (.email, "anna@example.com")),
            try Self.person("C-3", "Karl Olsen", (.email, "karl@example.com")),
        ])
        _ = try folder.crm.reading(as: "user:7").duplicates()
        func accesses(_ id: String) throws -> Int {
            try folder.crm.accessLog.log(creating: false)?.events(Query(tag: try .customer(id))).count ?? 0
        }
        #expect(try accesses("C-1") == 1)
        #expect(try accesses("C-2") == 1)
        #expect(try accesses("C-3") == 0)
    }

    @Test func thePastIsAskedAboutToo() throws {
        let folder = try CRMFolder([
            try Self.person("C-1", "Anna Smith", (.email, "anna@example.com")),
            try Self.person("C-2", "Anna Smith", (.email, "anna@example.com")),
            try Self.merged("C-1", "C-2"),
        ])
        #expect(try Self.pairs(in: folder) == [])
        let past = try folder.crm.state(asOf: Position(2))
        #expect(try past.duplicates().pairs.count == 1)
        #expect(try past.duplicates().position == Position(2))
    }
}
