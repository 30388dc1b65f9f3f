import Foundation
import Rapport
import Testing
import TestSupport

@Suite struct ImportMappingTests {
    /// A mapping that is right, with places to put something wrong.
    private func yaml(
        top: String = "", file: String = "", event: String = "", type: String = "OpportunityWon",
        key: String = "[id]", occurredAt: String = "\"{day}\"", about: String = "[\"opportunity:{id}\"]",
        data: String = "opportunityId: \"{id}\""
    ) -> String {
        """
        source: test
        \(top)
        files:
          - file: "*.csv"
            \(file)
            events:
              - name: won
                type: \(type)
                \(event)
                key: \(key)
                occurredAt: \(occurredAt)
                about: \(about)
                data:
                  \(data)
        """
    }

    private func mistake(_ yaml: String) -> String {
        do {
            _ = try ImportMapping(yaml: yaml)
            return "none"
        } catch {
            return error.description
        }
    }

    @Test func aMappingIsRead() throws {
        #expect(try ImportMapping(yaml: yaml()).source == "test")
    }

    @Test(arguments: [
        ("", "the mapping is empty"),
        ("source: [", "2:1: no YAML: "),
        ("source: a\nsource: b\nfiles: []", "1:1: 'source' stands here more than once"),
        ("[]", "1:1: a block of names and values is expected, not a list"),
        ("files: []", "1:1: 'source' is missing here"),
        ("source:\nfiles: []", "1:8: a value is missing; an empty one is \"\""),
        ("source: \"\"\nfiles: []", "1:9: a name is missing"),
        ("source: a", "1:1: 'files' is missing here"),
        ("source: a\nfiles: []", "2:8: a mapping is about at least one file"),
        ("source: a\nfiles: all", "2:8: a list is expected, not a single value"),
        ("source: a\nfilez: []", "2:1: unknown key 'filez'; here may stand source, delimiter, zone"),
        ("source: a\nfiles: [{file: x.csv}]", "2:9: 'events' is missing, here or for the whole mapping"),
        ("source: a\nfiles: [{events: []}]", "2:9: 'file' or 'having' is missing here"),
    ])
    func theFrameIsChecked(yaml: String, expected: String) {
        #expect(mistake(yaml).hasPrefix(expected), "\(mistake(yaml))")
    }

    @Test(arguments: [
        ("delimiter: \"::\"", "2:12: a delimiter is one ASCII character, or one of the words tab and blanks"),
        ("zone: CST", "2:7: unknown time zone 'CST'"),
        ("trim: perhaps", "2:7: 'perhaps' is none of true, false"),
        (
            "columns: {id: {value: \"{x}\", alias: {}}}",
            "2:30: unknown key 'alias'; here may stand value, blank, aliases"
        ),
        ("columns: {id: {blank: [a]}}", "2:15: 'value' is missing here"),
        ("columns: {id: \"{a}\", a: \"{id}\"}", "2:25: column 'id' is made of itself"),
        ("columns: {id: \"{open\"}", "2:15: '{' without '}'; '{{' is a brace"),
        ("columns: {id: \"a}\"}", "2:15: '}' without '{'; '}}' is a brace"),
        ("columns: {id: \"{}\"}", "2:15: '{}' names no column"),
        ("columns: {id: \"{occurredAt.unknown}\"}", "2:15: 'occurredAt.unknown' belongs to an event"),
        ("lookups: {t: {file: t.csv}}\ncolumns: {id: \"{t.x}\"}", "2:14: 'key' is missing here"),
        ("lookups: {t: {file: t.csv, key: k, on: x}}\ncolumns: {id: \"{t.x}\"}", "2:36: unknown key 'on'"),
    ])
    func whatHoldsForAllFilesIsChecked(top: String, expected: String) {
        #expect(mistake(yaml(top: top)).hasPrefix(expected), "\(mistake(yaml(top: top)))")
    }

