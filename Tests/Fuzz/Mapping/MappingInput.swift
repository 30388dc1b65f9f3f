import EventLog
import Foundation
import FuzzSupport
@testable import Rapport

@_cdecl("LLVMFuzzerTestOneInput")
public func takeInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    unsafe Fuzzing.run(MappingInput.self, [UInt8](UnsafeBufferPointer(start: start, count: count)))
}

/// Mappings: one that is taken makes events that `append` takes, of whatever is in the cells.
///
/// The mapping comes first; behind a zero the cells of one row, a line each, which the columns share out.
enum MappingInput: FuzzedInput {
    static func take(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        let yaml = String(decoding: parts[0], as: UTF8.self)
        let mapping: ImportMapping
        do {
            mapping = try ImportMapping(yaml: yaml)
        } catch {
            require(!error.reason.isEmpty, "a reason")
            return
        }
        let cells = parts.count > 1 ? parts[1].split(separator: UInt8(ascii: "\n")).map { Array($0) } : []
        for section in mapping.sections { take(section, mapping.source, cells) }
    }

    private static func take(_ section: FileSection, _ source: String, _ cells: [[UInt8]]) {
        let columns = names(of: section)
        let tables = section.lookups.map { _ -> LookupTable? in nil }
        // A name with blanks around it stands in no header.
        guard
            var mapper = try? RowMapper(
                section, header: FileHeader(columns, of: "file.csv"), tables: tables, source: source)
        else { return }
        let fields = (0..<max(1, columns.count)).map { cells.isEmpty ? [UInt8(ascii: "1")] : cells[$0 % cells.count] }
        var reader = CSVReader(bytes: row(fields, section.delimiter), delimiter: section.delimiter)
        guard case .row? = try? reader.read(into: &mapper.values.row) else { return }
        mapper.fillColumns { _, _ in }
        do {
            try mapper.makeEvents(claimed: []) { event, number throws(BadValue) in
                check(event, section.events[number])
            }
        } catch {
            require(!error.reason.isEmpty, "a reason")
        }
    }

    /// The columns that the file must have.
    private static func names(of section: FileSection) -> [String] {
        var names: [String] = []
        for column in section.columns {
            guard case .field = column.source, !names.contains(column.name) else { continue }
            names.append(column.name)
        }
        return names
    }

    private static func row(_ fields: [[UInt8]], _ delimiter: CSVDelimiter) -> [UInt8] {
        var bytes: [UInt8] = []
        for (number, field) in fields.enumerated() {
            if number > 0 { bytes.append(delimiter.byte) }
            guard delimiter != .blanks else {
                bytes += [UInt8(ascii: "1")] + field.filter { !" \t\r\n".utf8.contains($0) }
                continue
            }
            bytes.append(UInt8(ascii: "\""))
            bytes += field.filter { $0 != UInt8(ascii: "\"") }
            bytes.append(UInt8(ascii: "\""))
        }
        return bytes + [UInt8(ascii: "\n")]
    }

    // MARK: Events

    private static func check(_ event: NewEvent, _ plan: EventPlan) {
        guard let type = EventCatalogue.type(named: event.type.name) else {
            return require(false, "a type of the catalogue, not \(event.type)")
        }
        require((try? EventCatalogue.check(event)) != nil, "the tag of what \(plan.name) is about")
        do {
            let json = try EventCatalogue.json(of: type, data: event.data)
            let again = try EventCatalogue.data(of: type, json: json)
            require(again == event.data, "\(plan.name) as SwiftProtobuf writes it, \(again), not \(event.data)")
            for part in event.subjects.compactMap(\.part) {
                let json = try EventCatalogue.personalJSON(of: type, data: part.bytes)
                let again = try EventCatalogue.personalData(of: type, json: json)
                require(again == part.bytes, "\(plan.name) as SwiftProtobuf writes it, \(again), not \(part.bytes)")
            }
        } catch {
            require(false, "\(plan.name) to be of its type: \(error)")
        }
    }

    // MARK: Seeds

    static var seeds: [[UInt8]] {
        [
            mapping("{opportunityId: \"{id}\"}", cells: "1"),
            mapping("{opportunityId: \"{{{id}}}\", reason: \"{a}-{b}\"}", cells: "1\nx\ny"),
            mapping(
                "{amount: {money: \"{value}\", currency: EUR, ignore: \"$,\"}}", "OpportunityWon", cells: "1,054.50"),
            mapping("{closeDate: {date: \"{day}\", format: dd.MM.yyyy}}", "OpportunityOpened", cells: "1\n30.06.2017"),
            mapping(
                "{stage: \"{stage}\", attributes: [{name: region, value: \"{region}\", when: {region: present}}]}",
                "OpportunityOpened", cells: "1\nWon\nnorth"),
            mapping("{stage: \"{why}\", owner: \"{t.boss}\"}", "OpportunityOpened", top: tables, cells: "1\nprice"),
            survey,
        ].map { Array($0.utf8) }
    }

    private static let tables = """
        delimiter: ";"
        columns: {why: {value: "{why}", blank: [n/a], aliases: {PRICE: price}}}
        lookups: {t: {file: t.csv, key: name, by: agent}}
        """

    private static let survey = """
        source: s
        zone: America/Los_Angeles
        events:
          - name: answered
            type: SurveyAnswered
            key: [id]
            occurredAt: {date: "{day}", format: [yyyy-MM-dd, "MM/dd/yyyy hh:mm:ss a"], fallback: 2017-01-01}
            about: ["survey:x", "customer:{id}"]
            person: "customer:{id}"
            personal: {text: "{says}"}
            data:
              surveyId: x
              answers:
                - {answer: "{q}", question: q, metric: SURVEY_METRIC_NPS, scale: 0..10, noAnswer: ["11"]}
        files:
          - {having: [id, q]}
        \u{0}1
        2017-06-30
        fine
        9
        """

    private static func mapping(
        _ data: String, _ type: String = "OpportunityLost", top: String = "trim: true", cells: String
    ) -> String {
        """
        source: s
        \(top)
        files:
          - file: "*.csv"
            events:
              - {name: e, type: \(type), key: id, occurredAt: 2024-01-01, about: ["opportunity:{id}"],
                 data: \(data)}
        \u{0}\(cells)
        """
    }
}
