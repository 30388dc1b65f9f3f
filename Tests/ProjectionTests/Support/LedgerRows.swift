@testable import EventLog
import LMDB
@testable import Projection

/// Everything that the rows of `Ledger.model` hold, but for positions.
struct LedgerRows: Equatable {
    private(set) var accounts: [String: AmountHistory] = [:]
    private(set) var places: [String: AmountHistory] = [:]
    private(set) var summaries: [String: AmountSummary] = [:]
    private(set) var lastAmounts: [String: [Int64]] = [:]
    /// Table, series and day -> columns.
    private(set) var days: [String: [Int64]] = [:]
    private(set) var recent: [[UInt8]] = []

    static let day: Int64 = 86_400_000_000

    /// What stands in the rows.
    init(_ reader: borrowing ModelReader) throws {
        try reader.forEachEntity(AmountHistory.self, fold: 0) { entity, state in
            accounts[entity.text] = state
            return true
        }
        try reader.forEachEntity(AmountSummary.self, fold: 1) { entity, state in
            summaries[entity.text] = state
            return true
        }
        try reader.forEachEntity(AmountHistory.self, fold: 2) { entity, state in
            places[entity.text] = state
            return true
        }
        for (parts, columns) in try reader.totals(Ledger.lastAmounts) { lastAmounts[parts[0]] = columns }
        for table in [Ledger.flow, Ledger.types] {
            for name in try reader.seriesNames(table) {
                guard let span = try reader.days(table, name) else { continue }
                for number in span {
                    let start = Timestamp(microseconds: Int64(number) * Self.day)
                    let columns = try reader.sum(table, name, from: start, to: start.advanced(byMicroseconds: Self.day))
                    if !columns.isEmpty { days["\(table) \(name[0]) \(number)"] = columns }
                }
            }
        }
        try reader.forEachRow(prefix: [Ledger.recent]) { key, value in
            recent.append(key.copy() + value.copy())
            return true
        }
    }

    /// What should stand there, said without any batch, cache or retraction: `events` are in order of arrival.
    init(of events: [NewEvent]) {
        let wanted = events.filter { Ledger.wanted.contains($0.type) }
        for event in wanted {
            for tag in event.tags where tag.kind == "account" {
                summaries[tag.text, default: AmountSummary()]
                    .apply(event.data[0], at: event.occurredAt.microseconds)
            }
            let series = "\(Ledger.types) \(event.type.name)"
            addToDay(series, event.occurredAt.microseconds, event.data[0])
        }
        let inOrder = wanted.enumerated().sorted {
            ($0.element.occurredAt, $0.offset) < ($1.element.occurredAt, $1.offset)
        }
        for (_, event) in inOrder { applyInOrder(event) }
        for (text, history) in accounts { addContributions(of: history, text) }
        for (text, history) in places { addContributions(of: history, text) }
        recent.sort { $0.lexicographicallyPrecedes($1) }
        lastAmounts = lastAmounts.mapValues { Self.withoutZerosAtEnd($0) }
        days = days.mapValues { Self.withoutZerosAtEnd($0) }
    }

    private mutating func applyInOrder(_ event: NewEvent) {
        let clears = event.type == Ledger.cleared
        for tag in event.tags {
            let at = event.occurredAt.microseconds
            if tag.kind == "account" {
                accounts[tag.text, default: AmountHistory()].apply(event.data[0], at: at, clears: clears)
            } else if tag.kind == "place" {
                places[tag.text, default: AmountHistory()].apply(event.data[0], at: at, clears: clears)
            }
        }
    }

    private mutating func addContributions(of history: AmountHistory, _ text: String) {
        guard let last = history.entries.last else { return }
        lastAmounts[String(last.amount % 4), default: [0, 0]][0] += 1
        lastAmounts[String(last.amount % 4), default: [0, 0]][1] += Int64(last.amount)
        for entry in history.entries { addToDay("\(Ledger.flow) all", entry.at, entry.amount) }
        recent.append(Ledger.recentKey(text, at: last.at) + [last.amount])
    }

    private mutating func addToDay(_ series: String, _ microseconds: Int64, _ amount: UInt8) {
        let number = Int((Double(microseconds) / Double(Self.day)).rounded(.down))
        days["\(series) \(number)", default: [0, 0]][0] += 1
        days["\(series) \(number)", default: [0, 0]][1] += Int64(amount)
    }

    /// As columns are stored.
    static func withoutZerosAtEnd(_ columns: [Int64]) -> [Int64] {
        Array(columns[..<((columns.lastIndex { $0 != 0 } ?? -1) + 1)])
    }
}
