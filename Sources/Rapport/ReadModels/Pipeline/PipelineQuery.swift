public import EventLog
internal import LMDB
internal import Projection

/// How many deals stand how, whatever their currency.
public struct DealCounts: Codable, Sendable, Hashable {
    public let opened: Int64
    public let open: Int64
    public let won: Int64
    public let lost: Int64
    /// won / (won + lost), in basis points rounded half up; nil when nothing was closed.
    public let winRateBp: Int64?
}

/// The pipeline at one moment: what is open, by stage, and what has come of the rest.
public struct PipelineAtDate: Codable, Sendable, Hashable {
    /// Open deals of one stage, in one currency.
    public struct Stage: Codable, Sendable, Hashable {
        public let pipeline: String
        public let stage: String
        public let currency: String
        public let open: Int64
        /// Minor units.
        public let openValue: Int64
    }

    /// Everything up to the moment, in one currency.
    public struct Total: Codable, Sendable, Hashable {
        public let currency: String
        public let opened: Int64
        public let open: Int64
        public let won: Int64
        public let lost: Int64
        /// Minor units.
        public let openValue: Int64
        public let wonValue: Int64
        public let lostValue: Int64
        /// won / (won + lost), in basis points rounded half up; nil when nothing was closed.
        public let winRateBp: Int64?
    }

    /// The day whose end it is; nil: everything recorded so far.
    public let at: String?
    public let zone: String
    public let stages: [Stage]
    /// All deals together. A deal whose value nobody has stated has no currency, but it counts.
    public let deals: DealCounts
    /// By currency; "" for deals whose value nobody has stated.
    public let totals: [Total]
    /// The position that the answer is of.
    public let position: Position
}

/// Deals by the value of one of their dimensions.
public struct DealGroups: Codable, Sendable, Hashable {
    public struct Group: Codable, Sendable, Hashable {
        public let value: String
        public let currency: String
        public let opened: Int64
        public let open: Int64
        public let openValue: Int64
        public let won: Int64
        public let wonValue: Int64
        public let lost: Int64
        public let lostValue: Int64
        /// won / (won + lost), in basis points rounded half up; nil when nothing was closed.
        public let winRateBp: Int64?
        /// Mean whole days from opening to win and to loss, in hundredths of a day; nil without any.
        public let wonDaysCenti: Int64?
        public let lostDaysCenti: Int64?
    }

    public let dimension: String
    public let at: String?
    public let zone: String
    /// By value of the dimension, whatever the currency.
    public let counts: [GroupCounts]
    /// By value and currency; "" for deals whose value nobody has stated.
    public let groups: [Group]
    public let position: Position

    /// The deals of one value of the dimension.
    public struct GroupCounts: Codable, Sendable, Hashable {
        public let value: String
        public let deals: DealCounts
        /// Mean whole days from opening to win and to loss, in hundredths of a day; nil without any.
        public let wonDaysCenti: Int64?
        public let lostDaysCenti: Int64?
    }
}

extension CRMState {
    /// The pipeline at the end of day `at` in `zone`, by what was true then; nil: all that is recorded.
    ///
    /// No snapshot needs to have been set up: it is a sum over the changes up to then.
    public func pipeline(
        at day: CivilDate? = nil, zone: String = "UTC", pipeline: String? = nil, atLeast position: Position? = nil
    ) async throws -> PipelineAtDate {
        try await wait(for: position, of: PipelineModel.name)
        let calendar = try ZonedCalendar(zone: zone)
        let end = day.map { calendar.endOfDay($0) }
        return try rows.read(PipelineModel.name) { reader in
            let stages = try PipelineModel.openByStage(pipeline, upTo: end, reader)
            let totals = try PipelineModel.totals(pipeline, upTo: end, stages, reader)
            return PipelineAtDate(
                at: day?.description, zone: calendar.name, stages: stages, deals: DealCounts(totals), totals: totals,
                position: reader.position)
        }
    }

    /// Deals grouped by a dimension: `owner`, `customer`, or an attribute given when they were opened.
    public func deals(
        by dimension: String, at day: CivilDate? = nil, zone: String = "UTC", atLeast position: Position? = nil
    ) async throws -> DealGroups {
        try await wait(for: position, of: PipelineModel.name)
        let calendar = try ZonedCalendar(zone: zone)
        return try rows.read(PipelineModel.name) { reader in
            let rows =
                if let day {
                    try PipelineModel.groups(by: dimension, before: calendar.endOfDay(day), reader)
                } else {
                    try reader.totals(PipelineModel.groups, under: [dimension]).map { parts, columns in
                        GroupRow(value: parts[0], currency: parts[1], columns: columns)
                    }
                }
            return DealGroups(
                dimension: dimension, at: day?.description, zone: calendar.name, counts: try GroupRow.counts(of: rows),
                groups: rows.map { DealGroups.Group(value: $0.value, currency: $0.currency, $0.columns) },
                position: reader.position)
        }
    }
}

