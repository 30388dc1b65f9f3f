public import EventLog
internal import LMDB
internal import Projection

extension CRMState {
    /// How long deals stay in the stages of their pipelines. O(changes of the deals opened until then).
    ///
    /// - Throws: ``UnknownTimeZone``.
    public func dwell(_ question: DwellQuestion, atLeast position: Position? = nil) async throws -> StageDwell {
        try await wait(for: position, of: PipelineModel.name)
        let calendar = try ZonedCalendar(zone: question.zone)
        return try rows.read(PipelineModel.name) { reader in try StageDwell(question, calendar, reader) }
    }
}

extension StageDwell {
    /// Answers from rows.
    fileprivate init(_ question: DwellQuestion, _ calendar: ZonedCalendar, _ reader: borrowing ModelReader) throws {
        var histories = DealHistories()
        var tally = DwellTally(question, calendar)
        if let dimension = question.dimension {
            tally.dimension = try DealDimension(dimension, reader, &histories.texts)
            if let value = question.value { tally.wanted = histories.texts.number(of: value) }
        }
        try histories.forEach(reader, openedBefore: tally.end, pipeline: question.pipeline) { deal, texts in
            try tally.add(deal, &texts)
            return true
        }
        let groups = tally.gathered(histories.texts)
        var stages: [Stage] = []
        var bottlenecks: [Bottleneck] = []
        var orders: [String: StageOrder] = [:]
        for group in groups {
            // Two names of the same letters in other bytes share an order.
            if orders[group.pipeline] == nil {
                let seen = groups.filter { $0.pipeline == group.pipeline }.flatMap(\.stagesSeen)
                orders[group.pipeline] = try StageOrder(group.pipeline, seen: seen, reader)
            }
            guard let order = orders[group.pipeline] else { continue }
            let these = group.stages(in: order)
            stages += these
            if let slowest = these.slowest { bottlenecks.append(slowest) }
        }
        self.init(
            pipeline: question.pipeline, from: question.from?.description, to: question.to?.description,
            zone: calendar.name, now: question.now, dimension: question.dimension, stages: stages,
            bottlenecks: bottlenecks, position: reader.position)
    }
}

extension [StageDwell.Stage] {
    /// The stage with the greatest median, the first of several; nil where none has a median.
    fileprivate var slowest: StageDwell.Bottleneck? {
        var slowest: StageDwell.Bottleneck?
        for stage in self {
            guard let medianMs = stage.medianMs, medianMs > slowest?.medianMs ?? -1 else { continue }
            slowest = StageDwell.Bottleneck(
                pipeline: stage.pipeline, value: stage.value, stage: stage.stage, medianMs: medianMs)
        }
        return slowest
    }
}

// MARK: - From histories to visits

/// Gathers visits deal by deal. Texts are numbers of a ``DealTexts``.
private struct DwellTally {
    /// A visit that goes on.
    private struct Visit {
        let stage: Int
        let value: Int
        /// Microseconds UTC.
        let began: Int64
    }

    /// What happened later does not count; microseconds UTC.
    let end: Int64
    private let now: Int64
    /// When visits began; microseconds UTC.
    private let began: Range<Int64>
    /// What visits are grouped by; nil takes all together.
    var dimension: DealDimension?
    /// The only value that is asked for; nil takes all.
    var wanted: Int?
    private var deals = 0
    /// Value and pipeline.
    private var groups = PairTable()
    /// Group and stage.
    private var cells = PairTable()
    /// By the numbers of their cells.
    private var visits: [StageVisits] = []

    init(_ question: DwellQuestion, _ calendar: ZonedCalendar) {
        end = question.now.endMicroseconds
        now = question.now.microseconds
        let first = question.from.map { calendar.startOfDay($0).microseconds } ?? .min
        let last = question.to.map { calendar.endOfDay($0).microseconds } ?? .max
        began = first..<max(first, last)
    }

    /// Adds the visits of a deal.
    mutating func add(_ deal: DealHistory, _ texts: inout DealTexts) throws {
        deals += 1
        let opening = try dimension?.opening(of: deal, &texts) ?? 0
        var visit: Visit?
        deal.forEachStanding(before: end) { standing in
            let stage = standing.outcome == .open ? standing.stage : 0
            if let current = visit, current.stage != stage {
                let exit = StageVisits.Exit(standing)
                add(current, of: deal, length: standing.at - current.began, exit)
                visit = nil
            }
            if visit == nil, stage != 0 {
                let value = dimension?.value(owner: standing.owner, at: standing.at, otherwise: opening) ?? 0
                visit = Visit(stage: stage, value: value, began: standing.at)
            }
        }
        if let visit { add(visit, of: deal, length: now - visit.began, nil) }
    }

    private mutating func add(_ visit: Visit, of deal: DealHistory, length: Int64, _ exit: StageVisits.Exit?) {
        guard began.contains(visit.began), wanted == nil || wanted == visit.value else { return }
        let cell = cells.number(of: groups.number(of: visit.value, deal.pipeline), visit.stage)
        if cell == visits.count { visits.append(StageVisits(stage: visit.stage)) }
        visits[cell].add(length, exit, ofDeal: deals)
    }

