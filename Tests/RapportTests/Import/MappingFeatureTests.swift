import EventLog
import Rapport
import SwiftProtobuf
import Testing

@Suite struct MappingFeatureTests {
    private func json(_ folder: ImportFolder) throws -> [String] { try folder.events.map { try $0.json } }

    /// A mapping of one event, `events` indented by the caller's columns.
    private func mapping(top: String = "", file: String = "", event: String) -> String {
        "source: s\n\(top)\nfiles:\n  - file: \"*.csv\"\n    \(file)\n    events:\n      - \(event)\n"
    }

    @Test func templatesMixTextAndColumns() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "id,a,b\n1,x,\n2,x,y\n")
        let event = """
            {name: e, type: OpportunityLost, key: id, occurredAt: 2024-01-01,
                 about: ["opportunity:{id}", "pair:{a}/{b}", "opportunity:{id}"],
                 data: {opportunityId: "{{{id}}}", reason: "{a}-{b}", competitor: "none"}}
            """
        try await folder.run(mapping(event: event), "a.csv")
        #expect(folder.events.map { $0.tags.map(\.text) } == [["opportunity:1"], ["opportunity:2", "pair:x/y"]])
        #expect(
            try json(folder) == [
                #"{"opportunityId":"{1}","competitor":"none"}"#,
                #"{"opportunityId":"{2}","reason":"x-y","competitor":"none"}"#,
            ])
    }

    @Test func columnsHaveBlanksAliasesAndOtherNames() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "id; why ;rival\n1; price ;n/a\n2;PRICE;Zorg\n")
        let top = """
            delimiter: ";"
            columns:
              why: {value: "{why}", aliases: {PRICE: price}}
              who: {value: "{rival}", blank: [n/a, ""]}
            """
        let event = """
            {name: e, type: OpportunityLost, key: id, occurredAt: 2024-01-01, about: ["opportunity:{id}"],
                 data: {reason: "{why}", competitor: "{who}"}}
            """
        try await folder.run(mapping(top: top, event: event), "a.csv")
        #expect(try json(folder) == [#"{"reason":"price"}"#, #"{"reason":"price","competitor":"Zorg"}"#])
    }

    @Test func blanksAreKeptWhereTheMappingSaysSo() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", " id \n 1 \n")
        let event = "{name: e, type: OpportunityLost, key: id, occurredAt: 2024-01-01, about: [\"opportunity:{id}\"]}"
        try await folder.run(mapping(event: event), "a.csv")
        try await folder.run(mapping(top: "trim: false", event: event), "a.csv")
        #expect(folder.events.flatMap(\.tags).map(\.text) == ["opportunity:1", "opportunity: 1 "])
    }

    @Test func headerNamesMayBeGiven() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "1\tx\n2\ty\n3\n")
        let event = """
            {name: e, type: OpportunityLost, key: id, occurredAt: 2024-01-01, about: ["opportunity:{id}"],
                 data: {reason: "{why}"}}
            """
        let yaml = mapping(file: "header: [id, why]\n    delimiter: tab", event: event)
        let report = try await folder.run(yaml, "a.csv")
        #expect(try json(folder) == [#"{"reason":"x"}"#, #"{"reason":"y"}"#])
        #expect(report.badRows.map(\.line) == [3])
    }

    @Test func lookUpFilesAreFoundBesideTheDataFile() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "id,agent\n1,Ann\n2,Bob\n3,\n4,Bob\n")
        let yaml = mapping(
            top: "lookups: {teams: {file: teams.csv, key: name, by: agent, delimiter: \";\"}}",
            event: """
                {name: e, type: OpportunityOpened, key: id, occurredAt: 2024-01-01, about: ["opportunity:{id}"],
                     data: {owner: "{teams.boss}", attributes: [{name: region, value: "{teams.region}"}]}}
                """)
        let without = try await folder.run(yaml, "a.csv")
        #expect(
            without.warnings.map(\.description) == [
                "teams.csv: look-up file is not there; the columns of 'teams' stay empty"
            ])
        #expect(without.appended == 4)
        #expect(try json(folder) == ["{}", "{}", "{}", "{}"])

        let other = try ImportFolder.copy(of: folder, "a.csv")
        try other.write("teams.csv", "region;name;boss\nWest;Ann;Eve\nEast;Ann;Eve\n")
        let report = try await other.run(yaml, "a.csv")
        #expect(
            try json(other) == [
                #"{"owner":"Eve","attributes":[{"name":"region","value":"West"}]}"#, "{}", "{}", "{}",
            ])
        #expect(
            report.warnings.map(\.description) == [
                "teams.csv:3: row is left out: 'Ann' stands in the table already",
                "a.csv:3: look-up 'teams' has no 'Bob'; its columns stay empty (and 1 more)",
            ])
        try other.write("teams.csv", "region;name\nWest;Ann\n")
        let error = await #expect(throws: ImportMappingError.self) { try await other.run(yaml, "a.csv") }
        #expect(error?.reason == "teams.csv has no column 'boss'; it has 'region', 'name'")
    }

    @Test func conditionsChooseRowsAndBlocks() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "id,stage,note\n1,Won,\n2,Lost,x\n3,Open,x\n4,,\n")
        let event = """
            {name: e, type: OpportunityOpened, key: id, occurredAt: 2024-01-01, about: ["opportunity:{id}"],
                 when: {stage: {not: [Open]}, id: present},
                 data: {stage: "{stage}", attributes: [{name: lost, value: "yes", when: {stage: {in: [Lost]}}},
                   {name: silent, value: "yes", when: {note: empty}}]}}
            """
        try await folder.run(mapping(event: event), "a.csv")
        #expect(
            try json(folder) == [
                #"{"stage":"Won","attributes":[{"name":"silent","value":"yes"}]}"#,
                #"{"stage":"Lost","attributes":[{"name":"lost","value":"yes"}]}"#,
                #"{"attributes":[{"name":"silent","value":"yes"}]}"#,
            ])
    }

    @Test func someEventsAreMadeOfTheFirstRowOnly() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "order,day,line\n1,never,a\n1,2024-01-01,b\n1,2024-01-02,c\n2,2024-01-03,d\n")
        let yaml = """
            source: s
            files:
              - having: [order, line]
                events:
                  - {name: p, type: PipelineDefined, once: true, occurredAt: 2020-01-01, about: ["pipeline:p"],
                     data: {pipelineId: p, version: 1}}
                  - {name: o, type: OpportunityOpened, first: true, key: [order], occurredAt: "{day}",
                     about: ["opportunity:{order}"]}
                  - {name: l, type: OpportunityLost, key: [order, line], occurredAt: "{day}",
                     about: ["line:{order}-{line}", "opportunity:{order}"]}
            """
        let report = try await folder.run(yaml, "a.csv")
        // The bad row makes none of its events; the first good one does.
        #expect(report.badRows.map(\.line) == [2])
        #expect(report.events.map(\.count) == [1, 2, 3])
        #expect(
            folder.events.map(\.head) == [
                "2020-01-01T00:00:00Z pipeline:p", "2024-01-01T00:00:00Z opportunity:1",
                "2024-01-01T00:00:00Z line:1-b opportunity:1", "2024-01-02T00:00:00Z line:1-c opportunity:1",
                "2024-01-03T00:00:00Z opportunity:2", "2024-01-03T00:00:00Z line:2-d opportunity:2",
            ])
        #expect(try await folder.run(yaml, "a.csv").appended == 0)
    }

    @Test func aRowThatDoesNotSayWhatItIsAboutIsBad() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "id,deal\n1,O-1\n2,\n3,O-3\n")
        let event = """
            {name: e, type: OpportunityWon, key: id, occurredAt: 2024-01-01, about: ["row:{id}", "opportunity:{deal}"]}
            """
        let report = try await folder.run(mapping(event: event), "a.csv")
        #expect(
            folder.events.map { $0.tags.map(\.text) } == [
                ["row:1", "opportunity:O-1"], ["row:3", "opportunity:O-3"],
            ])
        #expect(
            report.badRows.map(\.description) == [
                "a.csv:3: event 'e': the tag opportunity:ID, which says what it is about, is empty"
            ])
    }

    @Test func anAttributeIsNotNamedAsADimensionThatEveryDealHas() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "id,what,value\n1,region,North\n2,owner,Ann\n3,customer,Bob\n")
        let event = """
            {name: e, type: OpportunityOpened, key: id, occurredAt: 2024-01-01, about: ["opportunity:{id}"],
                 data: {attributes: [{name: "{what}", value: "{value}"}]}}
            """
        let report = try await folder.run(mapping(event: event), "a.csv")
        #expect(try json(folder) == [#"{"attributes":[{"name":"region","value":"North"}]}"#])
        #expect(
            report.badRows.map(\.description) == [
                "a.csv:3: what: 'owner' is reserved; expected another name",
                "a.csv:4: what: 'customer' is reserved; expected another name",
            ])
    }

    @Test func datesHaveFormatsZonesAndAFallback() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "id,day\n1,01.07.2024\n2,2024-07-01 12:00\n3,\n4,July\n")
        let event = """
            {name: e, type: OpportunityOpened, key: id, about: ["opportunity:{id}"],
                 occurredAt: {date: "{day}", format: [dd.MM.yyyy, "yyyy-MM-dd HH:mm"], fallback: 2025-01-01},
                 data: {closeDate: {date: "{day}", format: [dd.MM.yyyy, "yyyy-MM-dd HH:mm"]},
                   attributes: [{name: date_unknown, value: "{occurredAt.unknown}"}]}}
            """
        let report = try await folder.run(mapping(top: "zone: Europe/Berlin", event: event), "a.csv")
        #expect(
            folder.events.map(\.occurredAt.description) == [
                "2024-06-30T22:00:00Z", "2024-07-01T10:00:00Z", "2024-12-31T23:00:00Z",
            ])
        let closeDate = #"{"closeDate":{"date":"2024-07-01","timeZone":"Europe/Berlin"}}"#
        let unknown = #"{"attributes":[{"name":"date_unknown","value":"true"}]}"#
        #expect(try json(folder) == [closeDate, closeDate, unknown])
        #expect(report.badRows.map(\.column) == ["day"])
    }

    @Test func moneyTakesItsCurrencyFromAColumn() async throws {
        let folder = ImportFolder()
        try folder.write(
            "a.csv", "id,amount,code\n1,\"$22,700.00\",USD\n2,5,JPY\n3,1.5,JPY\n4,,EUR\n5,0,EUR\n6,7,euro\n")
        let event = """
            {name: e, type: OpportunityWon, key: id, occurredAt: 2024-01-01, about: ["opportunity:{id}"],
                 data: {amount: {money: "{amount}", currency: "{code}", ignore: "$,"}}}
            """
        let report = try await folder.run(mapping(event: event), "a.csv")
        #expect(
            try json(folder) == [
                #"{"amount":{"minorUnits":"2270000","currency":"USD"}}"#,
                #"{"amount":{"minorUnits":"5","currency":"JPY"}}"#,
                "{}", #"{"amount":{"currency":"EUR"}}"#,
            ])
        #expect(
            report.badRows.map(\.description) == [
                "a.csv:4: amount: '1.5' has more than the 0 decimal digits of JPY",
                "a.csv:7: code: 'euro' is no currency code, as EUR is",
            ])
    }

    @Test func amountsMayHaveADecimalComma() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "id;amount\n1;1.099,50\n2;1 099,5 €\n3;1,099.50\n")
        let event = """
            {name: e, type: OpportunityWon, key: id, occurredAt: 2024-01-01, about: ["opportunity:{id}"],
                 data: {amount: {money: "{amount}", currency: EUR, ignore: ". €", decimal: ","}}}
            """
        let report = try await folder.run(mapping(top: "delimiter: \";\"", event: event), "a.csv")
        #expect(
            try json(folder) == [
                #"{"amount":{"minorUnits":"109950","currency":"EUR"}}"#,
                #"{"amount":{"minorUnits":"109950","currency":"EUR"}}"#,
            ])
        #expect(
            report.badRows.map(\.description) == [
                "a.csv:4: amount: '1,099.50' has more than the 2 decimal digits of EUR"
            ])
    }

    @Test func personalValuesGoToThePersonalPart() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "id,name,mail\n1,Ann,ann@example.org\n2,,\n")
        let event = """
            {name: e, type: CustomerRegistered, key: id, occurredAt: 2024-01-01, about: ["customer:{id}"],
                 person: "customer:{id}", data: {customerId: "{id}", kind: CUSTOMER_KIND_PERSON},
                 personal: {displayName: "{name}", identifiers: [{type: IDENTIFIER_TYPE_EMAIL, value: "{mail}"}]}}
            """
        let report = try await folder.run(mapping(event: event), "a.csv")
        #expect(report.warnings == [])
        #expect(try json(folder).allSatisfy { !$0.contains("nn") })
        let person = CustomerRegisteredPersonal.with {
            $0.displayName = "Ann"
            $0.identifiers = [
                .with { identifier in
                    identifier.type = .email
                    identifier.value = "ann@example.org"
                }
            ]
        }
        let part = SealedPart.unsealed(try person.serializedBytes())
        #expect(
            folder.events.map(\.subjects) == [[Subject(id: "customer:1", part: part)], [Subject(id: "customer:2")]])
    }

    @Test func fieldsOfEveryKindHaveTheBytesOfTheirMessage() async throws {
        let folder = ImportFolder()
        let long = String(repeating: "long ", count: 60)
        try folder.write("a.csv", "id,order,bp,rot,kind,low\n1,2,0,-5,CUSTOMER_KIND_DEALER,-3\n\(long),3,10000,9,x,3\n")
        let yaml = """
            source: s
            files:
              - file: "*"
                events:
                  - {name: p, type: PipelineDefined, key: row, occurredAt: 2020-01-01, about: ["pipeline:p"],
                     data: {version: "{order}", pipelineId: "{id}", stages: [{rotAfterMs: "{rot}", id: "{id}"},
                       {order: "{order}", probabilityBp: "{bp}", id: x}]}}
                  - {name: r, type: CustomerRegistered, key: row, occurredAt: 2020-01-01, about: ["customer:c"],
                     when: {id: {in: ["1"]}}, data: {kind: "{kind}"}}
                  - {name: a, type: SurveyAnswered, key: row, occurredAt: 2020-01-01, about: ["survey:s"],
                     data: {answers: [{answer: "{low}", question: q, metric: SURVEY_METRIC_RATING, scale: -5..5}]}}
            """
        let report = try await folder.run(yaml, "a.csv")
        #expect(report.badRows == [])
        for event in folder.events {
            let type = try #require(EventCatalogue.type(named: event.type.name))
            let json = try EventCatalogue.json(of: type, data: event.data)
            #expect(try EventCatalogue.data(of: type, json: json) == event.data)
        }
        #expect(
            try json(folder)[0] == #"{"pipelineId":"1","version":2,"#
                + #""stages":[{"id":"1","rotAfterMs":"-5"},{"id":"x","order":2}]}"#)
        #expect(try json(folder)[1] == #"{"kind":"CUSTOMER_KIND_DEALER"}"#)
        #expect(try json(folder)[2].contains(#""score":-3,"scaleMin":-5,"scaleMax":5"#))
    }
}
