import EventLog
import LMDB
@testable import Rapport
import Testing
import TestSupport

/// Customers by name and id.
@Suite struct SearchTests {
    private static let morning = Timestamp.at("2024-05-06T08:00:00Z")

    /// A customer becomes known; `isPerson` says in which part of the event the name stands.
    static func registered(
        _ id: String, _ name: String, isPerson: Bool = false, after days: Int64 = 0
    ) throws -> NewEvent {
        let customer = try EntityTag.customer(id)
        return try NewEvent(
            CustomerRegistered.with { if !isPerson { $0.organisationName = name } }, about: [customer],
            personal: isPerson ? CustomerRegisteredPersonal.with { $0.displayName = name } : nil,
            of: isPerson ? customer : nil,
            occurredAt: morning.plus(days: days))
    }

    /// The customer gets another name.
    private static func renamed(
        _ id: String, _ name: String, isPerson: Bool = false, after days: Int64
    ) throws -> NewEvent {
        let customer = try EntityTag.customer(id)
        var change = FieldChange()
        change.field = "name"
        change.value = name
        let changes = [change]
        return try NewEvent(
            CustomerProfileChanged.with { if !isPerson { $0.changes = changes } }, about: [customer],
            personal: isPerson ? CustomerProfileChangedPersonal.with { $0.changes = changes } : nil,
            of: isPerson ? customer : nil,
            occurredAt: morning.plus(days: days))
    }

    /// Customers who are called so, with the ids C-1, C-2 ...
    private static func folder(naming names: String...) throws -> CRMFolder {
        try CRMFolder(try names.enumerated().map { try registered("C-\($0.offset + 1)", $0.element) })
    }

    /// Ids and kinds of match, in the order of the answer.
    static func find(_ text: String, in folder: CRMFolder) async throws -> [String] {
        let found = try await folder.crm.find(text, limit: 1000, atLeast: folder.head)
        #expect(found.total == found.page.rows.count)
        #expect(found.page.next == nil)
        #expect(found.page.position == folder.head)
        return found.page.rows.map { "\($0.customerID) \($0.match.rawValue)" }
    }

    // MARK: Order

