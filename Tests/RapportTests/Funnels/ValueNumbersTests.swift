import EventLog
import LMDB
import Testing

@testable import Rapport

/// Values of properties, numbered.
@Suite struct ValueNumbersTests {
    private static let types = [TouchpointRecorded.eventType, OpportunityWon.eventType, InteractionLogged.eventType]

    /// The number of each event, and the text of that number.
    private func numbers(
        of paths: [String], _ events: [NewEvent]
    ) throws -> (numbers: [UInt32], texts: [String], count: Int) {
        var values = ValueNumbers(of: try paths.map { try EventProperty($0) }, in: Self.types)
        var numbers: [UInt32] = []
        try LentEvents.forEach(events) { event, number in
            let type = try #require(Self.types.firstIndex(of: events[number].type))
            numbers.append(try values.number(of: event, type: type))
        }
        return (numbers, numbers.map { values.text($0) }, values.count)
    }

    private func visit(_ channel: String, page: String = "") throws -> NewEvent {
        try .lent("TouchpointRecorded", #"{"channel":"\#(channel)","page":"\#(page)"}"#)
    }

    @Test("values are numbered as they are met, and those that are missing have the number 0")
    func oneProperty() throws {
        let found = try numbers(
            of: ["channel"],
            [
                visit("web"), visit("微信"), visit(""), visit("web"),
                .lent("InteractionLogged", #"{"channel":"微信"}"#),
                // Deals that are won have no channel.
                .lent("OpportunityWon"), visit("we"),
            ])
        #expect(found.numbers == [1, 2, 0, 1, 2, 0, 3])
        #expect(found.texts == ["web", "微信", "", "web", "微信", "", "we"])
        #expect(found.count == 3)
    }

    @Test("a number is told from another by its digits")
    func numbers() throws {
        let found = try numbers(
            of: ["amount.minorUnits"],
            [
                .lent("OpportunityWon", #"{"amount":{"minorUnits":"-5"}}"#),
                .lent("OpportunityWon", #"{"amount":{"currency":"EUR"}}"#), .lent("OpportunityWon"),
                .lent("OpportunityWon", #"{"amount":{"minorUnits":"9223372036854775807"}}"#),
                .lent("OpportunityWon", #"{"amount":{"minorUnits":"-5"}}"#),
            ])
        #expect(found.numbers == [1, 2, 0, 3, 1])
        #expect(found.texts == ["-5", "0", "", "9223372036854775807", "-5"])
    }

    @Test("of several values the first counts, and an empty one is none")
    func firstValue() throws {
        func visit(_ values: String...) throws -> NewEvent {
            let properties = values.map { #"{"name":"plan","value":"\#($0)"}"# }.joined(separator: ",")
            return try .lent("TouchpointRecorded", #"{"properties":[\#(properties)]}"#)
        }
        let events = [try visit("pro", "team"), try visit("team"), try visit("", "pro"), try visit()]
        let found = try numbers(of: ["properties[plan]"], events)
        #expect(found.numbers == [1, 2, 0, 0])
        #expect(found.texts == ["pro", "team", "", ""])
    }

    @Test("several properties have one number, and 0 where one is missing")
    func severalProperties() throws {
        let found = try numbers(
            of: ["channel", "page"],
            [
                visit("a", page: "bc"), visit("ab", page: "c"), visit("a"), visit("", page: "bc"),
                visit("a", page: "bc"),
                // Has a channel, and cannot have a page.
                .lent("InteractionLogged", #"{"channel":"a"}"#),
            ])
        #expect(found.numbers == [1, 2, 0, 0, 1, 0])
        #expect(found.texts == ["a, bc", "ab, c", "", "", "a, bc", ""])
        #expect(found.count == 2)
    }

    @Test("without properties every number is 0")
    func noProperty() throws {
        let found = try numbers(of: [], [visit("web")])
        #expect(found.numbers == [0])
        #expect(found.count == 0)
    }

    @Test("a number that nothing has is no text")
    func unknownNumber() {
        let values = ValueNumbers(of: [.field("channel")], in: Self.types)
        #expect(values.text(0) == "")
        #expect(values.text(1) == "")
    }

    @Test("thousands of values keep their numbers")
    func many() throws {
        let events = try (0..<3_000).map { try visit("c-\($0 % 1_500)") }
        let found = try numbers(of: ["channel"], events)
        #expect(found.count == 1_500)
        #expect(found.numbers == (0..<3_000).map { UInt32($0 % 1_500 + 1) })
        #expect(found.texts == (0..<3_000).map { "c-\($0 % 1_500)" })
    }

    @Test("malformed bytes are refused")
    func malformed() throws {
        let event = try NewEvent.lent("TouchpointRecorded", bytes: [0x1A, 0x05, 0x61])
        #expect(throws: MalformedBytes.self) { try numbers(of: ["channel"], [event]) }
    }
}
