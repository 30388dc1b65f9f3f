public import EventLog
internal import LMDB
internal import Projection

/// Which deal funnel.
public struct FunnelQuestion: Sendable, Hashable {
    /// What reaching a stage means.
    public enum Skipping: String, Sendable, Codable, CaseIterable {
        /// Entering it or a later one, or being won.
        case counts
        /// Entering exactly it.
        case strict
    }

    /// Nil takes the deals of all pipelines together, which must then have the same stages to make sense.
    public var pipeline: String?
    /// First and last day of opening, both included; nil is unbounded.
    public var from: CivilDate?
    /// Last day of opening, included; nil is unbounded.
    public var to: CivilDate?
    /// As at the end of this day, by what was true then; nil: all that is recorded.
    public var at: CivilDate?
    /// What reaching a stage means.
    public var skipping: Skipping
    /// The IANA zone that days belong to.
    public var zone: String

    /// A question; without any arguments, about all deals there ever were, by days in UTC.
    public init(
        pipeline: String? = nil, from: CivilDate? = nil, to: CivilDate? = nil, at: CivilDate? = nil,
        skipping: Skipping = .counts, zone: String = "UTC"
    ) {
        self.pipeline = pipeline
        self.from = from
        self.to = to
        self.at = at
        self.skipping = skipping
        self.zone = zone
    }
}

/// How far the deals opened in a range have come: each deal counts once in a stage, however often it entered it; lost
/// deals stay in; outcomes are those at the moment asked for.
public struct DealFunnel: Codable, Sendable, Hashable {
    /// The deals that reached one stage.
    public struct Step: Codable, Sendable, Hashable {
        /// Which stage.
        public let stage: String
        /// Deals that reached it, each once, whatever has become of them.
        public let deals: Int64
        /// Of the deals opened, in basis points.
        public let ofOpenedBp: Int64?
        /// Of the deals that reached the step before, in basis points.
        public let ofPreviousBp: Int64?
    }

    /// What the deals come to in one currency.
    public struct Value: Codable, Sendable, Hashable {
        /// Empty for deals whose value nobody has stated.
        public let currency: String
        /// Minor units.
        public let wonValue: Int64
        /// What open deals come to, in minor units.
        public let openValue: Int64
        /// What lost deals come to, in minor units.
        public let lostValue: Int64
    }

    /// The pipeline, as asked; nil takes all together.
    public let pipeline: String?
    /// The first day of opening, as asked.
    public let from: String?
    /// The last day of opening, as asked.
    public let to: String?
    /// The day at whose end the deals are looked at, as asked; nil: all that is recorded.
    public let at: String?
    /// The IANA zone that days belong to.
    public let zone: String
    /// What reaching a stage means, as asked.
    public let skipping: FunnelQuestion.Skipping
    /// Deals opened in the range.
    public let opened: Int64
    /// In the order of the stages.
    public let steps: [Step]
    /// Of the deals opened, those that stand as won.
    public let won: Int64
    /// Of the deals opened, those that stand as lost.
    public let lost: Int64
    /// Of the deals opened, those that are neither won nor lost.
    public let open: Int64
    /// won / (won + lost), in basis points rounded half up; nil when nothing was closed.
    public let winRateBp: Int64?
    /// By currency.
    public let values: [Value]
    /// The position that the answer is of.
    public let position: Position
}

extension CRMState {
    /// The deal funnel that `question` asks for. Without `at` O(kinds of paths × days at the ends of the range), with
    /// it O(deals opened in the range).
    public func funnel(_ question: FunnelQuestion, atLeast position: Position? = nil) async throws -> DealFunnel {
        try await wait(for: position, of: PipelineModel.name)
        let calendar = try ZonedCalendar(zone: question.zone)
        return try rows.read(PipelineModel.name) { reader in try DealFunnel(question, calendar, reader) }
    }
}

extension DealFunnel {
    /// Answers from rows.
    init(_ question: FunnelQuestion, _ calendar: ZonedCalendar, _ reader: borrowing ModelReader) throws {
        let start = question.from.map { calendar.startOfDay($0) }
        let end = question.to.map { calendar.endOfDay($0) }
        var tally = FunnelTally()
        if let at = question.at {
            try tally.addFacts(question.pipeline, from: start, to: end, before: calendar.endOfDay(at), reader)
        } else if try reader.totals(PipelineModel.longPaths, under: question.pipeline.map { [$0] } ?? []).isEmpty {
            try tally.addCohorts(question.pipeline, from: start, to: end, reader)
        } else {
            try tally.addFacts(
                question.pipeline, from: start, to: end, before: Timestamp(microseconds: .max), reader)
        }
        let order = try StageOrder(
            question.pipeline ?? tally.pipelines.sorted().first ?? "", seen: tally.stages, reader)
        self = try tally.funnel(question, order, zone: calendar.name, at: reader.position)
    }
}

/// Deals by the stages they have entered and how they stand.
struct FunnelTally {
    private struct Path: Hashable {
        let stages: [String]
        let outcome: DealOutcome
        let currency: String
    }

    private var paths: [Path: (deals: Int64, value: Int64)] = [:]
    private(set) var pipelines: Set<String> = []
    var stages: Set<String> { Set(paths.keys.flatMap(\.stages)) }