    @Test func aColumnThatNoEventUsesIsAMistake() {
        let unused = mistake(yaml(file: "columns: {idd: \"{x}\"}"))
        #expect(unused == "5:15: no event uses column 'idd'")
    }

    @Test(arguments: [
        ("OpportunityWin", "8:15: unknown event type 'OpportunityWin'; there are CaseAssigned, "),
        ("[a]", "8:15: a single value is expected, not a list"),
    ])
    func typesAreChecked(type: String, expected: String) {
        #expect(mistake(yaml(type: type)).hasPrefix(expected), "\(mistake(yaml(type: type)))")
    }

    @Test(arguments: [
        ("once: true", "10:14: an event that is made once has no key"),
        ("once: true\n        first: true", "7:9: an event cannot be both 'once' and 'first'"),
        ("when: {stage: won}", "9:23: 'won' is none of present, empty"),
        ("when: {stage: {is: won}}", "9:24: unknown key 'is'; here may stand in, not"),
        ("personal: {}", "9:19: a personal part needs the 'person' it is about"),
        ("personal: {name: x}", "9:20: the personal part of OpportunityWon has no field 'name'"),
        ("person: \"{id}\"", "9:17: a tag is a kind, a colon and an id, as in \"customer:{account}\""),
        ("kind: x", "9:9: unknown key 'kind'; here may stand name, type, once"),
    ])
    func eventsAreChecked(event: String, expected: String) {
        #expect(mistake(yaml(event: event)).hasPrefix(expected), "\(mistake(yaml(event: event)))")
    }

    @Test(arguments: [
        ("[]", "10:14: a key needs at least one column"),
        ("{a: b}", "10:14: a single value is expected, not a block"),
        ("[[a]]", "10:15: a single value is expected, not a list"),
    ])
    func keysAreChecked(key: String, expected: String) {
        #expect(mistake(yaml(key: key)) == expected)
    }

    @Test(arguments: [
        ("yesterday", "11:21: 'yesterday' is no date, as 2017-06-30 is"),
        ("{format: yyyy-MM-dd}", "11:21: 'date' or 'fallback' is missing here"),
        ("{date: \"{day}\", format: YYYY}", "11:45: 'YYYY' is no date format"),
        ("{date: \"{day}\", zone: Mars}", "11:43: unknown time zone 'Mars'"),
        ("{date: \"{day}\", fallback: \"{x}\"}", "11:47: a fallback is a date, not a column"),
        ("{date: \"{day}\", fallback: 2017-13-01}", "11:47: '2017-13-01' is no date, as 2017-06-30 is"),
        ("{column: day}", "11:22: unknown key 'column'; here may stand date, format, zone, fallback"),
    ])
    func timesAreChecked(occurredAt: String, expected: String) {
        #expect(mistake(yaml(occurredAt: occurredAt)).hasPrefix(expected), "\(mistake(yaml(occurredAt: occurredAt)))")
    }

