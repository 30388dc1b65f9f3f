@testable import Rapport
import Testing

extension WireSample: CustomTestStringConvertible {
    var testDescription: String { name }
}

/// The views of events read what SwiftProtobuf reads.
@Suite struct WireViewTests {
    /// How many random events of each type are read, or damaged.
    private static let rounds = 40 * Seeds.factor
    /// How often each event is damaged.
    private static let damages = 12

    @Test("every event of the catalogue is tried")
    func everyEvent() {
        #expect(WireSample.all.map { $0.name }.sorted() == EventCatalogue.names)
    }

    @Test("a view reads what SwiftProtobuf reads, whatever unknown fields stand around it", arguments: WireSample.all)
    func reads(sample: WireSample) throws {
        var random = RandomEvents(seed: 1)
        var wrong: [String] = []
        for _ in 0..<2 * Self.rounds {
            let event = try sample.random(&random)
            let before = random.chance(2) ? random.strangeFields() : []
            let after = random.chance(2) ? random.strangeFields() : []
            let bytes = before + event + after
            // What is tried is well-formed.
            _ = try sample.decoded(bytes)
            if let difference = sample.difference(on: bytes) { wrong.append(difference) }
        }
        #expect(wrong == [])
    }

    @Test("of a field that stands twice the last one counts, and lists go on", arguments: WireSample.all)
    func twice(sample: WireSample) throws {
        var random = RandomEvents(seed: 2)
        var wrong: [String] = []
        for _ in 0..<Self.rounds {
            let (first, second) = (try sample.random(&random), try sample.random(&random))
            _ = try sample.decoded(first + second)
            if let difference = sample.difference(on: first + second) { wrong.append(difference) }
        }
        #expect(wrong == [])
    }

    @Test("of damaged bytes a view reads what SwiftProtobuf reads, and never crashes", arguments: WireSample.all)
    func damaged(sample: WireSample) throws {
        var random = RandomEvents(seed: 3)
        var wrong: [String] = []
        var accepted = 0
        for _ in 0..<Self.rounds {
            let event = try sample.random(&random)
            for _ in 0..<Self.damages {
                let bytes = random.damaged(event)
                if (try? sample.decoded(bytes)) != nil { accepted += 1 }
                if let difference = sample.difference(on: bytes) { wrong.append(difference) }
            }
        }
        #expect(wrong == [])
        // Both kinds of damage are tried.
        let few = Self.rounds * Self.damages / 72
        #expect(accepted > few)
        #expect(accepted < Self.rounds * Self.damages - 2 * few)
    }

    @Test("of any bytes a view reads what SwiftProtobuf reads, and never crashes", arguments: WireSample.all)
    func anyBytes(sample: WireSample) {
        var random = RandomEvents(seed: 4)
        var wrong: [String] = []
        for _ in 0..<6 * Self.rounds {
            var bytes: [UInt8] = []
            for _ in 0..<random.number(in: 0...24) {
                // Often a key that the event may have.
                let isKey = random.chance(2)
                bytes.append(UInt8(isKey ? random.number(in: 0...100) : random.number(in: 0...255)))
            }
            if let difference = sample.difference(on: bytes) { wrong.append(difference) }
        }
        #expect(wrong == [])
    }

    // MARK: Edges of the wire format