    mutating func addCohorts(
        _ pipeline: String?, from start: Timestamp?, to end: Timestamp?, _ reader: borrowing ModelReader
    ) throws {
        let under = pipeline.map { [$0] } ?? []
        for name in try reader.seriesNames(PipelineModel.cohort, under: under) {
            let parts = under + name
            let columns = try reader.sum(PipelineModel.cohort, parts, from: start, to: end)
            guard let deals = columns.first, deals != 0, let outcome = DealOutcome(rawValue: parts[3]) else { continue }
            pipelines.insert(parts[0])
            let entered = parts[2].split(separator: PipelineModel.stageSeparator).map(String.init)
            try add(entered, outcome, parts[1], deals: deals, value: columns.count > 1 ? columns[1] : 0)
        }
    }

    mutating func addFacts(
        _ pipeline: String?, from start: Timestamp?, to end: Timestamp?, before: Timestamp,
        _ reader: borrowing ModelReader
    ) throws {
        let last = min(end?.microseconds ?? .max, before.microseconds)
        let first = start.map { DealFacts.key(openedFrom: $0.microseconds) }
        let wanted = Array((pipeline ?? "").utf8)
        let isAny = pipeline == nil
        var paths = ByteKeyTable()
        var currencies = ByteKeyTable()
        // How far the path was gone and how it ended, packed into a number; with the path; with the currency.
        var ends = PairTable()
        var groups = PairTable()
        var sums: [(deals: Int64, value: Int64)] = []
        try reader.forEachRow(prefix: [PipelineModel.deals], from: first) { key, facts in
            guard DealFacts.openedAt(of: key) < last else { return false }
            guard let deal = try DealAtTime(facts, at: before.microseconds - 1) else { return true }
            if !isAny, !(try deal.pipeline.sameBytes(as: wanted.rawSpan)) { return true }
            let path = paths.number(of: try deal.path)
            let end = ends.number(of: path, deal.entered << 2 | Int(deal.outcome.code))
            let group = groups.number(of: end, currencies.number(of: try deal.currency))
            if group == sums.count { sums.append((0, 0)) }
            sums[group] = (sums[group].deals + 1, try sum(sums[group].value, deal.amount))
            return true
        }
        for (group, found) in sums.enumerated() {
            let (end, currency) = groups.pairs[group]
            let (path, how) = ends.pairs[end]
            let (pipeline, stages) = try paths.withBytes(path) { try DealAtTime.names(in: $0) }
            pipelines.insert(pipeline)
            try add(
                Array(stages.prefix(how >> 2)), DealOutcome(code: UInt8(how & 3)) ?? .open,
                currencies.withBytes(currency) { $0.text() }, deals: found.deals, value: found.value)
        }
    }

    private mutating func add(
        _ stages: [String], _ outcome: DealOutcome, _ currency: String, deals: Int64, value: Int64
    ) throws {
        let path = Path(stages: stages, outcome: outcome, currency: currency)
        let known = paths[path] ?? (0, 0)
        paths[path] = (known.deals + deals, try sum([known.value, value]))
    }

    func funnel(
        _ question: FunnelQuestion, _ order: StageOrder, zone: String, at position: Position
    ) throws -> DealFunnel {
        var reached = [Int64](repeating: 0, count: order.stages.count)
        var byOutcome: [DealOutcome: Int64] = [:]
        var values: [String: [DealOutcome: Int64]] = [:]
        for (path, tally) in paths {
            byOutcome[path.outcome, default: 0] += tally.deals
            let known = values[path.currency]?[path.outcome] ?? 0
            values[path.currency, default: [:]][path.outcome] = try sum([known, tally.value])
            let ranks = path.stages.compactMap { order.rank(of: $0) }
            switch question.skipping {
            case .strict: for rank in Set(ranks) { reached[rank] += tally.deals }
            case .counts:
                let furthest = path.outcome == .won ? order.stages.count - 1 : ranks.max() ?? -1
                for rank in 0..<max(0, furthest + 1) { reached[rank] += tally.deals }
            }
        }
        let opened = byOutcome.values.reduce(0, +)
        var previous: Int64?
        let steps = zip(order.stages, reached).map { stage, deals in
            defer { previous = deals }
            return DealFunnel.Step(
                stage: stage, deals: deals, ofOpenedBp: basisPoints(deals, of: opened),
                ofPreviousBp: basisPoints(deals, of: previous ?? opened))
        }
        let won = byOutcome[.won] ?? 0
        let lost = byOutcome[.lost] ?? 0
        return DealFunnel(
            pipeline: question.pipeline, from: question.from?.description, to: question.to?.description,
            at: question.at?.description, zone: zone, skipping: question.skipping, opened: opened, steps: steps,
            won: won, lost: lost, open: byOutcome[.open] ?? 0, winRateBp: winRate(won: won, lost: lost),
            values: values.keys.sorted().map { currency in
                DealFunnel.Value(
                    currency: currency, wonValue: values[currency]?[.won] ?? 0,
                    openValue: values[currency]?[.open] ?? 0, lostValue: values[currency]?[.lost] ?? 0)
            },
            position: position)
    }
}
