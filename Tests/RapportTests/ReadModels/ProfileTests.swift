import EventLog
@testable import Rapport
import Testing
import TestSupport

@Suite struct ProfileTests {
    private static let morning = Timestamp.at("2024-05-06T08:00:00Z")

    private static func change(_ field: String, _ value: String) -> FieldChange {
        var change = FieldChange()
        change.field = field
        change.value = value
        return change
    }

    /// A field of C-1 gets a value, `days` after the first morning.
    private static func changed(
        _ field: String, to value: String, after days: Int64, isPersonal: Bool = false
    ) throws -> NewEvent {
        let customer = try EntityTag.customer("C-1")
        let changes = [change(field, value)]
        let message = CustomerProfileChanged.with { if !isPersonal { $0.changes = changes } }
        let personal = CustomerProfileChangedPersonal.with { $0.changes = changes }
        return try NewEvent(
            message, about: [customer], personal: isPersonal ? personal : nil, of: isPersonal ? customer : nil,
            occurredAt: morning.plus(days: days))
    }

    private static func registered(
        name: String, organisation: String = "", phone: String = "", after days: Int64 = 0
    ) throws -> NewEvent {
        let customer = try EntityTag.customer("C-1")
        let personal = CustomerRegisteredPersonal.with { part in
            part.displayName = name
            if !phone.isEmpty {
                var identifier = Identifier()
                identifier.type = .phone
                identifier.value = phone
                part.identifiers = [identifier]
            }
        }
        return try NewEvent(
            CustomerRegistered.with { $0.organisationName = organisation }, about: [customer], personal: personal,
            of: customer, occurredAt: morning.plus(days: days))
    }

    private static func profile(after events: [NewEvent], of id: String = "C-1") async throws -> CustomerProfile {
        let folder = try CRMFolder(events)
        let profile = try await folder.crm.profile(of: id, atLeast: folder.head)
        return try #require(profile)
    }

    @Test("a value of a later day wins, whichever arrives first; of one moment the last to arrive")
    func newestWins() async throws {
        let events = [
            try Self.changed("industry", to: "steel", after: 2), try Self.changed("size", to: "10", after: 2),
            try Self.changed("industry", to: "paper", after: 1), try Self.changed("size", to: "20", after: 2),
            try Self.changed("city", to: "Ulm", after: 0),
        ]
        let forwards = try await Self.profile(after: events)
        let found = forwards.fields.map { "\($0.name) \($0.value) \($0.position)" }
        #expect(found == ["city Ulm 5", "industry steel 1", "size 20 4"])
        let backwards = try await Self.profile(after: events.reversed())
        let foundBackwards = backwards.fields.map { "\($0.name) \($0.value) \($0.position)" }
        #expect(foundBackwards == ["city Ulm 1", "industry steel 5", "size 10 4"])
    }

    @Test(
        "after random changes each field has its newest value, and says where it is from",
        arguments: 1...4 as ClosedRange<UInt64>)
    func provenance(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var changes: [(field: String, value: String, isPersonal: Bool)] = []
        var events: [NewEvent] = []
        for number in 0..<60 {
            let field = ["industry", "size", "城市", "état"][Int.random(in: 0...3, using: &random)]
            // Some values clear the field, some are personal.
            let value = Int.random(in: 0...5, using: &random) == 0 ? "" : "value \(number)"
            let isPersonal = Int.random(in: 0...2, using: &random) == 0
            let days = Int64.random(in: -8...8, using: &random)
            changes.append((field, value, isPersonal))
            events.append(try Self.changed(field, to: value, after: days, isPersonal: isPersonal))
        }
        let folder = try CRMFolder()
        try await folder.appendSlowly(events, batch: 7)
        let answer = try await folder.crm.profile(of: "C-1", atLeast: folder.head)
        let profile = try #require(answer)

        var newest: [String: CustomerProfile.Field] = [:]
        for (number, change) in changes.enumerated() {
            let stored = try folder.crm.log.event(at: Position(UInt64(number + 1)))
            let recorded = try #require(stored)
            if let known = newest[change.field], known.occurredAt > events[number].occurredAt { continue }
            newest[change.field] = CustomerProfile.Field(
                name: change.field, value: change.value, isPersonal: change.isPersonal,
                occurredAt: events[number].occurredAt, recordedAt: recorded.recordedAt, position: recorded.position,
                eventID: events[number].id, storedUnder: nil)
        }
        let shown = newest.values.filter { !$0.value.isEmpty }
        #expect(Set(profile.fields) == Set(shown))
        #expect(profile.fields.map(\.name) == shown.map(\.name).sorted())
        #expect(profile.events == 60)
        #expect(profile.position == Position(60))
        #expect(profile.firstSeen == events.map(\.occurredAt).min())
        #expect(profile.lastSeen == events.map(\.occurredAt).max())
    }

