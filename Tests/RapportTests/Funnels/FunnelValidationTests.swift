import EventLog
@testable import Rapport
import Testing

/// What a definition must not say, and where the error says it stands.
@Suite struct FunnelValidationTests {
    typealias Mistake = FunnelMistake

    private static let first = "{name: A, event: TouchpointRecorded}"
    private static let second = "{name: B, event: OrderPlaced}"
    private static let third = "{name: C, event: OrderDelivered}"

    private static func many(_ count: Int) -> [String] {
        (1...count).map { "{name: \"\($0)\", event: TouchpointRecorded, where: [{property: name, is: \"\($0)\"}]}" }
    }

    // MARK: What is read

    static let documents: [Mistake] = [
        Mistake(.unreadableDocument, ""), Mistake(.unreadableDocument, "funnel: [\n§"),
        Mistake(.unreadableDocument, "§funnel: a\nfunnel: b"), Mistake(.malformedValue, "§[]"),
        Mistake(.malformedValue, "§checkout"), Mistake(.missingKey, "§title: x"), Mistake(.missingKey, "§funnel: x"),
        Mistake(.unknownKey, "funnel: x\n§step: []"), Mistake(.malformedValue, "funnel: §[a]\nsteps: []"),
        Mistake(.malformedValue, "funnel: a\nsteps: §all"), Mistake(.malformedValue, "funnel:§\nsteps: []"),
        Mistake(.funnelName, "funnel: §Checkout\nsteps: []"), Mistake(.funnelName, "funnel: §\"\"\nsteps: []"),
        Mistake(.funnelName, "funnel: §kasse_1\nsteps: []"), Mistake(.funnelName, "funnel: §结账\nsteps: []"),
        Mistake(.funnelName, "funnel: §\(String(repeating: "a", count: 41))\nsteps: []"),
        .beside(.unknownKey, "§windows: 1 d"), .beside(.malformedValue, "order: §sideways"),
        .beside(.malformedValue, "count: §3"), .beside(.malformedValue, "reentry: §last"),
        .beside(.malformedValue, "exclusion_mode: §drop"), .beside(.malformedValue, "clip_to_range: §yes"),
        .beside(.malformedValue, "exclusions: §{}"), .beside(.title, #"title: §"a\nb""#),
        .beside(.title, "title: §\(String(repeating: "漢", count: 86))"), .beside(.subjectKind, #"subject: §"a:b""#),
        .beside(.subjectKind, #"subject: §"""#), .beside(.missingKey, "subject: §{}"),
        .beside(.unknownKey, "subject: {§kind: customer}"), .beside(.unknownProperty, "subject: {property: §sesion}"),
        .beside(.malformedValue, "sessions: §{}"), .beside(.malformedValue, "sessions: §{gap: 1 h, property: session}"),
        .beside(.unreadYAML, "title: §*name"), .beside(.unreadYAML, "§? title\n: x"),
        Mistake(.malformedValue, "funnel: §null\nsteps: []"),
    ]

    static let times: [Mistake] = [
        .beside(.unreadableDuration, "window: §14"), .beside(.unreadableDuration, "window: §two weeks"),
        .beside(.unreadableDuration, "grace: §2 sessions"), .beside(.windowOutOfRange, "window: §0"),
        .beside(.windowOutOfRange, "window: §-1"), .beside(.windowOutOfRange, "window: §367 d"),
        .beside(.windowOutOfRange, "window: §0 sessions"), .beside(.windowOutOfRange, "window: §10001 sessions"),
        .beside(.graceOutOfRange, "grace: §-1 s"), .beside(.graceOutOfRange, "window: 1 h\ngrace: §61 min"),
        .beside(.unusedSessions, "sessions: §{gap: 30 min}"),
        .beside(.unusedSessions, "count: total\nsessions: §{property: session}"),
        .beside(.sessionGapOutOfRange, "count: session\nsessions: {gap: §0}"),
        .beside(.sessionGapOutOfRange, "window: 2 sessions\nsessions: {gap: §53 w}"),
        .beside(.unknownProperty, "count: session\nsessions: {property: §visit}"),
        .beside(.unknownZone, "zone: §CET"), .beside(.unknownZone, "zone: §Europe/Atlantis"),
        .beside(.unreadableTime, "from: §yesterday"), .beside(.unreadableTime, "to: §2026-02-30"),
        .beside(.unreadableTime, "from: §2026-01-01T00:00:00"), .beside(.unreadableTime, "to: §1767225600"),
        .beside(.timeOutOfRange, "zone: Asia/Shanghai\nfrom: §0000-01-01"),
        .beside(.timeOutOfRange, "to: §9999-12-31T23:59:59-01:00"),
        .beside(.reversedRange, "from: 2026-02-01\nto: §2026-01-01"),
        .beside(.reversedRange, "from: 2026-02-01\nto: §2026-02-01T00:00:00Z"),
    ]

    static let steps: [Mistake] = [
        Mistake(.tooFewSteps, "funnel: a\nsteps: §[]"), Mistake(.tooFewSteps, "funnel: a\nsteps: §[\(first)]"),
        Mistake(.tooManySteps, "funnel: a\nsteps: §[" + many(33).joined(separator: ", ") + "]"),
        .steps(.missingKey, ["§{name: A}", second]), .steps(.missingKey, [first, "§{event: OrderPlaced}"]),
        .steps(.unknownKey, [first, "{name: B, event: OrderPlaced, §events: OrderPlaced}"]),
        .steps(.malformedValue, [first, "§B"]), .steps(.stepName, ["{name: §\"\", event: OrderPlaced}", second]),
        .steps(.stepName, ["{name: §\"a\\tb\", event: OrderPlaced}", second]),
        .steps(.stepName, [first, "{name: §\(String(repeating: "b", count: 257)), event: OrderPlaced}"]),
        .steps(.duplicateStepName, [first, "{name: §A, event: OrderPlaced}"]),
        .steps(.duplicateStepName, ["{name: 查看, event: TouchpointRecorded}", "{event: OrderPlaced, name: §查看}"]),
        .steps(.noEventType, [first, "{name: B, event: §[]}"]),
        .steps(.unknownEventType, [first, "{name: B, event: §OrderPlacd}"]),
        .steps(.unknownEventType, [first, "{name: B, event: [OrderPlaced, §rapport.crm.v1.OrderLost]}"]),
        .steps(.unknownEventType, [first, "{name: B, event: §\"Order Placed\"}"]),
        .steps(.malformedValue, [first, "{name: B, event: OrderPlaced, take: §last}"]),
        .steps(.optionalFirstStep, ["{name: A, event: TouchpointRecorded, optional: §true}", second]),
        .steps(
            .optionalInAnyOrder, [first, "{name: B, event: OrderPlaced, optional: §true}", third], "order: any"),
        .steps(
            .optionalEqualsRequired,
            [first, "{name: B, event: OrderPlaced, optional: §true}", "{name: C, event: OrderPlaced}"]),
        .steps(
            .optionalEqualsRequired,
            [
                first, "{name: B, event: [OrderPlaced, OrderChanged], optional: §true}",
                "{name: C, event: OrderReturned, optional: true}", "{name: D, event: [OrderChanged, OrderPlaced]}",
            ]),
        .steps(.withinOnFirstStep, ["{name: A, event: TouchpointRecorded, within: §1 h}", second]),
        .steps(.withinInAnyOrder, [first, "{name: B, event: OrderPlaced, within: §1 h}"], "order: any"),
        .steps(.withinOutOfRange, [first, "{name: B, event: OrderPlaced, within: §0}"]),
        .steps(.withinOutOfRange, [first, "{name: B, event: OrderPlaced, within: §15 d}"]),
        .steps(.unreadableDuration, [first, "{name: B, event: OrderPlaced, within: §2 sessions}"]),
    ]

    static let conditions: [Mistake] = [
        .condition(.missingKey, "§{is: a}"), .condition(.unknownKey, "{property: name, §equals: a}"),
        .condition(.unreadableProperty, "{property: §\"tag:\", is: a}"),
        .condition(.unreadableProperty, "{property: §\"event:position\", is: a}"),
        .condition(.unreadableProperty, "{property: §\"properties[\", is: a}"),
        .condition(.unknownProperty, "{property: §nam, is: a}"),
        .condition(.unknownProperty, "{property: §properties, exists: true}"),
        .condition(.unknownProperty, "{property: §amount.minorUnits, at_least: 1}"),
        .steps(
            .unknownProperty,
            ["{name: A, event: [TouchpointRecorded, OrderPlaced], where: [{property: §page, is: a}]}", second]),
        .steps(.unknownProperty, ["{name: A, event: shop.Sent, where: [{property: §page, is: a}]}", second]),
        .condition(.unusableCondition, "§{property: name}"),
        .condition(.unusableCondition, "§{property: name, is: a, not: b}"),
        .condition(.unusableCondition, "{property: page, is: a}, §{property: name, is: []}"),
        .condition(.unusableCondition, "§{property: name, not: []}"),
        .condition(.unusableCondition, "§{property: name, at_least: 2, at_most: 1}"),
        .condition(.unusableCondition, "§{property: name, contains: \"\"}"),
        .condition(.unusableCondition, "§{property: name, starts_with: \"\"}"),
        .condition(.malformedValue, "{property: name, at_least: §1.5}"),
        .condition(.malformedValue, "{property: name, at_most: §9223372036854775808}"),
        .condition(.malformedValue, "{property: name, exists: §maybe}"),
        .condition(.malformedValue, "{property: name, is: [§[a]]}"),
        .condition(.malformedValue, "{property: name, is: [a, §null]}"),
        .condition(.unusableCondition, "§{property: name, is: null}"),
    ]

    static let exclusions: [Mistake] = [
        .beside(.missingKey, "exclusions: [§{between: [Viewed, Bought]}]"),
        .beside(.unknownKey, "exclusions: [{event: OrderCancelled, §from: Viewed}]"),
        .beside(.noEventType, "exclusions: [{event: §[]}]"),
        .beside(.unknownProperty, "exclusions: [{event: OrderCancelled, where: [{property: §why, is: a}]}]"),
        .beside(.unknownStep, "exclusions: [{event: OrderCancelled, between: [§Seen, Bought]}]"),
        .beside(.unknownStep, "exclusions: [{event: OrderCancelled, between: [Viewed, §bought]}]"),
        .beside(.exclusionRange, "exclusions: [{event: OrderCancelled, between: §[Viewed]}]"),
        .beside(.exclusionRange, "exclusions: [{event: OrderCancelled, between: §[Bought, Viewed]}]"),
        .beside(.exclusionRange, "exclusions: [{event: OrderCancelled, between: §[Bought, Bought]}]"),
        .beside(.exclusionEqualsStep, "exclusions: [{event: OrderCancelled}, {event: §OrderPlaced}]"),
        .beside(.exclusionEqualsStep, "count: session\nexclusions: [{event: §[TouchpointRecorded]}]"),
        .beside(
            .tooManyExclusions,
            "exclusions: §[" + [String](repeating: "{event: OrderCancelled}", count: 33).joined(separator: ", ") + "]"),
        .steps(
            .exclusionAtOptionalStep, [first, "{name: B, event: OrderPlaced, optional: true}", third],
            "exclusions: [{event: OrderCancelled, between: [A, §B]}]"),
        .steps(
            .exclusionAtOptionalStep, [first, second, "{name: C, event: OrderDelivered, optional: true}"],
            "exclusions: [§{event: OrderCancelled}]"),
        .steps(
            .partialExclusionInAnyOrder, [first, second, third],
            "order: any\nexclusions: [{event: OrderCancelled, between: §[A, B]}]"),
    ]

    static let rest: [Mistake] = [
        .beside(.strictWithoutScope, "order: §strict"), .beside(.scopeWithoutStrict, "scope: §[]"),
        .beside(.scopeWithoutStrict, "order: any\nscope: §[OrderPlaced]"),
        .beside(.repeatBreaksWithoutStrict, "repeat_breaks: §true"),
        .beside(.repeatBreaksWithoutStrict, "order: any\nrepeat_breaks: §false"),
        .beside(.unknownEventType, "order: strict\nscope: [OrderPlaced, §OrderPlacing]"),
        .beside(.clipWithoutEnd, "from: 2026-01-01\nclip_to_range: §true"),
        .beside(.clipWithoutEnd, "to: null\nclip_to_range: §false"),
        .beside(.reentryInTotals, "count: total\nreentry: §first"),
        .beside(.reentryInTotals, "reentry: §best\ncount: total"),
        .beside(.modeWithoutExclusions, "exclusion_mode: §drop_subject"),
        .beside(.modeWithoutExclusions, "exclusions: []\nexclusion_mode: §end_attempt"),
        .beside(.graceInAnyOrder, "order: any\ngrace: §2 s"),
        .beside(.tooManyHeld, "hold: §[session, channel, page, campaign]"),
        .beside(.unknownProperty, "hold: [session, §colour]"), .beside(.unreadableProperty, "hold: §\"a b\""),
        .beside(.missingKey, "breakdown: §{attribution: first}"), .beside(.unknownProperty, "breakdown: {by: §colour}"),
        .beside(.attributionStep, "breakdown: {by: channel, attribution: §Seen}"),
        .beside(.attributionStep, "breakdown: {by: channel, attribution: {step: §last}}"),
        .beside(.attributionInAnyOrder, "order: any\nbreakdown: {by: channel, attribution: §last}"),
        .beside(.attributionInAnyOrder, "order: any\nbreakdown: {by: channel, attribution: §Bought}"),
        .beside(.perSegment, "count: total\nbreakdown: {by: channel, per_segment: §true}"),
        .beside(.perSegment, "breakdown: {by: channel, attribution: last, per_segment: §true}"),
        .beside(.perSegment, "breakdown: {by: channel, attribution: Bought, per_segment: §true}"),
        .beside(.groupsOutOfRange, "breakdown: {by: channel, groups: §0}"),
        .beside(.groupsOutOfRange, "breakdown: {by: channel, groups: §1001}"),
        .beside(.malformedValue, "breakdown: {by: channel, groups: §many}"),
    ]

    static let all: [Mistake] = [documents, times, steps, conditions, exclusions, rest].flatMap { $0 }

    @Test("what is wrong is told with its place and a code", arguments: all)
    func place(of mistake: Mistake) throws {
        let (yaml, line, column) = mistake.located
        let error = #expect(throws: FunnelDefinitionError.self) { try FunnelDefinition(yaml: yaml, file: "a.yaml") }
        let told = try #require(error)
        #expect(told.code == mistake.code, "\(told)")
        #expect(told.line == line && told.column == column, "\(told)")
        #expect(told.file == "a.yaml" && told.part.isEmpty)
        let place = line == 0 ? "a.yaml: " : "a.yaml:\(line):\(column): "
        #expect(told.description == place + told.reason + " (\(mistake.code.rawValue))")
    }

    @Test("every code is told")
    func codes() {
        // Of its length nothing is told in a row of the table.
        let told = Set(Self.all.map(\.code)).union([.definitionTooLong])
        #expect(FunnelDefinitionError.Code.allCases.filter { !told.contains($0) } == [])
    }

    private static let mistyped = [
        ("OrderPlacd", "perhaps OrderPlaced"), ("orderplaced", "perhaps OrderPlaced"),
        ("Xyzzy", "one of your own has a namespace, as shop.ParcelSent"),
    ]

    @Test("a mistyped type is told with the one that it may be meant for", arguments: mistyped)
    func suggestions(name: String, expected: String) {
        let yaml = "funnel: a\nsteps: [{name: A, event: TouchpointRecorded}, {name: B, event: \(name)}]"
        let error = #expect(throws: FunnelDefinitionError.self) { try FunnelDefinition(yaml: yaml) }
        #expect(error?.reason.contains("'\(name)'; \(expected)") == true, "\(String(describing: error))")
    }

    // MARK: What is made in code

    private static func made(_ change: (inout FunnelDefinition) -> Void) -> FunnelDefinitionError? {
        var funnel = FunnelDefinition(
            name: "made",
            steps: [
                FunnelDefinition.Step(name: "A", events: .init(types: [TouchpointRecorded.eventType])),
                FunnelDefinition.Step(name: "B", events: .init(types: [OrderPlaced.eventType])),
            ])
        change(&funnel)
        do {
            try funnel.check()
            return nil
        } catch {
            return error
        }
    }

    @Test("a definition made in code is told the part that is wrong, as its JSON would have it")
    func parts() {
        func expect(_ part: String, _ code: FunnelDefinitionError.Code, _ change: (inout FunnelDefinition) -> Void) {
            let error = Self.made(change)
            #expect(error?.part == part && error?.code == code, "\(part): \(String(describing: error))")
            #expect(error?.line == 0 && error?.column == 0 && error?.file == nil)
            #expect(error.map { $0.description.hasPrefix("\(part): ") } == true)
        }
        #expect(Self.made { _ in } == nil)
        expect("funnel", .funnelName) { $0.name = "" }
        expect("subject", .subjectKind) { $0.subject = .entity(kind: "person") }
        expect("steps", .tooFewSteps) { $0.steps = [] }
        expect("steps[1].within", .withinOutOfRange) { $0.steps[1].within = -1 }
        expect("steps[1].event", .noEventType) { $0.steps[1].events.types = [] }
        expect("steps[0].event[0]", .unknownEventType) {
            // The log knows types by their full names.
            $0.steps[0].events.types = [EventType(unchecked: "OrderPlaced")]
        }
        let named = EventCondition(.field("tag:name"), .exists)
        expect("steps[0].where[0].property", .unreadableProperty) { $0.steps[0].events.conditions = [named] }
        let unbounded = EventCondition(.field("name"), .isBetween(nil, nil))
        expect("steps[0].where[0]", .unusableCondition) { $0.steps[0].events.conditions = [unbounded] }
        let cancelled = FunnelDefinition.Matcher(types: [OrderCancelled.eventType])
        expect("exclusions[0].between[1]", .unknownStep) {
            $0.exclusions = [FunnelDefinition.Exclusion(events: cancelled, after: 1, before: 3)]
        }
        expect("exclusions[0].between[0]", .unknownStep) {
            $0.exclusions = [FunnelDefinition.Exclusion(events: cancelled, after: 0, before: 2)]
        }
        expect("scope", .scopeWithoutStrict) { $0.scope = [OrderPlaced.eventType] }
        expect("repeat_breaks", .repeatBreaksWithoutStrict) { $0.repeatBreaks = false }
        expect("sessions", .unusedSessions) { $0.sessions = .gap(1) }
        expect("clip_to_range", .clipWithoutEnd) { $0.clipsToRange = true }
        expect("exclusion_mode", .modeWithoutExclusions) { $0.exclusionMode = .dropSubject }
        expect("reentry", .reentryInTotals) { definition in
            definition.counting = .total
            definition.reentry = .first
        }
        expect("grace", .graceInAnyOrder) { definition in
            definition.order = .any
            definition.grace = 1
        }
        expect("window", .windowOutOfRange) { $0.window = .time(.min) }
        expect("zone", .unknownZone) { $0.zone = "" }
        let bound = FunnelDefinition.Bound(text: "2026-01-01", time: Timestamp(microseconds: 0))
        expect("from", .unreadableTime) { $0.from = bound }
        expect("breakdown.attribution", .attributionStep) {
            $0.breakdown = FunnelDefinition.Breakdown(property: .source, attribution: .step(3))
        }
        expect("breakdown.groups", .groupsOutOfRange) {
            $0.breakdown = FunnelDefinition.Breakdown(property: .source, mostGroups: -1)
        }
        #expect(Self.made { $0.order = .strict } == nil)
    }
}
