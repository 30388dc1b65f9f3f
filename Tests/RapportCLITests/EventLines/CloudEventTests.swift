import EventLog
import Foundation
import LMDB
import Rapport
import Testing

@testable import RapportCLI

/// Lines that are CloudEvents 1.0.
@Suite struct CloudEventTests {
    private static let log = EventID(high: 0x0190_b5d8_7c1e_7a51, low: 0x9f2e_3b1f_5c2d_9e77)

    private func recorded(_ event: NewEvent) -> RecordedEvent {
        RecordedEvent(
            position: Position(5_000_000_000), recordedAt: Timestamp(microseconds: 1_500_000_000_000_250), event: event)
    }

    private func text(of event: NewEvent, personal: Bool = false) -> String {
        CloudEvent.text(of: recorded(event), in: Self.log, personal: personal)
    }

    /// The members of the line, all of them texts but for `data`.
    private func members(_ event: NewEvent, personal: Bool = false) throws -> [String: JSONValue] {
        let line = text(of: event, personal: personal)
        #expect(!line.contains("\n"))
        var members: [String: JSONValue] = [:]
        for (name, value) in try JSONValue(Array(line.utf8)[...]).members { members[name] = value }
        return members
    }

    private func attributes(_ event: NewEvent, personal: Bool = false) throws -> [String: String] {
        try members(event, personal: personal).filter { $0.key != "data" }.mapValues { try $0.string }
    }

    @Test func whyAPartIsNotShownStandsInIt() throws {
        let registered = try NewEvent(
            CustomerRegistered.with { $0.customerID = "C-1" }, about: [.customer("C-1")], of: .customer("C-1"))
        let line = CloudEvent.text(
            of: recorded(registered), in: Self.log, personal: true, withheld: ["customer:C-1": .restricted])
        let personal = try #require(JSONValue(Array(line.utf8)[...]).members.first { $0.name == "personal" })
        #expect(try personal.value.string == #"[{"id":"customer:C-1","withheld":"restricted"}]"#)
    }

    private func won(_ provenance: Provenance = Provenance()) throws -> NewEvent {
        let message = OpportunityWon.with {
            $0.opportunityID = "O-1"
            $0.amount.minorUnits = 9_007_199_254_740_993
            $0.amount.currency = "EUR"
        }
        return try NewEvent(
            message, about: [.opportunity("O-1"), .customer("C-1")],
            id: EventID(high: 0x0190_b5d8_0000_7000, low: 0x8000_0000_0000_0007),
            occurredAt: Timestamp(microseconds: 1_487_581_200_000_000), provenance: provenance)
    }

    @Test func everyAttributeIsThere() throws {
        let provenance = Provenance(
            actor: "user:7", source: "till 4/Süd", correlationID: "K", causationID: Self.log,
            timeZone: "Europe/Berlin", purpose: "sale")
        let event = try won(provenance)
        let expected = [
            "specversion": "1.0",
            "id": "0190b5d8-0000-7000-8000-000000000007",
            "source": "urn:rapport:log:0190b5d8-7c1e-7a51-9f2e-3b1f5c2d9e77/till%204%2FS%C3%BCd",
            "type": "rapport.crm.v1.OpportunityWon",
            "subject": "opportunity:O-1",
            "time": "2017-02-20T09:00:00Z",
            "position": "5000000000",
            "recordedtime": "2017-07-14T02:40:00.000250Z",
            "tags": #"["opportunity:O-1","customer:C-1"]"#,
            "actor": "user:7",
            "correlationid": "K",
            "causationid": "0190b5d8-7c1e-7a51-9f2e-3b1f5c2d9e77",
            "timezone": "Europe/Berlin",
            "purpose": "sale",
            "datacontenttype": "application/json",
            "dataschema": "urn:rapport:schema:rapport.crm.v1.OpportunityWon:1",
        ]
        #expect(try attributes(event) == expected)
    }

    @Test func whatIsNotKnownIsLeftOut() throws {
        let event = NewEvent(type: try EventType("shop.Opened"), provenance: Provenance(correlationID: "", purpose: ""))
        let expected: Set = ["specversion", "id", "source", "type", "time", "position", "recordedtime", "tags"]
        let attributes = try attributes(event)
        #expect(Set(attributes.keys) == expected)
        #expect(attributes["source"] == "urn:rapport:log:\(Self.log)")
        #expect(attributes["tags"] == "[]")
    }

    // MARK: Payloads

    @Test func payloadsOfTheCatalogueAreTheirJSONForm() throws {
        let event = try won()
        let data = try #require(try members(event)["data"])
        #expect(data.text == #"{"opportunityId":"O-1","amount":{"minorUnits":"9007199254740993","currency":"EUR"}}"#)
        let again = try EventCatalogue.data(of: OpportunityWon.self, json: Data(data.bytes))
        #expect(again == event.data)
    }

