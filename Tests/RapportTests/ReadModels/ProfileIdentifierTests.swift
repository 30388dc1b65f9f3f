import EventLog
import Projection
@testable import Rapport
import Testing

/// Identifiers that are linked and taken back, and what a profile counts.
@Suite struct ProfileIdentifierTests {
    private static let morning = Timestamp.at("2024-05-06T08:00:00Z")

    private static func identifier(_ type: IdentifierType, _ value: String) -> Identifier {
        var identifier = Identifier()
        identifier.type = type
        identifier.value = value
        return identifier
    }

    private static func registered(phone: String, after days: Int64 = 0) throws -> NewEvent {
        let customer = try EntityTag.customer("C-1")
        return try NewEvent(
            CustomerRegistered(), about: [customer], personal: .with { $0.identifiers = [identifier(.phone, phone)] },
            of: customer, occurredAt: morning.plus(days: days))
    }

    private static func linked(_ type: IdentifierType, _ value: String, after days: Int64) throws -> NewEvent {
        let customer = try EntityTag.customer("C-1")
        return try NewEvent(
            IdentifierLinked.with { $0.type = type }, about: [customer],
            personal: .with { $0.identifier = identifier(type, value) }, of: customer,
            occurredAt: morning.plus(days: days))
    }

    /// Takes back what `event` has linked.
    private static func unlinked(_ event: NewEvent, after days: Int64) throws -> NewEvent {
        try NewEvent(
            IdentifierUnlinked.with { $0.linkEventID = event.id.description }, about: [try .customer("C-1")],
            occurredAt: morning.plus(days: days))
    }

    private static func profile(after events: [NewEvent]) async throws -> CustomerProfile {
        let folder = try CRMFolder(events)
        let profile = try await folder.crm.profile(of: "C-1", atLeast: folder.head)
        return try #require(profile)
    }

    private static func fields(_ profile: CustomerProfile) -> [String] {
        profile.fields.map { "\($0.name)=\($0.value) \($0.isPersonal ? "personal" : "plain")" }
    }