    /// Bytes of an interaction, and whether they are well-formed. Its fields 1, 2, 3, 7 and 8 are texts, 4 and 5 are
    /// enums, 6 is a number of 64 bits.
    private static let edges: [(String, [UInt8], Bool)] = [
        ("nothing", [], true),
        ("field number 0", [0x00, 0x00], false),
        ("field number 0 in five bytes", [0x82, 0x80, 0x80, 0x80, 0x00, 0x00], false),
        ("wire type 6", [0x0E, 0x00], false),
        ("wire type 7", [0x0F, 0x00], false),
        ("a key without a value", [0x30], false),
        ("a key that is cut", [0x80], false),
        ("a key in two bytes", [0xB0, 0x00, 0x05], true),
        ("a key in five bytes", [0xB0, 0x80, 0x80, 0x80, 0x00, 0x05], true),
        ("a key of a known text in five bytes", [0x8A, 0x80, 0x80, 0x80, 0x00, 0x01, 0x61], true),
        ("a key of more than 32 bits", [0x80, 0x80, 0x80, 0x80, 0x10, 0x00], false),
        (
            "a key of more than ten bytes",
            [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], false
        ),
        ("the greatest field number", [0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 0x01], true),
        ("all bits of a key", [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x01], false),
        ("a number of ten bytes", [0x30, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], true),
        (
            "a number of ten bytes with bits beyond",
            [0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], true
        ),
        ("a number of eleven bytes", [0x30, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], false),
        ("a number that is cut", [0x30, 0xFF, 0xFF], false),
        ("zero in three bytes", [0x30, 0x80, 0x80, 0x00], true),
        ("an unknown number that is cut", [0xF8, 0x01, 0x80], false),
        ("an enum value that is none", [0x20, 0x63], true),
        ("an enum value of 33 bits", [0x20, 0x81, 0x80, 0x80, 0x80, 0x10], true),
        ("a negative enum value", [0x28, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], true),
        ("a text of nothing", [0x0A, 0x00], true),
        ("a text with a zero", [0x0A, 0x03, 0x61, 0x00, 0x62], true),
        ("a text of four-byte characters", [0x0A, 0x04, 0xF0, 0x9F, 0x99, 0x82], true),
        ("a text that is cut", [0x0A, 0x05, 0x61], false),
        ("a text without a length", [0x0A], false),
        ("a text whose length is in three bytes", [0x0A, 0x81, 0x80, 0x00, 0x61], true),
        ("a text of 2^63 bytes", [0x0A, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], false),
        ("a text of 2^64 - 1 bytes", [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], false),
        ("a lone continuation byte", [0x0A, 0x01, 0x80], false),
        ("a character that is cut", [0x0A, 0x02, 0xE6, 0xBC], false),
        ("a character that is cut by another", [0x0A, 0x02, 0xC3, 0x28], false),
        ("a character in too many bytes", [0x0A, 0x02, 0xC0, 0x80], false),
        ("a surrogate", [0x0A, 0x03, 0xED, 0xA0, 0x80], false),
        ("a character beyond the last", [0x0A, 0x04, 0xF4, 0x90, 0x80, 0x80], false),
        (
            "ill-formed UTF-8 after eight letters",
            [0x0A, 0x09, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0xFF], false
        ),
        ("ill-formed UTF-8 in an unknown field", [0xFA, 0x01, 0x01, 0xFF], true),
        ("a text as a number", [0x08, 0x05], true),
        ("a text as 64 bits", [0x09, 1, 2, 3, 4, 5, 6, 7, 8], true),
        ("64 bits that are cut", [0x09, 1, 2, 3, 4, 5, 6, 7], false),
        ("a number as 32 bits", [0x35, 1, 2, 3, 4], true),
        ("32 bits that are cut", [0x35, 1, 2, 3], false),
        ("a number as a text", [0x32, 0x01, 0xFF], true),
        ("a group", [0x0B, 0x0C], true),
        ("a group with fields of known numbers", [0x0B, 0x0A, 0x01, 0xFF, 0x30, 0x05, 0x0C], true),
        ("a group within a group", [0x0B, 0x13, 0x14, 0x0C], true),
        (
            "a group with a key in ten bytes",
            [0x0B, 0xB0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 5, 0x0C], true
        ),
        ("a group that does not end", [0x0B, 0x30, 0x05], false),
        ("a group that another one ends", [0x0B, 0x14], false),
        ("a group that ends before the one within", [0x0B, 0x13, 0x0C, 0x14], false),
        ("a group with field number 0", [0x0B, 0x00, 0x00, 0x0C], false),
        ("a group with wire type 7", [0x0B, 0x0F, 0x0C], false),
        ("the end of no group", [0x0C], false),
    ]

    @Test("at the edges of the wire format a view accepts and refuses what SwiftProtobuf does", arguments: edges)
    func edge(name: String, bytes: [UInt8], isAccepted: Bool) {
        let sample = WireSample(InteractionLogged.self)
        let isDecoded = (try? sample.decoded(bytes)) != nil
        #expect(isDecoded == isAccepted, "\(name)")
        let isViewed = (try? sample.viewed(bytes)) != nil
        #expect(isViewed == isAccepted, "\(name)")
        let difference = sample.difference(on: bytes)
        #expect(difference == nil, "\(name)")
    }

    @Test("every message within an event, and every element of a list, is refused when it is ill-formed")
    func illFormedWithin() {
        // The fields of messages, and which of the fields within is a text.
        let within: [(WireSample, [UInt8], UInt8)] = [
            (WireSample(CustomerRegistered.self), [5], 2), (WireSample(CustomerProfileChanged.self), [2], 4),
            (WireSample(PipelineDefined.self), [3], 4), (WireSample(OpportunityOpened.self), [6, 7, 10], 2),
            (WireSample(OpportunityAmountRevised.self), [2, 3], 2),
            (WireSample(OpportunityCloseDateMoved.self), [2, 3], 1), (WireSample(OpportunityWon.self), [2], 2),
            (WireSample(SurveyAnswered.self), [5, 6], 1), (WireSample(SurveyInvited.self), [7], 2),
            (WireSample(TouchpointRecorded.self), [7], 2), (WireSample(LeadCaptured.self), [7], 2),
            (WireSample(LeadScored.self), [5], 2), (WireSample(LeadQualified.self), [3], 2),
            (WireSample(LeadDisqualified.self), [3], 1), (WireSample(OrderPlaced.self), [3, 6], 1),
            (WireSample(OrderChanged.self), [2], 1), (WireSample(OrderReturned.self), [2], 1),
            (WireSample(CaseOpened.self), [7], 1), (WireSample(SuggestionSubmitted.self), [5], 2),
            (WireSample(SuggestionDecided.self), [5], 2), (WireSample(ReferralMade.self), [5], 2),
            (WireSample(ServiceCostAttributed.self), [2], 2),
            (WireSample(CustomersMerged.self), [6], 1), (WireSample(CustomersUnmerged.self), [6], 1),
            (WireSample(IdentityRulesSet.self), [2, 3], 2), (WireSample(IdentityRulesSet.self), [5], 1),
            (WireSample(ImportStarted.self), [3], 2), (WireSample(ImportReverted.self), [3], 2),
        ]
        for (sample, fields, text) in within {
            for field in fields {
                for (last, isAccepted) in [(0x61, true), (0xFF, false)] as [(UInt8, Bool)] {
                    let bytes: [UInt8] = [field << 3 | 2, 3, text << 3 | 2, 1, last]
                    let isDecoded = (try? sample.decoded(bytes)) != nil
                    #expect(isDecoded == isAccepted, "field \(field) of \(sample.name)")
                    let isViewed = (try? sample.viewed(bytes)) != nil
                    #expect(isViewed == isAccepted, "field \(field) of \(sample.name)")
                    #expect(sample.difference(on: bytes) == nil)
                }
            }
        }
    }