// MARK: - From rows to answers

extension PipelineModel {
    static func openByStage(
        _ pipeline: String?, upTo end: Timestamp?, _ reader: borrowing ModelReader
    ) throws -> [PipelineAtDate.Stage] {
        let under = pipeline.map { [$0] } ?? []
        let names = try reader.seriesNames(stages, under: under).map { under + $0 }
        var found: [PipelineAtDate.Stage] = []
        for name in names {
            let columns = try reader.sum(stages, name, to: end)
            guard let open = columns.first, open != 0 else { continue }
            found.append(
                PipelineAtDate.Stage(
                    pipeline: name[0], stage: name[1], currency: name[2], open: open,
                    openValue: columns.count > 1 ? columns[1] : 0))
        }
        var orders: [String: StageOrder] = [:]
        for stage in found where orders[stage.pipeline] == nil {
            orders[stage.pipeline] = try StageOrder(stage.pipeline, seen: found.map(\.stage), reader)
        }
        return found.sorted { left, right in
            let leftRank = orders[left.pipeline]?.rank(of: left.stage) ?? .max
            let rightRank = orders[right.pipeline]?.rank(of: right.stage) ?? .max
            return (left.pipeline, leftRank, left.currency) < (right.pipeline, rightRank, right.currency)
        }
    }

    static func totals(
        _ pipeline: String?, upTo end: Timestamp?, _ stages: [PipelineAtDate.Stage], _ reader: borrowing ModelReader
    ) throws -> [PipelineAtDate.Total] {
        let under = pipeline.map { [$0] } ?? []
        var byCurrency: [String: [Int64]] = [:]
        for name in try reader.seriesNames(flow, under: under) {
            let columns = try reader.sum(flow, under + name, to: end)
            try add(columns, to: &byCurrency[name[name.count - 1], default: []])
        }
        return try byCurrency.keys.sorted().compactMap { currency in
            var columns = byCurrency[currency] ?? []
            try add([Int64](repeating: 0, count: Flow.count), to: &columns)
            guard columns[Flow.opened] != 0 else { return nil }
            let open = stages.filter { $0.currency == currency }
            return PipelineAtDate.Total(
                currency: currency, opened: columns[Flow.opened], open: open.reduce(0) { $0 + $1.open },
                won: columns[Flow.won], lost: columns[Flow.lost],
                openValue: try sum(open.map(\.openValue)), wonValue: columns[Flow.wonValue],
                lostValue: columns[Flow.lostValue],
                winRateBp: winRate(won: columns[Flow.won], lost: columns[Flow.lost]))
        }
    }

    /// The groups as they stood before `end`, from the facts of the deals opened until then.
    static func groups(
        by dimension: String, before end: Timestamp, _ reader: borrowing ModelReader
    ) throws -> [GroupRow] {
        var values = ByteKeyTable()
        var currencies = ByteKeyTable()
        var groups = PairTable()
        // The columns of all groups, one behind the other.
        var sums: [Int64] = []
        let name = Array(dimension.utf8)
        let isOwner = dimension == "owner"
        try reader.forEachRow(prefix: [deals]) { key, facts in
            guard DealFacts.openedAt(of: key) < end.microseconds else { return false }
            guard let deal = try DealAtTime(facts, at: end.microseconds - 1) else { return true }
            let value = isOwner ? try deal.owner : try deal.value(of: name.rawSpan)
            if value.isEmpty { return true }
            let group = groups.number(of: values.number(of: value), currencies.number(of: try deal.currency))
            if group * Group.count == sums.count { for _ in 0..<Group.count { sums.append(0) } }
            try deal.add(to: &sums, at: group * Group.count)
            return true
        }
        return groups.pairs.enumerated().map { number, pair in
            GroupRow(
                value: values.withBytes(pair.0) { $0.text() }, currency: currencies.withBytes(pair.1) { $0.text() },
                columns: Array(sums[number * Group.count..<(number + 1) * Group.count]))
        }.sorted { ($0.value, $0.currency) < ($1.value, $1.currency) }
    }

