import EventLog
import Rapport
import Testing

/// Public data, imported as the package's mappings say.
struct GoldenImport: Sendable {
    /// What they were imported into.
    let folder: CRMFolder
    /// What the import said.
    let report: ImportReport
    /// What importing the same once more said.
    let again: ImportReport

    /// The events that came of the rows, in order. O(log).
    func events() throws -> [NewEvent] {
        try folder.crm.log.events().map(\.event).filter { event in
            event.type != ImportStarted.eventType && event.type != ImportCompleted.eventType
        }
    }

    /// Imports everything twice, which is the same as once, into a CRM of its own.
    static func imported(_ mapping: String, _ files: [String]) async throws -> GoldenImport {
        let folder = try CRMFolder()
        let log = folder.crm.log
        let first = try await run(mapping, files, into: log)
        let head = folder.head
        // Beside the beginning and the end of the import.
        #expect(first.appended == Int(head.rawValue) - 2)
        #expect(first.badRowCount == 0)
        #expect(first.changedRowCount == 0)
        let again = try await run(mapping, files, into: log)
        #expect(again.rows == first.rows)
        #expect(again.appended == 0)
        #expect(again.alreadyThere == first.appended)
        #expect(again.changedRowCount == 0)
        #expect(folder.head == head)
        return GoldenImport(folder: folder, report: first, again: again)
    }

    private static func run(_ mapping: String, _ files: [String], into log: EventLog) async throws -> ImportReport {
        let importer = Importer(try ImportMapping(path: GoldenDataSets.mapping(mapping)))
        return try await importer.run(files: files, into: log)
    }

    /// All rows of a list, page by page.
    static func allRows<Row>(_ page: (ListCursor?) async throws -> ListPage<Row>) async throws -> [Row] {
        var rows: [Row] = []
        var cursor: ListCursor?
        repeat {
            let next = try await page(cursor)
            rows += next.rows
            cursor = next.next
        } while cursor != nil
        return rows
    }
}

/// What came with the data sets; here, how it compares with answers.
enum GoldenFigures {
    static func cents(_ dollars: Double) -> Int64 { Int64((dollars * 100).rounded()) }

    static func basisPoints(_ share: Double) -> Int64 { Int64((share * 10_000).rounded()) }

    /// Whether an answer is the share of `part` in `whole` as it was published. Answers are rounded half up; where the
    /// share lies in the middle, what was published may be rounded down.
    static func agree(_ found: Int64?, _ share: Double, _ part: Int64, of whole: Int64) -> Bool {
        guard let found else { return false }
        let isInTheMiddle = part * 20_000 % (2 * whole) == whole
        return found == basisPoints(share) || (isInTheMiddle && found == basisPoints(share) + 1)
    }

    /// Published with four decimals.
    static func agree(_ found: Double?, _ expected: Double, within tolerance: Double = 0.000_051) -> Bool {
        found.map { abs($0 - expected) < tolerance } ?? false
    }

    /// Whether a duration is that many days, published with four decimals.
    static func agree(milliseconds: Int64?, days: Double) -> Bool {
        agree(milliseconds.map { Double($0) / 86_400_000 }, days)
    }

    /// Those that are not less than the least of `published`: of the greatest groups, as many as were published.
    static func greatest(_ found: [(String, Int64)], as published: [String: Int64]) -> [String: Int64] {
        let least = published.values.min() ?? .max
        return Dictionary(found.filter { $0.1 >= least }, uniquingKeysWith: +)
    }
}