    @Test("personal values are opened when somebody asks, Chinese ones too, and marked as personal")
    func personalParts() async throws {
        let profile = try await Self.profile(after: [
            try Self.registered(name: "王小明", phone: "+86 10 5555 0199"),
            try Self.changed("地址", to: "北京市朝阳区建国路 1 号", after: 1, isPersonal: true),
            try Self.changed("segment", to: "VIP 客户", after: 1),
        ])
        #expect(profile.fields.map(\.name) == ["name", "phone", "segment", "地址"])
        #expect(profile.fields.map(\.value) == ["王小明", "+86 10 5555 0199", "VIP 客户", "北京市朝阳区建国路 1 号"])
        #expect(profile.fields.map(\.isPersonal) == [true, true, false, true])
    }

    @Test("a personal and a plain value of one field: the newer one counts, whichever arrives first")
    func personalAndPlain() async throws {
        let plain = try Self.changed("name", to: "old", after: 1)
        let personal = try Self.changed("name", to: "new", after: 2, isPersonal: true)
        for events in [[plain, personal], [personal, plain]] {
            let newer = try await Self.profile(after: events)
            #expect(newer.fields.map(\.value) == ["new"])
            #expect(newer.fields.map(\.isPersonal) == [true])
        }
        let cleared = try Self.changed("name", to: "", after: 3)
        let none = try await Self.profile(after: [cleared, plain, personal])
        #expect(none.fields == [])
        #expect(none.events == 3)
    }

    @Test("a registration that gives no name takes none away: neither the organisation's nor an earlier one")
    func registrationWithoutName() async throws {
        let organisation = try Self.registered(name: "", organisation: "海尔集团", phone: "1")
        let profile = try await Self.profile(after: [organisation])
        #expect(profile.value(of: "name") == "海尔集团")
        #expect(profile.value(of: "phone") == "1")
        let person = try Self.registered(name: "王小明")
        let again = try Self.registered(name: "", phone: "2", after: 1)
        for events in [[person, again], [again, person]] {
            let profile = try await Self.profile(after: events)
            #expect(profile.value(of: "name") == "王小明")
            #expect(profile.value(of: "phone") == "2")
        }
    }

    @Test("what an event says about another person is not in the profile")
    func otherPersons() async throws {
        let (first, second) = (try EntityTag.customer("C-1"), try EntityTag.customer("C-2"))
        let event = try NewEvent(
            CustomerRegistered.with { $0.channel = "web" }, about: [first, second],
            personal: CustomerRegisteredPersonal.with { $0.displayName = "Ada" }, of: second)
        let theirs = try await Self.profile(after: [event], of: "C-2")
        #expect(theirs.value(of: "name") == "Ada")
        let others = try await Self.profile(after: [event])
        #expect(others.value(of: "name") == nil)
        #expect(others.value(of: "channel") == "web")
    }