    @Test(
        "bytes are any bytes, and of several the last ones count; the texts of a list are UTF-8",
        arguments: [
            ([0x1A, 0x00], true), ([0x1A, 0x02, 0xFF, 0x80], true), ([0x1A, 0x01, 0x61, 0x1A, 0x01, 0xC0], true),
            ([0x1A, 0x05, 0x61], false), ([0x18, 0x05], true), ([0x2A, 0x01, 0x61], true), ([0x2A, 0x01, 0xFF], false),
        ] as [([UInt8], Bool)])
    func bytes(bytes: [UInt8], isAccepted: Bool) {
        let sample = WireSample(EventCorrected.self)
        let isDecoded = (try? sample.decoded(bytes)) != nil
        #expect(isDecoded == isAccepted)
        let isViewed = (try? sample.viewed(bytes)) != nil
        #expect(isViewed == isAccepted)
        #expect(sample.difference(on: bytes) == nil)
    }

    @Test("the amounts of an order's line are refused when they are ill-formed", arguments: [3, 4] as [UInt8])
    func illFormedWithinLines(amount: UInt8) {
        let orders: [(WireSample, UInt8)] = [
            (WireSample(OrderPlaced.self), 3), (WireSample(OrderChanged.self), 2), (WireSample(OrderReturned.self), 2),
        ]
        for (sample, lines) in orders {
            for (last, isAccepted) in [(0x61, true), (0xFF, false)] as [(UInt8, Bool)] {
                // The currency is field 2 of an amount.
                let bytes: [UInt8] = [lines << 3 | 2, 5, amount << 3 | 2, 3, 2 << 3 | 2, 1, last]
                let isDecoded = (try? sample.decoded(bytes)) != nil
                #expect(isDecoded == isAccepted, "\(sample.name)")
                let isViewed = (try? sample.viewed(bytes)) != nil
                #expect(isViewed == isAccepted, "\(sample.name)")
                #expect(sample.difference(on: bytes) == nil)
            }
        }
    }

    @Test(
        "of a truth the last number counts, and any but zero is true",
        arguments: [
            [], [0x20, 0x00], [0x20, 0x01], [0x20, 0x02], [0x20, 0x01, 0x20, 0x00], [0x20, 0x80, 0x80, 0x00],
            [0x20, 0x80, 0x80, 0x80, 0x80, 0x10],
            [0x20, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], [0x22, 0x01, 0x61], [0x25, 1, 2, 3, 4],
        ] as [[UInt8]])
    func truth(bytes: [UInt8]) throws {
        let sample = WireSample(LeadConverted.self)
        _ = try sample.decoded(bytes)
        let difference = sample.difference(on: bytes)
        #expect(difference == nil)
    }

    @Test(
        "of a score and a reason why there is none the last one counts",
        arguments: [
            [], [0x18, 0x0E], [0x20, 0x02], [0x18, 0x0E, 0x20, 0x01], [0x20, 0x01, 0x18, 0x0E],
            [0x18, 0x00, 0x20, 0x00],
            [0x18, 0x02, 0x25, 1, 2, 3, 4], [0x20, 0x63, 0x1A, 0x00], [0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
            [0x28, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x30, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F],
        ] as [[UInt8]])
    func oneOf(answer: [UInt8]) throws {
        let sample = WireSample(SurveyAnswered.self)
        var bytes: [UInt8] = [0x2A, UInt8(answer.count)]
        bytes += answer
        _ = try sample.decoded(bytes)
        let difference = sample.difference(on: bytes)
        #expect(difference == nil)
    }

    @Test(
        "groups within groups are passed over up to a depth; beyond it they are refused, however many there are",
        arguments: [(1, true), (50, true), (99, true), (102, false), (300_000, false)])
    func groups(depth: Int, isAccepted: Bool) {
        let bytes = [UInt8](repeating: 0x0B, count: depth) + [UInt8](repeating: 0x0C, count: depth)
        let sample = WireSample(InteractionLogged.self)
        let isDecoded = (try? sample.decoded(bytes)) != nil
        #expect(isDecoded == isAccepted)
        let isViewed = (try? sample.viewed(bytes)) != nil
        #expect(isViewed == isAccepted)
    }
}
