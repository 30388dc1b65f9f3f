import EventLog
import Testing

@testable import Rapport

/// Which properties events of a type have, and what the envelope says.
@Suite struct EventPropertyTests {
    private let touchpoint = TouchpointRecorded.eventType

    // MARK: The envelope

    @Test("a tag's property is the id in the first tag of the kind that has one")
    func tags() throws {
        let event = try NewEvent.lent(
            "TouchpointRecorded", about: ["customer:C-1", "campaigns:X", "campaign:", "campaign:春节", "campaign:K-2"])
        #expect(try EventProperty.tag(kind: "campaign").texts(in: [event]) == [["春节"]])
        #expect(try EventProperty.tag(kind: "customer").texts(in: [event]) == [["C-1"]])
        #expect(try EventProperty.tag(kind: "lead").texts(in: [event]) == [[]])
        #expect(try EventProperty.tag(kind: "custome").texts(in: [event]) == [[]])
    }

    @Test("an id may have colons")
    func colons() throws {
        let event = try NewEvent.lent("TouchpointRecorded", about: ["order:shop:7"])
        #expect(try EventProperty.tag(kind: "order").texts(in: [event]) == [["shop:7"]])
    }

    @Test("actor and source are what the provenance names, and missing where it names none")
    func provenance() throws {
        let events = [
            try NewEvent.lent("TouchpointRecorded", provenance: Provenance(actor: "user:李", source: "app")),
            try NewEvent.lent("TouchpointRecorded", provenance: Provenance(source: "web", purpose: "sale")),
            try NewEvent.lent("TouchpointRecorded", provenance: Provenance(actor: "", correlationID: "K")),
        ]
        #expect(try EventProperty.actor.texts(in: events) == [["user:李"], [], []])
        #expect(try EventProperty.source.texts(in: events) == [["app"], ["web"], []])
    }

    @Test("the type is its name, without the package of the catalogue")
    func typeName() throws {
        let own = NewEvent(type: try EventType("shop.ParcelSent"), occurredAt: .at("2024-03-01T10:00:00Z"))
        let events = [try NewEvent.lent("TouchpointRecorded"), own]
        #expect(try EventProperty.type.texts(in: events) == [["TouchpointRecorded"], ["shop.ParcelSent"]])
    }

    @Test("of an integrator's own type tags and envelope are known, and no field")
    func ownType() throws {
        let event = NewEvent(
            type: try EventType("shop.ParcelSent"), tags: [try EntityTag("parcel:P-1")],
            occurredAt: .at("2024-03-01T10:00:00Z"), provenance: Provenance(actor: "till"), data: [0xFF, 0xFF])
        #expect(try EventProperty.tag(kind: "parcel").texts(in: [event]) == [["P-1"]])
        #expect(try EventProperty.actor.texts(in: [event]) == [["till"]])
        let refusal = #expect(throws: UnknownProperty.self) { try PropertyFinder(.field("carrier"), in: event.type) }
        #expect(refusal?.type == event.type)
        #expect(refusal?.property == .field("carrier"))
        #expect(refusal?.reason.hasPrefix("shop.ParcelSent is no type of the catalogue, so nobody knows") == true)
        let unpackaged = try EventType("TouchpointRecorded")
        #expect(throws: UnknownProperty.self) { try PropertyFinder(.field("channel"), in: unpackaged) }
    }

    // MARK: Unknown properties

    private static let listOfBlocks =
        "is a list of blocks; expected a single value, or a list of texts or of names and values"

    private static let unknownPaths: [(type: String, path: String, reason: String)] = [
        ("TouchpointRecorded", "pge", "TouchpointRecorded has no field 'pge'"),
        ("TouchpointRecorded", "", "TouchpointRecorded has no field ''"),
        ("TouchpointRecorded", "properties[]", "TouchpointRecorded has no field 'properties[]'"),
        ("TouchpointRecorded", "pge[plan]", "TouchpointRecorded has no field 'pge'"),
        ("OpportunityWon", "amount.minorUnit", "OpportunityWon.amount has no field 'minorUnit'"),
        ("OpportunityWon", "amont.minorUnits", "OpportunityWon has no field 'amont'"),
        (
            "TouchpointRecorded", "properties",
            "field 'properties' of TouchpointRecorded is a list of names and values; expected one of the names, as "
                + "properties[NAME]"
        ),
        (
            "TouchpointRecorded", "channel[x]",
            "field 'channel' of TouchpointRecorded is no list of names and values; expected 'channel' without brackets"
        ),
        (
            "TouchpointRecorded", "channel.x",
            "field 'channel' of TouchpointRecorded is no block; expected 'channel' without fields of it"
        ),
        (
            "OpportunityWon", "amount",
            "field 'amount' of OpportunityWon is a block; expected a field of it, as amount.FIELD"
        ),
        ("OrderPlaced", "lines", "field 'lines' of OrderPlaced \(listOfBlocks)"),
        ("OrderPlaced", "lines.sku", "field 'lines' of OrderPlaced \(listOfBlocks)"),
        ("CustomerProfileChanged", "changes[city]", "field 'changes' of CustomerProfileChanged \(listOfBlocks)"),
        (
            "EventCorrected", "data",
            "field 'data' of EventCorrected holds bytes; expected a text, a whole number, a flag or the value of an "
                + "enumeration"
        ),
    ]

    @Test("a property that a type does not have is refused, and why", arguments: unknownPaths)
    func unknown(type: String, path: String, reason: String) throws {
        let known = try EventType(EventCatalogue.package + type)
        let refusal = #expect(throws: UnknownProperty.self) { try PropertyFinder(.field(path), in: known) }
        #expect(refusal == UnknownProperty(property: .field(path), type: known, reason: reason))
    }

    @Test("no tag has an empty kind, or one with a colon", arguments: ["", "a:b"])
    func kinds(kind: String) {
        #expect(throws: UnknownProperty.self) { try PropertyFinder(.tag(kind: kind), in: touchpoint) }
    }

    @Test("a check asks all types, or at least one")
    func checks() throws {
        let types = [touchpoint, OpportunityWon.eventType]
        try PropertyFinder.check(.tag(kind: "campaign"), in: types)
        try PropertyFinder.checkSome(.field("channel"), in: types)
        try PropertyFinder.checkSome(.field("amount.currency"), in: types)
        try PropertyFinder.checkSome(.field("channel"), in: [])
        let missing = #expect(throws: UnknownProperty.self) { try PropertyFinder.check(.field("channel"), in: types) }
        #expect(missing?.type == OpportunityWon.eventType)
        let nowhere = #expect(throws: UnknownProperty.self) { try PropertyFinder.checkSome(.field("x"), in: types) }
        #expect(nowhere?.type == touchpoint)
    }
}