    @Test("a registration tells kind, channel and attributes; an answer its last score; a talk its channel")
    func otherEvents() async throws {
        let customer = try EntityTag.customer("C-1")
        let registration = CustomerRegistered.with { message in
            message.kind = .dealer
            message.channel = "shop"
            var attribute = Attribute()
            attribute.name = "tier"
            attribute.value = "gold"
            message.attributes = [attribute]
        }
        func talk(_ channel: String, after days: Int64) throws -> NewEvent {
            let message = InteractionLogged.with { $0.channel = channel }
            return try NewEvent(message, about: [customer], occurredAt: Self.morning.plus(days: days))
        }
        func answer(_ score: Int32, after days: Int64) throws -> NewEvent {
            let message = SurveyAnswered.with { message in
                var answer = SurveyAnswer()
                answer.question = "recommend"
                answer.metric = .nps
                answer.scaleMax = 10
                answer.score = score
                message.answers = [answer]
            }
            let survey = try EntityTag.survey("service")
            return try NewEvent(message, about: [customer, survey], occurredAt: Self.morning.plus(days: days))
        }
        let profile = try await Self.profile(after: [
            try talk("phone", after: 5), try talk("visit", after: 9), try talk("email", after: 7),
            try answer(9, after: 4), try answer(3, after: 2),
            try NewEvent(registration, about: [customer], occurredAt: Self.morning),
        ])
        let fields = profile.fields.map { "\($0.name)=\($0.value)" }
        #expect(fields == ["channel=shop", "kind=dealer", "last nps score=9", "tier=gold"])
        #expect(profile.interactions == 3)
        #expect(profile.lastChannel == "visit")
        #expect(profile.lastInteraction == Self.morning.plus(days: 9))
    }

    @Test("sales to a customer are told in each currency, and those to others are not among them")
    func sales() async throws {
        func deal(
            _ number: Int, _ amount: Int64, _ currency: String, _ end: DealStory.Change?, customer: String = "C-1"
        ) throws -> [NewEvent] {
            let worth = DealStory.Amount(minorUnits: amount, currency: currency)
            let opened = DealStory.Change.opened(stage: "new", amount: worth, owner: "")
            var story = DealStory(id: "D-\(number)", customer: customer)
            story.changes.append(.init(at: Self.morning, change: opened))
            if let end { story.changes.append(.init(at: Self.morning.plus(days: 2), change: end)) }
            return try story.events()
        }
        let events =
            try deal(1, 500, "EUR", .won(nil)) + deal(2, 200, "EUR", .lost) + deal(3, 300, "USD", nil)
            + deal(4, 70, "USD", nil) + deal(5, 9, "EUR", .won(nil), customer: "C-2")
        let profile = try await Self.profile(after: events)
        #expect(
            profile.sales == [
                CustomerProfile.Sales(currency: "EUR", won: 1, wonValue: 500, lost: 1, open: 0, openValue: 0),
                CustomerProfile.Sales(currency: "USD", won: 0, wonValue: 0, lost: 0, open: 2, openValue: 370),
            ])
    }

    @Test("of a customer whom only events are about that give no profile, it is known how many there are, and when")
    func otherEventsOnly() async throws {
        let customer = try EntityTag.customer("C-1")
        let type = try EventType("shop.ParcelSent")
        let parcels = ([5, 2, 9] as [Int64]).map { days in
            NewEvent(type: type, tags: [customer], occurredAt: Self.morning.plus(days: days))
        }
        let profile = try await Self.profile(after: parcels)
        #expect(profile.events == 3)
        #expect(profile.firstSeen == Self.morning.plus(days: 2))
        #expect(profile.lastSeen == Self.morning.plus(days: 9))
        #expect(profile.fields == [])
        #expect(profile.sales == [])
        #expect(profile.interactions == 0)
        #expect(profile.position == Position(3))
    }

    @Test("of a customer that no event is about there is no profile; ids may be in any script")
    func unknownCustomer() async throws {
        let event = try NewEvent(CustomerRegistered.with { $0.channel = "web" }, about: [try .customer("客户-七")])
        let folder = try CRMFolder([event])
        let known = try await folder.crm.profile(of: "客户-七", atLeast: folder.head)
        #expect(known?.customerID == "客户-七")
        let unknown = try await folder.crm.profile(of: "客户-八", atLeast: folder.head)
        #expect(unknown == nil)
    }
}
