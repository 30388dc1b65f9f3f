import EventLog
import Rapport
import Testing

@testable import RapportCLI

@Suite struct EventLineTests {
    private func event(_ line: String) throws -> NewEvent { try EventLine.event(from: Array(line.utf8)[...]) }

    @Test(
        arguments: [
            ("[]", "expected an object"),
            (#"{"type":"own.a""#, "expected a comma or the end of the object at byte 16"),
            (#"{"tags":[]}"#, "type is missing"),
            (#"{"type":"own.a","type":"own.b"}"#, "type stands twice"),
            (#"{"type":"own.a b"}"#, #"type name "own.a b" holds white space or a control character"#),
            (#"{"type":"own.a","tags":[1]}"#, "tags: expected a text, found 1"),
            (#"{"type":"own.a","tags":[""]}"#, "tags: a tag must not be empty"),
            (#"{"type":"own.a","id":"7"}"#, "id: expected a UUID, found 7"),
            (
                #"{"type":"own.a","occurredAt":"2017-06-30"}"#,
                "occurredAt: expected a time like 2017-06-30T08:15:00Z, found 2017-06-30"
            ),
            (#"{"type":"own.a","schemaRevision":-1}"#, "schemaRevision: expected a number from 0 to 65535, found -1"),
            (#"{"type":"own.a","data":[1]}"#, "data: expected an object, found [1]"),
            (#"{"type":"own.a","dataBase64":"?"}"#, "dataBase64: expected base64"),
            (#"{"type":"own.a","data":{},"dataBase64":""}"#, "expected data or dataBase64, not both"),
            (#"{"type":"own.a","subjects":[{}]}"#, "subjects: id is missing"),
            (#"{"type":"own.a","subjects":[{"id":"x","name":"y"}]}"#, "subjects: name is not a field of a subject"),
        ])
    func aLineThatIsNoEventSaysWhatWasExpected(line: String, reason: String) {
        let error = #expect(throws: (any Error).self) { try event(line) }
        #expect(error.map { "\($0)" } == reason)
    }

    @Test(
        arguments: [
            ("FunnelDefined", "funnel:sale", "", "data: funnel_id is stated, not empty"),
            ("FunnelDefined", "funnel:sale", #","dataBase64":"""#, "dataBase64: funnel_id is stated, not empty"),
            ("UserAssigned", "user:U-1", "", "data: user_id is stated, not empty"),
        ])
    func anEventWithoutTheDataThatItNeedsIsRefused(type: String, tag: String, more: String, reason: String) {
        let error = #expect(throws: MalformedLine.self) {
            try event(#"{"type":"\#(type)","tags":["\#(tag)"]\#(more)}"#)
        }
        #expect(error?.description == reason)
    }

    @Test func aFunnelThatIsNoneIsRefused() {
        let data = #"{"funnelId":"sale","version":1,"definition":"funnel: sale"}"#
        let error = #expect(throws: MalformedLine.self) {
            try event(#"{"type":"FunnelDefined","tags":["funnel:sale"],"data":\#(data)}"#)
        }
        let reason = error?.description ?? ""
        #expect(reason.hasSuffix("definition: 1:1: 'steps' is missing here (missingKey)"), "\(reason)")
    }

    @Test func aMisspeltFieldIsRefused() {
        let error = #expect(throws: MalformedLine.self) { try event(#"{"type":"own.a","tagz":[]}"#) }
        #expect(error?.description.hasPrefix("tagz is not a field of an event") ?? false)
    }

    @Test(arguments: ["OpportunityWonn", "rapport.crm.v1.OpportunityWonn", "rapport.Won", "parcel"])
    func aTypeThatOnlyTheCatalogueCouldHaveIsOneOfIt(type: String) throws {
        let error = #expect(throws: MalformedLine.self) { try event(#"{"type":"\#(type)"}"#) }
        let reason = error?.description ?? ""
        #expect(reason.hasPrefix("type: the catalogue has no \(type); expected one of CaseAssigned, "))
        #expect(
            reason.hasSuffix(", WorkingCalendarDefined, or a type of your own with its namespace, as shop.ParcelSent"))
        #expect(try event(#"{"type":"shop.\#(type)"}"#).type.name == "shop.\(type)")
    }

    @Test(
        arguments: [
            ("OpportunityWon", "opportunity", #""customer:C-1","opportunity:""#),
            ("SurveyAnswered", "survey", #""customer:C-1","opportunity:""#),
            ("PipelineDefined", "pipeline", #""customer:C-1","opportunity:""#),
            ("CustomerRegistered", "customer", #""customers:C-1","person:C-1""#),
        ])
    func anEventOfTheCatalogueNeedsTheTagOfWhatItIsAbout(type: String, kind: String, others: String) throws {
        func reason(_ tags: String) -> String {
            let error = #expect(throws: MalformedLine.self) { try event(#"{"type":"\#(type)","tags":[\#(tags)]}"#) }
            return error?.description ?? ""
        }
        let expected = "tags: \(type) needs a tag \(kind):ID, which says what it is about; found "
        let found = others.replacing("\"", with: "").replacing(",", with: ", ")
        #expect(reason(others) == expected + found)
        #expect(reason("") == expected + "none")
        let fit = try event(#"{"type":"\#(type)","tags":[\#(others),"\#(kind):X"]}"#)
        #expect(fit.tags.last?.text == "\(kind):X")
    }

    @Test func whyAPartIsNotShownStandsInTheLineAndIsPassedOver() throws {
        let registered = try NewEvent(
            CustomerRegistered.with { $0.customerID = "C-1" }, about: [.customer("C-1")], of: .customer("C-1"))
        let recorded = RecordedEvent(position: Position(7), recordedAt: .now(), event: registered)
        let withheld: [String: Withheld] = ["customer:C-1": .erased, "customer:C-2": .restricted]
        let line = EventLine.text(of: recorded, personal: true, withheld: withheld)
        #expect(line.contains(#""subjects":[{"id":"customer:C-1","withheld":"erased"}]"#), "\(line)")
        #expect(try event(line) == registered)
        let bare = EventLine.text(of: recorded, personal: false, withheld: withheld)
        #expect(bare.contains(#""subjects":[{"id":"customer:C-1"}]"#), "\(bare)")
        let cells = EventLine.cells(of: recorded, personal: true, withheld: withheld)
        #expect(cells.contains(#"[{"id":"customer:C-1","withheld":"erased"}]"#))
        let story = EventStory(
            personal: true, terminal: Terminal(isTerminal: false, windowWidth: nil, environment: [:]), head: Position(7)
        )
        #expect(story.line(of: recorded, withheld: withheld).hasSuffix("  customer:C-1={erased}"))
        #expect(throws: MalformedLine.self) {
            try event(#"{"position":7,"type":"own.a","subjects":[{"id":"person:1","withheld":7}]}"#)
        }
    }

    @Test func whatReplayHasWrittenIsTakenAsItIs() throws {
        #expect(try event(#"{"position":7,"type":"OpportunityWon"}"#).tags == [])
        #expect(try event(#"{"position":7,"type":"parcel"}"#).type.name == "parcel")
    }

    @Test(arguments: ["customer", "owner"])
    func anAttributeIsNotNamedAsADimensionThatEveryDealHas(name: String) {
        let data = #"{"attributes":[{"name":"\#(name)","value":"x"}]}"#
        let error = #expect(throws: MalformedLine.self) {
            try event(#"{"type":"OpportunityOpened","tags":["opportunity:O-1"],"data":\#(data)}"#)
        }
        #expect(error?.description.contains("attribute \"\(name)\" has the name of a dimension") ?? false)
    }

    @Test func dataThatDoesNotFitTheCatalogueIsRefused() {
        let error = #expect(throws: MalformedLine.self) { try event(#"{"type":"OpportunityWon","data":{"colour":1}}"#) }
        #expect(error?.description.hasPrefix("data: does not fit rapport.crm.v1.OpportunityWon: ") ?? false)
    }

    @Test func everyFieldIsRead() throws {
        let id = "0190b5d8-7c1e-7a51-9f2e-3b1f5c2d9e77"
        let line =
            #"{"type":"shop.Sold","id":"\#(id)","occurredAt":"2017-06-30T10:15:00+02:00","schemaRevision":3,"#
            + #""tags":["customer:C-1","包裹:1"],"subjects":[{"id":"customer:C-1","personal":{"name": "王"}}],"#
            + #""data":{"grams": 1.50},"actor":"U-1","source":"till","correlationId":"K","causationId":"\#(id)","#
            + #""timeZone":"Europe/Berlin","purpose":"sale","position":9,"recordedAt":"2018-01-01T00:00:00Z"}"#
        let event = try event(line)
        let expected = NewEvent(
            id: try #require(EventID(id)), type: try EventType("shop.Sold"), schemaRevision: 3,
            tags: [try Tag("customer:C-1"), try Tag("包裹:1")],
            subjects: [Subject(id: "customer:C-1", part: .unsealed(Array(#"{"name": "王"}"#.utf8)))],
            occurredAt: try #require(Timestamp("2017-06-30T08:15:00Z")),
            provenance: Provenance(
                actor: "U-1", source: "till", correlationID: "K", causationID: EventID(id),
                timeZone: "Europe/Berlin", purpose: "sale"),
            data: Array(#"{"grams": 1.50}"#.utf8))
        #expect(event == expected)
    }

    @Test func typesOfTheCatalogueMayGoByTheirShortName() throws {
        let event = try event(
            #"{"type":"OpportunityWon","tags":["opportunity:O-1"],"data":{"opportunityId":"O-1"}}"#)
        #expect(event.type.name == "rapport.crm.v1.OpportunityWon")
        #expect(event.data == [0x0A, 3] + Array("O-1".utf8))
    }

    @Test func withoutIDAndTimeAnEventIsNew() throws {
        let one = try event(#"{"type":"own.a"}"#)
        let other = try event(#"{"type":"own.a"}"#)
        #expect(one.id < other.id)
        #expect(one.occurredAt.microseconds > 1_700_000_000_000_000)
        #expect(one.data.isEmpty)
    }
}
