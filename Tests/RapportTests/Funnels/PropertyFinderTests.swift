import EventLog
import LMDB
import Testing

@testable import Rapport

/// The values of properties, found in place.
@Suite struct PropertyFinderTests {
    // MARK: Against JSON

    /// Where the finder and JSON differ.
    private func differences(_ fields: [JSONField], _ events: [NewEvent]) throws -> [String] {
        var wrong: [String] = []
        var finders: [String: PropertyFinder] = [:]
        try LentEvents.forEach(events) { event, number in
            let type = events[number].type
            let block = try JSONTree.shown(events[number])
            for field in fields {
                for (path, values) in field.values(in: block) {
                    var finder = finders[field.path]
                    if finder == nil || field.content == .namedValues {
                        finder = try PropertyFinder(.field(path), in: type)
                        finders[field.path] = finder
                    }
                    let found = try finder?.texts(in: event) ?? []
                    if !found.elementsEqual(values, by: { $0.sameBytes(as: $1) }) {
                        wrong.append("\(path) of \(type) is \(found), not \(values)")
                    }
                }
            }
        }
        return wrong
    }

    @Test("every field of every type is found as JSON shows it")
    func everyField() throws {
        var fieldCount = 0
        for event in try StoredSample.events() {
            let fields = try JSONField.fields(of: event)
            let wrong = try differences(fields, [event])
            #expect(wrong == [])
            fieldCount += fields.count
        }
        #expect(fieldCount > 150)
    }

    @Test("in random events every field is found as JSON shows it", arguments: WireSample.all)
    func randomEvents(sample: WireSample) throws {
        let stored = try #require(try StoredSample.events().first(where: { $0.type.name == sample.name }))
        var random = RandomEvents(seed: 11)
        var events: [NewEvent] = []
        for _ in 0..<25 { events.append(try .lent(sample.name, bytes: try sample.random(&random))) }
        let wrong = try differences(try JSONField.fields(of: stored), events)
        #expect(wrong == [])
    }

    // MARK: Data

    /// Data on the wire, and what a property of it is.
    struct Case: Sendable, CustomTestStringConvertible {
        let type: String
        let path: String
        let bytes: [UInt8]
        let values: [String]

        init(_ type: String, _ path: String, _ bytes: [UInt8], _ values: [String]) {
            self.type = type
            self.path = path
            self.bytes = bytes
            self.values = values
        }

        var testDescription: String { "\(path) of \(type) in \(bytes)" }
    }

    private static let leftOutData: [Case] = [
        Case("TouchpointRecorded", "channel", [], []),
        Case("InteractionLogged", "durationMs", [], ["0"]),
        Case("InteractionLogged", "direction", [], []),
        Case("LeadConverted", "isExistingOpportunity", [], ["false"]),
        Case("OpportunityWon", "amount.minorUnits", [], []),
        Case("OpportunityWon", "amount.currency", [], []),
        Case("OpportunityWon", "amount.minorUnits", [0x12, 0x00], ["0"]),
        Case("OpportunityWon", "amount.currency", [0x12, 0x00], []),
        Case("TouchpointRecorded", "properties[plan]", [], []),
        Case("CustomersMerged", "evidence", [], []),
    ]

    @Test(
        "a text that is left out is missing, a number is 0, a flag false; of a block that is left out all is missing",
        arguments: leftOutData)
    func leftOut(of data: Case) throws { try check(data) }

    private static let writtenData: [Case] = [
        // An empty text is missing, an explicit zero of an enumeration too.
        Case("TouchpointRecorded", "name", [0x12, 0x00], []),
        Case("InteractionLogged", "direction", [0x20, 0x00], []),
        Case("InteractionLogged", "direction", [0x20, 0x02], ["INTERACTION_DIRECTION_OUTBOUND"]),
        // Numbers of enumerations that nobody knows.
        Case("InteractionLogged", "direction", [0x20, 0x63], ["99"]),
        Case(
            "InteractionLogged", "purpose", [0x28, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], ["-1"]),
        // Of what stands twice the last counts; of a block that stands twice nothing of the first.
        Case("TouchpointRecorded", "name", [0x12, 0x01, 0x61, 0x12, 0x01, 0x62], ["b"]),
        Case("TouchpointRecorded", "name", [0x12, 0x01, 0x61, 0x12, 0x00], []),
        Case("InteractionLogged", "durationMs", [0x30, 0x05, 0x30, 0x07], ["7"]),
        Case("LeadConverted", "isExistingOpportunity", [0x20, 0x01, 0x20, 0x00], ["false"]),
        Case(
            "OpportunityWon", "amount.currency",
            [0x12, 0x07, 0x08, 0x05, 0x12, 0x03, 0x45, 0x55, 0x52, 0x12, 0x02, 0x08, 0x07], []),
        Case(
            "OpportunityWon", "amount.minorUnits",
            [0x12, 0x07, 0x08, 0x05, 0x12, 0x03, 0x45, 0x55, 0x52, 0x12, 0x02, 0x08, 0x07], ["7"]),
        // Lists go on; their empty values are there.
        Case("CustomersMerged", "evidence", [0x2A, 0x01, 0x61, 0x2A, 0x00, 0x2A, 0x01, 0x62], ["a", "", "b"]),
        Case(
            "TouchpointRecorded", "properties[p]",
            [0x3A, 0x06, 0x0A, 0x01, 0x70, 0x12, 0x01, 0x31, 0x3A, 0x03, 0x0A, 0x01, 0x70], ["1", ""]),
        Case(
            "TouchpointRecorded", "properties[q]",
            [0x3A, 0x09, 0x0A, 0x01, 0x70, 0x12, 0x01, 0x31, 0x0A, 0x01, 0x71], ["1"]),
        // Other wire types and groups are passed over.
        Case("TouchpointRecorded", "name", [0x10, 0x05], []),
        Case("InteractionLogged", "durationMs", [0x32, 0x01, 0x61], ["0"]),
        Case("TouchpointRecorded", "name", [0x13, 0x12, 0x01, 0x61, 0x14, 0x12, 0x01, 0x62], ["b"]),
        // Numbers at their ends, and with bits that they have no room for.
        Case(
            "InteractionLogged", "durationMs",
            [0x30, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], ["-9223372036854775808"]),
        Case(
            "ImportCompleted", "rows",
            [0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], ["18446744073709551615"]),
        Case("LeadScored", "version", [0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], ["4294967295"]),
        Case("LeadScored", "version", [0x18, 0x81, 0x80, 0x80, 0x80, 0x10], ["1"]),
    ]

