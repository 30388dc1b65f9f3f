import EventLog
import Foundation
import LMDB
import Projection
@testable import Rapport
import Testing
import TestSupport

/// Customers by what they are recognised by.
@Suite struct IdentifierSearchTests {
    static let morning = Timestamp.at("2024-05-06T08:00:00Z")

    static func identifier(_ type: IdentifierType, _ value: String) -> Identifier {
        var identifier = Identifier()
        identifier.type = type
        identifier.value = value
        return identifier
    }

    static func registered(
        _ id: String, _ identifiers: Identifier..., name: String = "", country: String = "", after days: Int64 = 0
    ) throws -> NewEvent {
        let customer = try EntityTag.customer(id)
        var attribute = Attribute()
        attribute.name = "country"
        attribute.value = country
        let attributes = country.isEmpty ? [] : [attribute]
        return try NewEvent(
            CustomerRegistered.with { $0.attributes = attributes }, about: [customer],
            personal: .with {
                $0.displayName = name
                $0.identifiers = identifiers
            },
            of: customer, occurredAt: morning.plus(days: days))
    }

    static func linked(
        _ id: String, _ type: IdentifierType, _ value: String, after days: Int64 = 0
    ) throws -> NewEvent {
        let customer = try EntityTag.customer(id)
        return try NewEvent(
            IdentifierLinked.with { $0.type = type }, about: [customer],
            personal: .with { $0.identifier = identifier(type, value) }, of: customer,
            occurredAt: morning.plus(days: days))
    }

    static func unlinked(_ id: String, _ link: NewEvent, after days: Int64 = 0) throws -> NewEvent {
        try NewEvent(
            IdentifierUnlinked.with { $0.linkEventID = link.id.description }, about: [try .customer(id)],
            occurredAt: morning.plus(days: days))
    }

    /// A field of the profile gets another value, in the personal part.
    static func changed(_ id: String, _ field: String, _ value: String, after days: Int64) throws -> NewEvent {
        let customer = try EntityTag.customer(id)
        var change = FieldChange()
        change.field = field
        change.value = value
        let changes = [change]
        return try NewEvent(
            CustomerProfileChanged(), about: [customer], personal: .with { $0.changes = changes }, of: customer,
            occurredAt: morning.plus(days: days))
    }

    static func erased(_ ids: String..., alsoAbout others: String..., after days: Int64 = 0) throws -> NewEvent {
        let tags = try (ids + others).map { try EntityTag.customer($0) }
        return try NewEvent(
            SubjectErased.with {
                $0.subjectIds = ids.map { "customer:" + $0 }
                $0.reason = "request"
            },
            about: tags, occurredAt: morning.plus(days: days))
    }

    /// The ids of the customers who are found.
    static func find(
        _ kind: IdentifierType, _ value: String, _ country: String? = nil, in folder: CRMFolder
    ) async throws -> [String] {
        let found = try await folder.crm.customers(with: kind, value: value, country: country, atLeast: folder.head)
        #expect(found.position == folder.head)
        return found.customers.map(\.customerID)
    }