    @Test func fieldsOfANewerSchemaAreKeptAsBytes() throws {
        var event = try won()
        event.data += [0xF8, 0x07, 0x05]
        event.schemaRevision = 3
        let attributes = try attributes(event)
        #expect(attributes["datacontenttype"] == "application/protobuf")
        #expect(attributes["dataschema"] == "urn:rapport:schema:rapport.crm.v1.OpportunityWon:3")
        let bytes = try #require(Data(base64Encoded: attributes["data_base64", default: "?"]))
        #expect(Array(bytes) == event.data)
        #expect(try members(event)["data"] == nil)
    }

    @Test func ownObjectsStayAsTheyAreAndOtherBytesAreBytes() throws {
        let object = #"{"grams": 1.50, "to":"漢"}"#
        var event = NewEvent(type: try EventType("shop.ParcelSent"), data: Array(object.utf8))
        #expect(try members(event)["data"]?.text == object)
        #expect(try attributes(event)["datacontenttype"] == "application/json")
        event.data = [0xFF, 0x00]
        let attributes = try attributes(event)
        #expect(attributes["data_base64"] == "/wA=")
        #expect(attributes["datacontenttype"] == "application/octet-stream")
    }

    // MARK: Personal parts

    @Test func personalPartsAreThereOnlyWhenAskedFor() throws {
        let part = CustomerRegisteredPersonal.with { $0.displayName = "王小明" }
        let event = try NewEvent(
            CustomerRegistered.with { $0.customerID = "C-1" }, about: [.customer("C-1")], personal: part,
            of: .customer("C-1"))
        #expect(!text(of: event).contains("王"))
        #expect(try attributes(event)["personal"] == nil)
        let expected = #"[{"id":"customer:C-1","personal":{"displayName":"王小明"}}]"#
        #expect(try attributes(event, personal: true)["personal"] == expected)
    }

    @Test func sealedPartsAreNeverShown() throws {
        var event = try won()
        let part = SealedPart(algorithm: .init(rawValue: 1), keyCommitment: [1], bytes: Array("secret".utf8))
        event.subjects = [Subject(id: "person:1", part: part)]
        let line = text(of: event, personal: true)
        #expect(line.contains(#""personal":"[{\"id\":\"person:1\"}]""#))
        #expect(!line.contains("secret") && !line.contains(Data("secret".utf8).base64EncodedString()))
    }

    // MARK: What the specification allows

    /// A control or a noncharacter, which no value of an attribute may hold.
    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control || scalar.properties.isNoncharacterCodePoint
    }

    @Test(
        "names and values are such as CloudEvents allow, whatever stands in the event",
        arguments: ["plain", "a\"b\\c/d", "a\nb\tc\u{0}", "\u{7F}\u{85}\u{9F}", "\u{10FFFD}", "%41 ü🙂"])
    func valuesAreAllowed(text: String) throws {
        let tag = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.map { String($0) }.joined()
        let own = #"{"note":\#(text.quotedAsJSON)}"#
        let event = NewEvent(
            type: try EventType("shop.A" + tag.replacing(" ", with: "")), tags: [try Tag(tag)],
            subjects: [Subject(id: "person:1", part: .unsealed(Array(own.utf8)))],
            provenance: Provenance(
                actor: text, source: text, correlationID: text, timeZone: text, purpose: text),
            data: Array(own.utf8))
        let attributes = try attributes(event, personal: true)
        for (name, value) in attributes {
            #expect(name == "data_base64" || name.wholeMatch(of: /[a-z0-9]{1,20}/) != nil, "\(name)")
            #expect(!value.isEmpty && !value.unicodeScalars.contains { Self.isForbidden($0) }, "\(name)")
        }
        for name in ["specversion", "id", "source", "type"] { #expect(attributes[name] != nil) }
        // What stood there can be had back.
        let source = try #require(attributes["source"])
        #expect(source.wholeMatch(of: /urn:rapport:log:[0-9a-f-]{36}\/[A-Za-z0-9._~%-]+/) != nil)
        let origin = source.dropFirst("urn:rapport:log:\(Self.log)/".count)
        #expect(String(origin).removingPercentEncoding.map { Array($0.utf8) } == Array(text.utf8))
        let schema = try #require(attributes["dataschema"])
        #expect(schema.wholeMatch(of: /urn:rapport:schema:[A-Za-z0-9._~%-]+:1/) != nil)
        let tags = try JSONValue(Array(attributes["tags", default: ""].utf8)[...]).elements.map { try $0.string }
        #expect(tags.map { Array($0.utf8) } == event.tags.map { Array($0.text.utf8) })
        let people = try JSONValue(Array(attributes["personal", default: ""].utf8)[...]).elements
        let part = try #require(try people.first?.members.first { $0.name == "personal" })
        let note = try #require(try part.value.members.first).value
        #expect(Array(try note.string.utf8) == Array(text.utf8))
        #expect(try members(event)["data"]?.text == own)
    }

    @Test func aTabBetweenTheTokensOfAnOwnPartIsASpace() throws {
        let part = Array("{\t\"name\":\t\"x\"}".utf8)
        let event = NewEvent(
            type: try EventType("shop.Opened"), subjects: [Subject(id: "person:1", part: .unsealed(part))])
        #expect(try attributes(event, personal: true)["personal"] == #"[{"id":"person:1","personal":{ "name": "x"}}]"#)
    }
}