    @Test("a linked identifier is a personal field; of several of one kind the newest is shown")
    func linking() async throws {
        let email = try Self.linked(.email, "anna@example.org", after: 1)
        let events = [
            try Self.registered(phone: "1"), email, try Self.linked(.wechat, "安娜", after: 1),
            try Self.linked(.phone, "2", after: 2),
        ]
        for events in [events, events.reversed()] {
            let profile = try await Self.profile(after: events)
            #expect(
                Self.fields(profile) == ["email=anna@example.org personal", "phone=2 personal", "wechat=安娜 personal"])
            #expect(profile.fields.first?.occurredAt == Self.morning.plus(days: 1))
            #expect(profile.fields.first?.eventID == email.id)
            #expect(profile.events == 4)
        }
    }

    @Test("what is taken back is gone, and what was known before shows again; also when the taking back arrives first")
    func unlinking() async throws {
        let (registration, link) = (try Self.registered(phone: "1"), try Self.linked(.phone, "2", after: 2))
        let email = try Self.linked(.email, "anna@example.org", after: 1)
        let unlinks = [try Self.unlinked(link, after: 3), try Self.unlinked(email, after: 1)]
        let before = try await Self.profile(after: [registration, link, email])
        #expect(Self.fields(before) == ["email=anna@example.org personal", "phone=2 personal"])
        for events in [[registration, link, email] + unlinks, unlinks + [email, link, registration]] {
            let profile = try await Self.profile(after: events)
            #expect(Self.fields(profile) == ["phone=1 personal"])
            #expect(profile.events == 5)
        }
    }

    @Test("only the link that is named is taken back: not the same value linked again, nor one of another customer")
    func otherLinks() async throws {
        let (first, second) = (try Self.linked(.phone, "2", after: 1), try Self.linked(.phone, "2", after: 4))
        let unlink = try Self.unlinked(first, after: 2)
        let again = try await Self.profile(after: [first, unlink, second])
        #expect(Self.fields(again) == ["phone=2 personal"])
        #expect(again.fields.first?.eventID == second.id)
        let twice = try await Self.profile(after: [first, unlink, try Self.unlinked(first, after: 3)])
        #expect(twice.fields == [])

        let foreign = try NewEvent(
            IdentifierUnlinked.with { $0.linkEventID = first.id.description }, about: [try .customer("C-2")],
            occurredAt: Self.morning.plus(days: 2))
        let nonsense = try NewEvent(
            IdentifierUnlinked.with { $0.linkEventID = "no id" }, about: [try .customer("C-1")],
            occurredAt: Self.morning.plus(days: 2))
        let kept = try await Self.profile(after: [first, foreign, nonsense])
        #expect(Self.fields(kept) == ["phone=2 personal"])
        let capitals = try NewEvent(
            IdentifierUnlinked.with { $0.linkEventID = first.id.description.uppercased() },
            about: [try .customer("C-1")], occurredAt: Self.morning.plus(days: 2))
        #expect(try await Self.profile(after: [first, capitals]).fields == [])
    }

    @Test("a link without its personal part gives no field")
    func linkWithoutValue() async throws {
        let link = try NewEvent(IdentifierLinked.with { $0.type = .email }, about: [try .customer("C-1")])
        let profile = try await Self.profile(after: [link])
        #expect(profile.fields == [])
        #expect(profile.events == 1)
    }

    // MARK: Counts

    /// An event of a type of the catalogue about C-1 and everything else that a type may need, without data.
    private static func bare(_ name: String, after days: Int64 = 0) throws -> NewEvent {
        let tags = [
            "customer:C-1", "order:A-1", "case:S-1", "lead:L-1", "opportunity:O-1", "survey:S-1", "invitation:I-1",
        ]
        return NewEvent(
            type: try EventType(EventCatalogue.package + name), tags: try tags.map { try EntityTag($0) },
            occurredAt: morning.plus(days: days))
    }

    @Test("orders, cases, complaints, suggestions, referrals, touchpoints and talks are counted, each for itself")
    func counts() async throws {
        let times = [
            ("OrderPlaced", 7), ("CaseOpened", 6), ("ComplaintRaised", 5), ("SuggestionSubmitted", 4),
            ("ReferralMade", 3), ("TouchpointRecorded", 2), ("InteractionLogged", 1),
        ]
        var events = try times.flatMap { name, count in try (0..<count).map { _ in try Self.bare(name) } }
        // What comes of them counts nowhere.
        for name in ["OrderCancelled", "CaseClosed", "SuggestionDecided", "FeedbackLoopClosed", "SurveyInvited"] {
            events.append(try Self.bare(name))
        }
        let folder = try CRMFolder()
        try await folder.appendSlowly(events, batch: 4)
        let profile = try #require(try await folder.crm.profile(of: "C-1"))
        #expect(
            [
                profile.orders, profile.cases, profile.complaints, profile.suggestions, profile.referrals,
                profile.touchpoints, profile.interactions,
            ] == [7, 6, 5, 4, 3, 2, 1])
        #expect(profile.events == 33)
        let live = try folder.crm.projections.digest(of: ProfileModel.name).digest
        try folder.crm.projections.rebuild([ProfileModel.name])
        try await folder.crm.projections.wait(for: folder.head, of: [ProfileModel.name])
        let rebuilt = try folder.crm.projections.digest(of: ProfileModel.name).digest
        #expect(live == rebuilt)
        #expect(try await folder.crm.profile(of: "C-1") == profile)
    }

    /// The types that say nothing of a customer: what a pipeline is, what happens to a lead before it is one, what the
    /// ledger of privacy is made of, what is said of other events, where a user belongs, and which funnels are saved.
    private static let others: Set<String> = [
        "PipelineDefined", "LeadCaptured", "LeadScored", "LeadAssigned", "LeadQualified", "LeadDisqualified",
        "ConsentGranted", "ConsentWithdrawn", "ProcessingRestricted", "SubjectRequestReceived",
        "SubjectRequestFulfilled", "SubjectErased", "KeyDestroyed", "LegalHoldPlaced", "LegalHoldReleased",
        "RetentionPolicySet", "PersonalDataAccessed", "CustomersMerged", "CustomersUnmerged", "DuplicateReviewed",
        "IdentityRulesSet", "EventCorrected", "ImportStarted", "ImportCompleted", "ImportReverted",
        "UserAssigned", "FunnelDefined", "FunnelRetired", "WorkingCalendarDefined", "ServiceLevelDefined",
        "ServiceLevelRetired",
    ]

    @Test("an event of any family says that its customer was seen, and when")
    func seen() async throws {
        let names = EventCatalogue.names.map { String($0.dropFirst(EventCatalogue.package.count)) }
            .filter { !Self.others.contains($0) }
        let folded = Set(ProfileFold().types.map(\.name))
        #expect(folded == Set(names.map { EventCatalogue.package + $0 }))
        #expect(ProfileFold().types.count == folded.count)
        let events = try names.enumerated().map { try Self.bare($0.element, after: Int64($0.offset)) }
        let profile = try await Self.profile(after: events.reversed())
        #expect(profile.events == names.count)
        #expect(profile.firstSeen == Self.morning)
        #expect(profile.lastSeen == Self.morning.plus(days: Int64(names.count - 1)))
    }
}