    @Test("data is read as the generated views read it", arguments: writtenData)
    func written(as data: Case) throws { try check(data) }

    private func check(_ data: Case) throws {
        let found = try EventProperty.field(data.path).texts(in: [.lent(data.type, bytes: data.bytes)])
        #expect(found == [data.values])
    }

    @Test("a varint stands for a number as its field says")
    func forms() {
        let wide = WholeNumberForm(isWide: true, isSigned: true, isZigzag: true)
        #expect(wide.value(0) == 0)
        #expect(wide.value(1) == -1)
        #expect(wide.value(2) == 1)
        #expect(wide.value(.max) == Int128(Int64.min))
        let narrow = WholeNumberForm(isWide: false, isSigned: true, isZigzag: true)
        #expect(narrow.value(3) == -2)
        #expect(narrow.value(0xFFFF_FFFF) == Int128(Int32.min))
        #expect(narrow.value(1 << 32) == 0)
        let plain = WholeNumberForm(isWide: false, isSigned: true, isZigzag: false)
        #expect(plain.value(5) == 5)
        #expect(plain.value(.max) == -1)
        #expect(plain.value(0x8000_0000) == Int128(Int32.min))
    }

    @Test("texts in Chinese are found, as values and as names in lists")
    func chinese() throws {
        let event = try NewEvent.lent(
            "TouchpointRecorded",
            #"{"page":"/产品/船","campaign":"春节优惠活动","properties":[{"name":"城市","value":"上海浦东新区世纪大道"}]}"#)
        #expect(try EventProperty.field("page").texts(in: [event]) == [["/产品/船"]])
        #expect(try EventProperty.field("campaign").texts(in: [event]) == [["春节优惠活动"]])
        #expect(try EventProperty.field("properties[城市]").texts(in: [event]) == [["上海浦东新区世纪大道"]])
        #expect(try EventProperty.field("properties[城]").texts(in: [event]) == [[]])
    }

    @Test("names in lists are compared byte for byte, whatever they hold")
    func namesInLists() throws {
        let event = try NewEvent.lent(
            "TouchpointRecorded",
            #"{"properties":[{"name":"a.b","value":"1"},{"name":"a[b","value":"2"},{"name":"caf\u00e9","value":"3"}]}"#)
        #expect(try EventProperty.field("properties[a.b]").texts(in: [event]) == [["1"]])
        #expect(try EventProperty.field("properties[a[b]").texts(in: [event]) == [["2"]])
        #expect(try EventProperty.field("properties[caf\u{E9}]").texts(in: [event]) == [["3"]])
        #expect(try EventProperty.field("properties[cafe\u{301}]").texts(in: [event]) == [[]])
    }

    private static let malformedData: [Case] = [
        Case("TouchpointRecorded", "channel", [0x12, 0x05, 0x61], []),
        Case("TouchpointRecorded", "channel", [0x12], []),
        Case("TouchpointRecorded", "channel", [0x0F, 0x00], []),
        Case("TouchpointRecorded", "channel", [0x1A, 0x01, 0xFF], []),
        Case("InteractionLogged", "durationMs", [0x30, 0x80], []),
        Case("InteractionLogged", "direction", [0x20, 0x80], []),
        Case("LeadConverted", "isExistingOpportunity", [0x20], []),
        Case("OpportunityWon", "amount.currency", [0x12, 0x02, 0x12, 0x05], []),
        Case("OpportunityWon", "amount.currency", [0x12, 0x03, 0x12, 0x01, 0xFF], []),
        Case("TouchpointRecorded", "properties[plan]", [0x3A, 0x02, 0x0A, 0x05], []),
        Case("TouchpointRecorded", "properties[plan]", [0x3A, 0x03, 0x12, 0x01, 0xFF], []),
        Case("CustomersMerged", "evidence", [0x2A, 0x01, 0xFF], []),
    ]

    @Test("malformed bytes are refused", arguments: malformedData)
    func malformed(_ data: Case) throws {
        let event = try NewEvent.lent(data.type, bytes: data.bytes)
        #expect(throws: MalformedBytes.self) { try EventProperty.field(data.path).texts(in: [event]) }
    }

    @Test("after an answer of false nothing more is found")
    func ends() throws {
        let event = try NewEvent.lent("CustomersMerged", #"{"evidence":["a","b","c"]}"#)
        let finder = try PropertyFinder(.field("evidence"), in: event.type)
        var count = 0
        try LentEvents.forEach([event]) { event, _ in
            try finder.forEachValue(in: event) { _ in
                count += 1
                return count < 2
            }
        }
        #expect(count == 2)
    }
}