    @Test("the closest come first: whole id, whole name, its start, of a word, of an id, then any part")
    func ranking() async throws {
        let folder = try CRMFolder([
            try Self.registered("7-anna-1", ""), try Self.registered("Z-1", "Hannah"),
            try Self.registered("anna-2", "Berta"), try Self.registered("Z-3", "Berta-Anna"),
            try Self.registered("Z-2", "Berta Anna"), try Self.registered("Z-4", "Annabel"),
            try Self.registered("Z-5", "ANNA"), try Self.registered("Anna", "Carl"),
            try Self.registered("anna-3", "Johanna"), try Self.registered("Z-6", "Otto"),
            try Self.registered("Z-7", "Johanna Anna"),
        ])
        #expect(
            try await Self.find("anna", in: folder) == [
                "Anna id", "Z-5 name", "Z-4 startOfName", "Z-2 startOfWord", "Z-3 startOfWord", "Z-7 startOfWord",
                "anna-2 startOfID", "anna-3 startOfID", "Z-1 partOfName", "7-anna-1 partOfID",
            ])
        #expect(
            FoundCustomer.Match.allCases.map(\.rawValue) == [
                "id", "name", "startOfName", "startOfWord", "startOfID", "partOfName", "partOfID",
            ])
    }

    @Test("who is found has the name as it is shown")
    func names() async throws {
        let folder = try CRMFolder([
            try Self.registered("C-1", "Müller GmbH"), try Self.registered("C-2", "王小明", isPerson: true),
            try Self.registered("C-3", ""),
        ])
        let found = try await folder.crm.find("c-", atLeast: folder.head)
        #expect(found.page.rows.map(\.customerID) == ["C-1", "C-2", "C-3"])
        #expect(found.page.rows.map(\.name) == ["Müller GmbH", "王小明", nil])
        #expect(found.page.rows.allSatisfy { $0.match == .startOfID })
        #expect(found.total == 3)
    }

    // MARK: Letters

    @Test(
        "letters with marks, of another case or width are the same",
        arguments: [
            ("Müller", ["müller", "MULLER", "muller", "mu\u{308}ller", "ｍｕｌｌｅｒ", "ü", " Müll "]),
            ("Mu\u{308}ller", ["Müller"]), ("ＡＣＭＥ　Ltd", ["acme ltd", "acme", "ｌｔｄ"]),
            ("José Ångström", ["jose", "ANGSTROM", "é å"]),
            ("Groß", ["groß", "GRO", "ß", "gross", "GROSS", "ẞ"]), ("GROẞ", ["groß", "gross"]),
            ("Straße", ["STRASSE", "strasse", "STRAẞE", "ss"]), ("STRASSE", ["Straße", "ß"]),
            ("Παπαδόπουλος", ["ΠΑΠΑΔΟΠΟΥΛΟΣ", "παπαδοπουλοσ", "ς"]), ("ΠΑΠΑΔΟΠΟΥΛΟΣ", ["Παπαδόπουλος", "σ"]),
            ("İstanbul", ["istanbul", "ISTANBUL", "İSTANBUL", "i"]), ("ISTANBUL", ["istanbul", "İ", "ı"]),
            ("ılık", ["ılık", "lı", "ilik", "ILIK", "İLİK"]), ("Łódź", ["łodz", "ŁÓDŹ"]), ("Ёлка", ["елка", "ЁЛКА"]),
            ("ﬁnance", ["fin"]),
            ("Ω Ltd", ["ω", "Ω"]), ("㈱東京", ["東", "(株)"]), ("ガラス", ["ｶﾞﾗｽ", "カラス"]), ("e = mc²", ["mc2"]),
        ])
    func sameLetters(name: String, texts: [String]) async throws {
        let folder = try Self.folder(naming: name, "x")
        for text in texts {
            let found = try await folder.crm.find(text, atLeast: folder.head)
            #expect(found.page.rows.map(\.name) == [name], "\(text)")
        }
    }

    @Test("other letters are others, as Polish ł and l")
    func otherLetters() async throws {
        let folder = try Self.folder(naming: "Łódź", "Ørsted", "Groß", "王小明", "Anna")
        for text in ["lodz", "orsted", "gros s", "玉", "annas"] {
            #expect(try await Self.find(text, in: folder) == [], "\(text)")
        }
    }

    @Test("Chinese names are found by any part of them")
    func chinese() async throws {
        let folder = try Self.folder(naming: "王小明", "王明", "小王子书店", "李雷")
        #expect(try await Self.find("王", in: folder) == ["C-1 startOfName", "C-2 startOfName", "C-3 partOfName"])
        #expect(try await Self.find("小", in: folder) == ["C-3 startOfName", "C-1 partOfName"])
        #expect(try await Self.find("小明", in: folder) == ["C-1 partOfName"])
        #expect(try await Self.find("王明", in: folder) == ["C-2 name"])
        #expect(try await Self.find("书店", in: folder) == ["C-3 partOfName"])
    }

    @Test("ids are found whole, by their start and by any part, whatever the case")
    func ids() async throws {
        let folder = try CRMFolder([
            try Self.registered("客户-七", "Anna"), try Self.registered("KD-77", "Berta"),
            try Self.registered("kd-7", "Carl"),
        ])
        #expect(try await Self.find("客户-七", in: folder) == ["客户-七 id"])
        #expect(try await Self.find("户", in: folder) == ["客户-七 partOfID"])
        #expect(try await Self.find("KD-7", in: folder) == ["kd-7 id", "KD-77 startOfID"])
        #expect(try await Self.find("D-7", in: folder) == ["KD-77 partOfID", "kd-7 partOfID"])
    }

    @Test(
        "an id with marks, or of another width, is found as it is written",
        arguments: ["KÄ-1", "Ｋ-１"])
    func idsInOtherForms(id: String) async throws {
        let folder = try CRMFolder([try Self.registered(id, "Anna"), try Self.registered("C-1", "Berta")])
        #expect(try await Self.find(id, in: folder) == ["\(id) id"])
    }

    // MARK: Changes

    @Test("after another name the old one finds nobody", arguments: [false, true])
    func renaming(isPerson: Bool) async throws {
        let folder = try CRMFolder([try Self.registered("C-1", "Acme", isPerson: isPerson)])
        #expect(try await Self.find("acme", in: folder) == ["C-1 name"])
        try folder.append([try Self.renamed("C-1", "Umbrella", isPerson: isPerson, after: 1)])
        #expect(try await Self.find("acme", in: folder) == [])
        #expect(try await Self.find("umbrella", in: folder) == ["C-1 name"])
        // Late news do not win over a newer name; of one moment the last to arrive counts.
        try folder.append([
            try Self.renamed("C-1", "Zenith", isPerson: !isPerson, after: 0),
            try Self.registered("C-1", "Old", after: -4),
        ])
        #expect(try await Self.find("umbrella", in: folder) == ["C-1 name"])
        #expect(try await Self.find("zenith", in: folder) == [])
        try folder.append([try Self.renamed("C-1", "Nova", isPerson: !isPerson, after: 1)])
        #expect(try await Self.find("nova", in: folder) == ["C-1 name"])
        try folder.append([try Self.renamed("C-1", "", isPerson: isPerson, after: 2)])
        #expect(try await Self.find("nova", in: folder) == [])
        #expect(try await Self.find("c-1", in: folder) == ["C-1 id"], "without a name there is still the id")
    }

    @Test("a registration without a name takes none away, and other fields are no names")
    func otherFields() async throws {
        var change = FieldChange()
        change.field = "nickname"
        change.value = "Zorro"
        let nickname = try NewEvent(
            CustomerProfileChanged.with { $0.changes = [change] }, about: [try .customer("C-1")],
            occurredAt: Self.morning.plus(days: 2))
        let folder = try CRMFolder([
            try Self.registered("C-1", "Acme"), try Self.registered("C-1", "", isPerson: true, after: 1), nickname,
        ])
        #expect(try await Self.find("acme", in: folder) == ["C-1 name"])
        #expect(try await Self.find("zorro", in: folder) == [])
    }

    @Test("what an event says about another person is not the customer's name")
    func otherPersons() async throws {
        let customers = [try EntityTag.customer("C-1"), try EntityTag.customer("C-2")]
        for customer in customers {
            let event = try NewEvent(
                CustomerRegistered(), about: customers, personal: .with { $0.displayName = "Ada" }, of: customer)
            let folder = try CRMFolder([event])
            #expect(try await Self.find("ada", in: folder) == ["\(customer.id) name"])
        }
    }

    // MARK: Pages

    @Test("a search for nothing is refused")
    func emptySearch() async throws {
        let folder = try Self.folder(naming: "Anna")
        for text in ["", " ", "\t\n", "\u{3000}", "\u{301}"] {
            await #expect(throws: EmptySearch()) { _ = try await folder.crm.find(text, atLeast: folder.head) }
        }
    }

    @Test("a cursor of another list is refused")
    func foreignCursors() async throws {
        let folder = try Self.folder(naming: "Anna")
        for bytes in [[0], [7, 65], [0x80, 0, 0, 0, 0, 0, 0, 0, 65]] as [[UInt8]] {
            let cursor = ListCursor.madeUp(of: bytes)
            await #expect(throws: ForeignCursor(cursor: cursor)) {
                _ = try await folder.crm.find("anna", after: cursor, atLeast: folder.head)
            }
        }
    }

    /// How each letter of the random names is searched for.
    private static let alphabet: [Character: Character] = [
        "a": "a", "Ä": "a", "B": "b", "b": "b", "ｍ": "m", "é": "e", "王": "王", "小": "小", " ": " ", "-": "-",
    ]

    /// Ids are opaque: marks and widths count there.
    private static func match(_ text: String, _ id: String, _ name: String) -> FoundCustomer.Match? {
        let wanted = text.map { alphabet[$0] ?? $0 }
        let wantedInID = text.map { $0 == "B" ? "b" : $0 }
        let id = Array(id.lowercased())
        let name = name.map { alphabet[$0] ?? $0 }
        let inID = id.indices.filter { id[$0...].starts(with: wantedInID) }
        let inName = name.indices.filter { name[$0...].starts(with: wanted) }
        if id == wantedInID { return .id }
        if name == wanted { return .name }
        if inName.first == 0 { return .startOfName }
        if inName.contains(where: { name[$0 - 1] == " " || name[$0 - 1] == "-" }) { return .startOfWord }
        if inID.first == 0 { return .startOfID }
        if !inName.isEmpty { return .partOfName }
        return inID.isEmpty ? nil : .partOfID
    }

    @Test(
        "pages of any length hold everybody who is found, once, in the order of a plain search",
        arguments: Seeds.from(1, 2))
    func pages(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let letters = alphabetLetters
        func text(_ length: ClosedRange<Int>) -> String {
            let count = Int.random(in: length, using: &random)
            return String((0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
        }
        let names = (0..<150).map { number in (id: ["a", "B-", "小"][number % 3] + "\(number)", name: text(0...6)) }
        let folder = try CRMFolder()
        try await folder.appendSlowly(
            try names.map { try Self.registered($0.id, $0.name, isPerson: $0.name.count > 3) }, batch: 40)
        for _ in 0..<25 {
            let wanted = text(1...2).filter { $0 != " " }
            if wanted.isEmpty { continue }
            let expected = FoundCustomer.Match.allCases.flatMap { match in
                names.filter { Self.match(wanted, $0.id, $0.name) == match }
                    .map { FoundCustomer(customerID: $0.id, name: Self.known($0.name), match: match) }
                    .sorted { $0.customerID.compareBytes(to: $1.customerID) < 0 }
            }
            let limit = Int.random(in: 1...20, using: &random)
            var rows: [FoundCustomer] = []
            var cursor: ListCursor?
            repeat {
                let found = try await folder.crm.find(wanted, limit: limit, after: cursor)
                #expect(found.total == expected.count)
                #expect(found.page.next == nil || found.page.rows.count == limit)
                rows += found.page.rows
                cursor = try found.page.next.map { try #require(ListCursor($0.description)) }
            } while cursor != nil
            #expect(rows == expected, "\(wanted)")
        }
    }

    /// Nil where there is none.
    private static func known(_ name: String) -> String? { name.isEmpty ? nil : name }

    /// In a fixed order.
    private var alphabetLetters: [Character] { Self.alphabet.keys.sorted() }
}