    /// The visits by value and pipeline, in byte order of these.
    func gathered(_ texts: DealTexts) -> [DwellGroup] {
        var found = groups.pairs.map { value, pipeline in
            DwellGroup(pipeline: texts.text(pipeline), value: dimension == nil ? nil : texts.text(value))
        }
        for (cell, stage) in visits.enumerated() {
            found[cells.pairs[cell].0].add(stage.finished, texts)
        }
        return found.sorted { left, right in
            let order = (left.value ?? "").compareBytes(to: right.value ?? "")
            return order == 0 ? left.pipeline.compareBytes(to: right.pipeline) < 0 : order < 0
        }
    }
}

/// The visits to one stage. Texts are numbers of a ``DealTexts``.
private struct StageVisits {
    /// How a visit ended.
    enum Exit {
        case won
        case lost
        /// For a stage; 0 is none.
        case stage(Int)

        init(_ standing: DealHistory.Change) {
            switch standing.outcome {
            case .open: self = .stage(standing.stage)
            case .won: self = .won
            case .lost: self = .lost
            }
        }
    }

    let stage: Int
    private(set) var deals: Int64 = 0
    /// In microseconds; those that go on have no cause.
    private(set) var lengths: [ObservedTime] = []
    /// How long each deal was there that has left; microseconds.
    private(set) var totals: [Int64] = []
    private(set) var won: Int64 = 0
    private(set) var lost: Int64 = 0
    /// For which stages it was left, in order of the first time.
    private(set) var moves: [(stage: Int, count: Int64)] = []
    /// The deal whose visits are being added: its number, how long it was there, and whether it is there still.
    private var deal = (number: 0, total: Int64(0), isThere: false)

    init(stage: Int) { self.stage = stage }

    /// Adds a visit. Those of one deal follow each other.
    mutating func add(_ length: Int64, _ exit: Exit?, ofDeal number: Int) {
        if deal.number != number {
            finishDeal()
            deals += 1
            deal = (number: number, total: 0, isThere: false)
        }
        deal.total += length
        guard let exit else {
            deal.isThere = true
            return lengths.append(ObservedTime(length, endedBy: nil))
        }
        lengths.append(ObservedTime(length, endedBy: 0))
        switch exit {
        case .won: won += 1
        case .lost: lost += 1
        case .stage(let next):
            if let known = moves.firstIndex(where: { $0.stage == next }) {
                moves[known].count += 1
            } else {
                moves.append((stage: next, count: 1))
            }
        }
    }

    private mutating func finishDeal() {
        if deal.number > 0, !deal.isThere { totals.append(deal.total) }
    }

    /// With the last deal, too.
    var finished: StageVisits {
        var finished = self
        finished.finishDeal()
        return finished
    }
}

/// The visits of one value of the dimension and one pipeline.
private struct DwellGroup {
    let pipeline: String
    /// Nil without a dimension.
    let value: String?
    private var visits: [(stage: String, visits: StageVisits, moves: [(stage: String, count: Int64)])] = []

    init(pipeline: String, value: String?) {
        self.pipeline = pipeline
        self.value = value
    }

    mutating func add(_ stage: StageVisits, _ texts: DealTexts) {
        let moves = stage.moves.map { (stage: texts.text($0.stage), count: $0.count) }
        visits.append((stage: texts.text(stage.stage), visits: stage, moves: moves))
    }

    /// The stages that were visited, and those for which they were left.
    var stagesSeen: [String] {
        visits.flatMap { visited in [visited.stage] + visited.moves.map { $0.stage } }
    }

    /// In their order.
    func stages(in order: StageOrder) -> [StageDwell.Stage] {
        let ordered = visits.sorted { (order.rank(of: $0.stage) ?? .max) < (order.rank(of: $1.stage) ?? .max) }
        return ordered.map { name, visits, moves -> StageDwell.Stage in
            let rank = order.rank(of: name) ?? .max
            let later = moves.filter { (order.rank(of: $0.stage) ?? -1) > rank }.reduce(0) { $0 + $1.count }
            let all = moves.reduce(0) { $0 + $1.count }
            let curve = KaplanMeier(visits.lengths)
            let count = Int64(visits.lengths.count)
            return StageDwell.Stage(
                pipeline: pipeline, value: value, stage: name, deals: visits.deals, visits: count,
                reentries: count - visits.deals, openNow: count - Int64(curve.ended),
                visit: DurationSummary(microseconds: visits.lengths.filter { $0.cause != nil }.map(\.time)),
                deal: DurationSummary(microseconds: visits.totals), medianMs: curve.quantile(0.5).map { $0 / 1000 },
                exits: StageDwell.Exits(later: later, earlier: all - later, won: visits.won, lost: visits.lost))
        }
    }
}