    @Test("every kind of identifier is found, by its kind alone")
    func kinds() async throws {
        let kinds: [(IdentifierType, String)] = [
            (.userID, "u-1"), (.anonymousID, "a-1"), (.email, "anna1@example.com"), (.phone, "+49 30 123456"),
            (.wechat, "oX-1"), (.card, "4111 1111"), (.device, "d-1"), (.externalID, "e-1"),
        ]
        let folder = try CRMFolder([try Self.registered("C-0")])
        for (number, (kind, value)) in kinds.enumerated() {
            try folder.append([
                try Self.registered("R-\(number)", Self.identifier(kind, value)),
                try Self.linked("L-\(number)", kind, value),
            ])
        }
        for (number, (kind, value)) in kinds.enumerated() {
            #expect(try await Self.find(kind, value, in: folder) == ["L-\(number)", "R-\(number)"])
            for (other, _) in kinds where other != kind {
                #expect(try await Self.find(other, value, in: folder) == [], "\(other) \(value)")
            }
        }
        await #expect(throws: EmptyIdentifier()) {
            _ = try await folder.crm.customers(with: .email, value: " ")
        }
    }

    @Test("the event that says so is named")
    func places() async throws {
        let link = try Self.linked("C-1", .email, "anna@example.com", after: 3)
        let folder = try CRMFolder([try Self.registered("C-1"), link])
        let found = try await folder.crm.customers(with: .email, value: "ANNA@example.com", atLeast: folder.head)
        #expect(
            found.customers == [
                FoundByIdentifier.Customer(customerID: "C-1", position: Position(2), eventID: link.id)
            ])
    }

    @Test(
        "a phone number is found with its calling code and without, in full-width digits, whenever the country came",
        arguments: ["0170 1234567", "+49 170 1234567", "０１７０ １２３４５６７"])
    func phones(value: String) async throws {
        let folder = try CRMFolder([
            try Self.registered("C-1"), try Self.linked("C-1", .phone, value),
            try Self.changed("C-1", "country", "DE", after: 1),
        ])
        for wanted in ["+49 170 1234567", "0049 170 1234567", "0170 1234567", "＋４９ １７０ １２３４５６７"] {
            #expect(try await Self.find(.phone, wanted, in: folder) == ["C-1"], "\(wanted)")
        }
        #expect(try await Self.find(.phone, "0170 1234567", "DE", in: folder) == ["C-1"])
        #expect(try await Self.find(.phone, "0170 1234567", "AT", in: folder) == [])
        #expect(try await Self.find(.phone, "+43 170 1234567", in: folder) == [])
        #expect(try await Self.find(.phone, "0170 1234568", in: folder) == [])
    }

    @Test("customers who share a value are all found, and Chinese ones by WeChat")
    func sharing() async throws {
        let folder = try CRMFolder([
            try Self.registered("C-2", Self.identifier(.phone, "138 0013 8000"), name: "王小明", country: "CN"),
            try Self.registered("C-1", Self.identifier(.phone, "+86 13800138000"), name: "李雷"),
            try Self.linked("C-1", .wechat, "安娜_7"),
        ])
        #expect(try await Self.find(.phone, "8613800138000", "CN", in: folder) == ["C-1", "C-2"])
        #expect(try await Self.find(.wechat, "安娜_7", in: folder) == ["C-1"])
    }

    @Test("what is taken back finds nobody, also when the taking back arrives first; linked again it does")
    func unlinking() async throws {
        let first = try Self.linked("C-1", .email, "anna@example.com", after: 1)
        let second = try Self.linked("C-1", .email, "anna@example.com", after: 4)
        let unlink = try Self.unlinked("C-1", first, after: 2)
        for events in [[first, unlink], [unlink, first]] {
            let folder = try CRMFolder([try Self.registered("C-1")])
            try await folder.appendSlowly(events, batch: 1)
            #expect(try await Self.find(.email, "anna@example.com", in: folder) == [])
            try folder.append([second])
            #expect(try await Self.find(.email, "anna@example.com", in: folder) == ["C-1"])
        }
        // Somebody else's event takes nothing back.
        let folder = try CRMFolder([first, try Self.unlinked("C-2", first)])
        #expect(try await Self.find(.email, "anna@example.com", in: folder) == ["C-1"])
    }

    @Test("a field of the profile has one value at a time, the newest by when it became true")
    func fields() async throws {
        let folder = try CRMFolder([
            try Self.changed("C-1", "email", "old@example.com", after: 1),
            try Self.changed("C-1", "email", "new@example.com", after: 3),
            try Self.changed("C-1", "email", "late@example.com", after: 2),
            try Self.changed("C-1", "nickname", "zorro@example.com", after: 3),
        ])
        #expect(try await Self.find(.email, "new@example.com", in: folder) == ["C-1"])
        for other in ["old@example.com", "late@example.com", "zorro@example.com"] {
            #expect(try await Self.find(.email, other, in: folder) == [], "\(other)")
        }
        try folder.append([try Self.changed("C-1", "email", "", after: 5)])
        #expect(try await Self.find(.email, "new@example.com", in: folder) == [])
    }

    /// The table and the customer of each row.
    static func rows(of host: ProjectionHost) throws -> [String] {
        try host.read(SearchModel.name) { reader in
            var rows: [String] = []
            try reader.forEachRow(prefix: [SearchModel.names]) { key, _ in
                rows.append("1 " + key.text(1..<key.byteCount))
                return true
            }
            try reader.forEachRow(prefix: [SearchModel.identifiers]) { key, _ in
                rows.append("2 " + key.text(1 + SearchModel.indexLength..<key.byteCount))
                return true
            }
            return rows
        }
    }

    @Test("any order of arrival gives the same rows, live and rebuilt")
    func arrival() async throws {
        let link = try Self.linked("C-1", .email, "b@example.com", after: 2)
        let events = [
            try Self.registered("C-1", Self.identifier(.email, "a@example.com"), name: "Anna", country: "DE"),
            link, try Self.unlinked("C-1", link, after: 3), try Self.linked("C-1", .phone, "030 1234", after: 4),
            try Self.changed("C-1", "phone", "030 5678", after: 5), try Self.changed("C-1", "phone", "030 9", after: 6),
            try Self.changed("C-1", "name", "Berta", after: 7),
        ]
        var random = SeededGenerator(seed: 3)
        var expected: [String]?
        for _ in 0..<8 {
            let folder = try CRMFolder()
            try await folder.appendSlowly(events.shuffled(using: &random), batch: 2)
            for (value, ids) in [("a@example.com", ["C-1"]), ("b@example.com", [])] {
                #expect(try await Self.find(.email, value, in: folder) == ids, "\(value)")
            }
            for (value, ids) in [("+49301234", ["C-1"]), ("030 5678", []), ("030 9", ["C-1"])] {
                #expect(try await Self.find(.phone, value, in: folder) == ids, "\(value)")
            }
            let rows = try Self.rows(of: folder.crm.projections)
            // Blind indexes have another key in each folder.
            #expect(rows.count == expected?.count ?? rows.count)
            expected = expected ?? rows
            try folder.crm.projections.rebuild([SearchModel.name])
            #expect(try Self.rows(of: folder.crm.projections) == rows)
            let names = try await folder.crm.find("berta")
            #expect(names.page.rows.map(\.customerID) == ["C-1"])
        }
    }

    @Test("a state comes out of its stored form as it went in")
    func storedForm() throws {
        var state = SearchState()
        var said = SaidAt()
        said.occurredAt = -7
        said.position = 9
        state.isKnown = true
        state.set(name: "王小明", said)
        state.set(country: "CN", said)
        let index = [UInt8](repeating: 7, count: SearchModel.indexLength)
        state.add(.registration, .email, [index], said)
        state.add(.field, .phone, [index, index], said)
        state.add(.link(EventID()), .wechat, [index], said)
        state.takeBack(EventID())
        for state in [state, SearchState()] {
            var bytes: [UInt8] = []
            state.encode(into: &bytes)
            let stored = bytes
            var reader = ByteReader(stored.rawSpan)
            let decoded = try SearchState(decoding: &reader)
            let isAtEnd = reader.isAtEnd
            #expect(decoded == state)
            #expect(isAtEnd)
        }
        state.erase()
        #expect(!state.hasName && state.firstPositions.isEmpty && state.name.isEmpty)
    }
}