    /// Sales to one customer (or of one group of another dimension) in each currency.
    static func salesByCurrency(
        dimension: String, value: String, in reader: borrowing ModelReader
    ) throws -> [CustomerProfile.Sales] {
        try reader.totals(groups, under: [dimension, value]).map { parts, columns in
            let group = DealGroups.Group(value: value, currency: parts[0], columns)
            return CustomerProfile.Sales(
                currency: group.currency, won: group.won, wonValue: group.wonValue, lost: group.lost,
                open: group.open, openValue: group.openValue)
        }
    }
}

extension DealCounts {
    fileprivate init(opened: Int64, open: Int64, won: Int64, lost: Int64) {
        self.init(opened: opened, open: open, won: won, lost: lost, winRateBp: winRate(won: won, lost: lost))
    }

    fileprivate init(_ totals: [PipelineAtDate.Total]) {
        self.init(
            opened: totals.reduce(0) { $0 + $1.opened }, open: totals.reduce(0) { $0 + $1.open },
            won: totals.reduce(0) { $0 + $1.won }, lost: totals.reduce(0) { $0 + $1.lost })
    }
}

/// The columns of one value of a dimension in one currency.
struct GroupRow {
    let value: String
    let currency: String
    let columns: [Int64]

    /// Amounts of several currencies are not added up.
    private static func withoutValues(_ columns: [Int64]) -> [Int64] {
        var counts = columns
        for column in [PipelineModel.Group.openValue, PipelineModel.Group.wonValue, PipelineModel.Group.lostValue]
        where column < counts.count {
            counts[column] = 0
        }
        return counts
    }

    /// The rows of each value, which follow each other, counted together.
    static func counts(of rows: [GroupRow]) throws -> [DealGroups.GroupCounts] {
        var sums: [(value: String, columns: [Int64])] = []
        for row in rows {
            if sums.last?.value != row.value {
                sums.append((row.value, [Int64](repeating: 0, count: PipelineModel.Group.count)))
            }
            try add(Self.withoutValues(row.columns), to: &sums[sums.count - 1].columns)
        }
        return sums.map { value, columns in
            let won = columns[PipelineModel.Group.won]
            let lost = columns[PipelineModel.Group.lost]
            return DealGroups.GroupCounts(
                value: value,
                deals: DealCounts(
                    opened: columns[PipelineModel.Group.opened], open: columns[PipelineModel.Group.open], won: won,
                    lost: lost),
                wonDaysCenti: hundredths(columns[PipelineModel.Group.wonDays], over: won),
                lostDaysCenti: hundredths(columns[PipelineModel.Group.lostDays], over: lost))
        }
    }
}

extension DealAtTime {
    /// Adds the deal to the columns of a group that begin at `start`.
    func add(to columns: inout [Int64], at start: Int) throws {
        columns[start + PipelineModel.Group.opened] += 1
        switch outcome {
        case .open:
            columns[start + PipelineModel.Group.open] += 1
            try add(amount, to: &columns[start + PipelineModel.Group.openValue])
        case .won:
            columns[start + PipelineModel.Group.won] += 1
            try add(amount, to: &columns[start + PipelineModel.Group.wonValue])
            columns[start + PipelineModel.Group.wonDays] += wholeDays(from: openedAt, to: closedAt)
        case .lost:
            columns[start + PipelineModel.Group.lost] += 1
            try add(amount, to: &columns[start + PipelineModel.Group.lostValue])
            columns[start + PipelineModel.Group.lostDays] += wholeDays(from: openedAt, to: closedAt)
        }
    }

    private func add(_ amount: Int64, to total: inout Int64) throws { total = try sum(total, amount) }
}

extension DealGroups.Group {
    init(value: String, currency: String, _ stored: [Int64]) {
        var columns = stored
        while columns.count < PipelineModel.Group.count { columns.append(0) }
        let won = columns[PipelineModel.Group.won]
        let lost = columns[PipelineModel.Group.lost]
        self.init(
            value: value, currency: currency, opened: columns[PipelineModel.Group.opened],
            open: columns[PipelineModel.Group.open], openValue: columns[PipelineModel.Group.openValue], won: won,
            wonValue: columns[PipelineModel.Group.wonValue], lost: lost,
            lostValue: columns[PipelineModel.Group.lostValue], winRateBp: winRate(won: won, lost: lost),
            wonDaysCenti: hundredths(columns[PipelineModel.Group.wonDays], over: won),
            lostDaysCenti: hundredths(columns[PipelineModel.Group.lostDays], over: lost))
    }
}