    @Test(arguments: [
        ("OpportunityWon", "opportunity: \"{id}\"", "14:11: OpportunityWon has no field 'opportunity'"),
        ("OpportunityWon", "amount: 5", "14:19: field 'amount' holds blocks, no single values"),
        ("OpportunityWon", "opportunityId: {a: b}", "14:26: field 'opportunityId' holds no block but a single value"),
        ("OpportunityWon", "opportunityId: [a]", "14:27: field 'opportunityId' holds one value, no list"),
        ("OpportunityWon", "amount: {minorUnits: 1.5}", "14:32: field 'minorUnits': '1.5' is not a whole number"),
        ("OpportunityWon", "amount: {units: 1}", "14:20: OpportunityWon.amount has no field 'units'"),
        ("OpportunityWon", "amount: {money: \"{x}\"}", "14:19: 'currency' is missing here"),
        ("OpportunityWon", "amount: {date: \"{x}\"}", "14:19: this field holds no date"),
        ("OpportunityOpened", "closeDate: {money: \"{x}\", currency: EUR}", "14:22: this field holds no money"),
        ("OpportunityOpened", "pipelineVersion: -1", "14:28: field 'pipelineVersion': -1 is not within 0...4294967295"),
        ("OpportunityOpened", "attributes: {name: a}", "14:23: field 'attributes' holds a list of blocks"),
        (
            "OpportunityOpened", "attributes: [{name: owner, value: \"{x}\"}]",
            "14:31: field 'name': 'owner' is reserved; expected another name"
        ),
        ("OpportunityOpened", "amount: [{money: x, currency: EUR}]", "14:20: field 'amount' holds one block, no list"),
        ("CustomerRegistered", "kind: COMPANY", "14:17: field 'kind': 'COMPANY' is none of CUSTOMER_KIND_DEALER, "),
        (
            "SurveyAnswered", "answers: [{answer: \"{q}\", question: q, metric: CSAT, scale: 1..5}]",
            "14:58: 'CSAT' is none of"
        ),
        ("SurveyAnswered", "dimensions: [{answer: \"{q}\"}]", "14:24: this field holds no answer of a survey"),
        (
            "SurveyAnswered", "answers: [{answer: x, question: q, metric: SURVEY_METRIC_CSAT, scale: 5..1}]",
            "14:81: '5..1' is no scale, as 1..5 is"
        ),
    ])
    func dataIsChecked(type: String, data: String, expected: String) {
        #expect(mistake(yaml(type: type, data: data)).hasPrefix(expected), "\(mistake(yaml(type: type, data: data)))")
    }

    @Test(arguments: [
        ("OpportunityWon", "[\"customer:{id}\"]", "opportunity:{...}"),
        ("OpportunityLost", "[\"opportunities:{id}\", \"deal:{id}\"]", "opportunity:{...}"),
        ("PipelineDefined", "[\"opportunity:{id}\"]", "pipeline:{...}"), ("SurveyAnswered", "[]", "survey:{...}"),
        ("InteractionLogged", "[\"interaction:{id}\"]", "customer:{...} or lead:{...}"),
        ("OrderPlaced", "[\"customer:{id}\"]", "order:{...}"), ("OrderPlaced", "[\"order:{id}\"]", "customer:{...}"),
        ("LeadCaptured", "[\"customer:{id}\"]", "lead:{...}"), ("CaseOpened", "[\"customer:{id}\"]", "case:{...}"),
        ("SurveyInvited", "[\"survey:{id}\"]", "invitation:{...}"),
    ])
    func whatAnEventIsAboutIsChecked(type: String, about: String, form: String) {
        #expect(
            mistake(yaml(type: type, about: about, data: "{}"))
                == "12:16: event 'won' needs a tag \"\(form)\", which says what it is about")
    }

    @Test func anEventThatIsMadeOnceUsesNoColumn() {
        let once = """
            source: test
            files:
              - file: "*.csv"
                events:
                  - {name: p, type: PipelineDefined, once: true, occurredAt: 2020-01-01, about: ["pipeline:{x}"]}
            """
        #expect(mistake(once) == "5:86: event 'p' is made once for all rows, so it cannot use column 'x'")
    }

    @Test func twoEventsOfOneFileHaveTwoNames() {
        let event = "{name: e, type: OpportunityLost, key: row, occurredAt: 2020-01-01, about: [\"opportunity:{x}\"]}"
        let twice = "source: test\nfiles:\n  - file: \"*\"\n    events:\n      - \(event)\n      - \(event)"
        #expect(mistake(twice) == "6:9: there is an event 'e' already")
    }

    @Test func aMistakeInAFileNamesIt() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/bad.yaml"
        try Data("source: a\nfiles: 5\n".utf8).write(to: URL(filePath: path))
        let error = #expect(throws: ImportMappingError.self) { try ImportMapping(path: path) }
        #expect(error?.description == "\(path):2:8: a list is expected, not a single value")
        let missing = #expect(throws: ImportMappingError.self) { try ImportMapping(path: "/nowhere.yaml") }
        #expect(missing?.description.hasPrefix("/nowhere.yaml: cannot be read: ") == true)
    }
}
