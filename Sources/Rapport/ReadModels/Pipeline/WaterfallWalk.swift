internal import Projection

/// One thing that moved the open value of a deal. Texts are numbers of a ``DealTexts``.
struct DealMovement {
    let item: WaterfallItem
    /// The number of a text; 0 while nobody has stated an amount.
    let currency: Int
    /// The number of the value of the dimension; 0 is none.
    let group: Int
    /// Minor units.
    let value: Int64
    /// Microseconds UTC. Of start and end, when the deal came to stand so.
    let at: Int64
    /// The event that says so: of a deal, or of the team of its owner.
    let position: UInt64
    /// How many movements of the deal come before it at the same moment.
    let number: Int
}

/// Goes through the histories of deals and says what moved their open value within a period.
struct WaterfallWalk {
    /// Microseconds UTC.
    let period: Range<Int64>
    /// The expected days of closing that are in scope, in days since 1970; nil takes all deals.
    let closing: ClosedRange<Int64>?
    /// What deals are grouped by; nil puts all into group 0.
    let dimension: DealDimension?

    /// Calls `body` with the movements of a deal in their order: its start, what happened within the period, its end.
    ///
    /// The changes of one event count together, as they leave the deal. Within one event the amount comes first, then
    /// the group, then the scope and the outcome. A new team of an owner counts before what happens to the deal at the
    /// same moment.
    ///
    /// - Throws: `SumOverflow`, and what `body` throws.
    func forEachMovement(
        of deal: DealHistory, _ texts: inout DealTexts, _ body: (DealMovement) throws -> Void
    ) throws {
        var passage = DealPassage(walk: self, opening: try dimension?.opening(of: deal, &texts) ?? 0)
        try deal.forEachStanding(before: period.upperBound) { try passage.change(to: $0, body) }
        try passage.finish(body)
        guard let last = deal.last(before: period.upperBound), isCounted(last) else { return }
        let group = passage.value(of: last, at: period.upperBound - 1)
        try passage.report(.end, last, last.amount, in: group, body)
    }

    func isInScope(_ deal: DealHistory.Change) -> Bool {
        guard let closing else { return true }
        return deal.closeDay.map { closing.contains($0) } ?? false
    }

    /// Whether its value is open value in scope.
    func isCounted(_ deal: DealHistory.Change) -> Bool { deal.outcome == .open && isInScope(deal) }
}

/// One deal on its way through the period.
private struct DealPassage {
    typealias Body = (DealMovement) throws -> Void

    let walk: WaterfallWalk
    /// What the deal says of the dimension itself.
    let opening: Int
    /// As it was left by the last change; nil before it was opened.
    private var deal: DealHistory.Change?
    private var group = 0
    /// The last moment at which anything changed, and the event that says so.
    private var at = Int64.min
    private var position: UInt64 = 0
    private var isWithin = false
    /// When the last movement was, and how many there were at that moment.
    private var reported = (at: Int64.min, count: 0)

    init(walk: WaterfallWalk, opening: Int) {
        self.walk = walk
        self.opening = opening
    }

    /// The value of the dimension at a time from the change until the next one.
    func value(of deal: DealHistory.Change, at time: Int64) -> Int {
        walk.dimension?.value(owner: deal.owner, at: time, otherwise: opening) ?? 0
    }

    /// Goes on to what an event made of the deal.
    mutating func change(to next: DealHistory.Change, _ body: Body) throws {
        try assign(through: next.at, body)
        try reach(next.at, body)
        (at, position) = (next.at, next.position)
        let nextGroup = value(of: next, at: next.at)
        if isWithin { try move(to: next, nextGroup, body) }
        (deal, group) = (next, nextGroup)
    }

    /// Goes on to the end of the period.
    mutating func finish(_ body: Body) throws {
        try assign(through: walk.period.upperBound - 1, body)
        try reach(walk.period.upperBound, body)
    }

    /// The deal follows its owner from team to team.
    private mutating func assign(through end: Int64, _ body: Body) throws {
        guard let deal, let dimension = walk.dimension else { return }
        for assignment in dimension.assignments(of: deal.owner, after: deal.at, through: end) {
            try reach(assignment.at, body)
            (at, position) = (assignment.at, assignment.position)
            if isWithin, walk.isCounted(deal) { try transfer(deal, to: assignment.value, body) }
            group = assignment.value
        }
    }

    /// The period has begun by then, and the deal starts as it stood.
    private mutating func reach(_ time: Int64, _ body: Body) throws {
        if isWithin || time < walk.period.lowerBound { return }
        isWithin = true
        guard let deal, walk.isCounted(deal) else { return }
        try report(.start, deal, deal.amount, in: group, body)
    }

    private mutating func move(to next: DealHistory.Change, _ nextGroup: Int, _ body: Body) throws {
        guard let deal else {
            if !walk.isInScope(next) { return }
            try report(.created, next, next.amount, in: nextGroup, body)
            return try close(next, in: nextGroup, body)
        }
        guard walk.isCounted(deal) else {
            if !walk.isCounted(next) { return }
            let item = deal.outcome == .open ? WaterfallItem.pulledIn : .reopened
            return try report(item, next, next.amount, in: nextGroup, body)
        }
        try revalue(deal, to: next, body)
        try transfer(next, to: nextGroup, body)
        if next.outcome != .open { return try close(next, in: nextGroup, body) }
        if !walk.isInScope(next) { try report(.pushedOut, next, next.amount, in: nextGroup, body) }
    }

    /// Another amount, in the group the deal was in.
    private mutating func revalue(_ deal: DealHistory.Change, to next: DealHistory.Change, _ body: Body) throws {
        if deal.currency != next.currency {
            try report(.currencyOut, deal, deal.amount, in: group, body)
            return try report(.currencyIn, next, next.amount, in: group, body)
        }
        if next.amount > deal.amount {
            try report(.grown, next, try difference(next.amount, deal.amount), in: group, body)
        } else if next.amount < deal.amount {
            try report(.shrunk, next, try difference(deal.amount, next.amount), in: group, body)
        }
    }

    private mutating func transfer(_ deal: DealHistory.Change, to nextGroup: Int, _ body: Body) throws {
        if nextGroup == group { return }
        try report(.transferredOut, deal, deal.amount, in: group, body)
        try report(.transferredIn, deal, deal.amount, in: nextGroup, body)
    }

    private mutating func close(_ deal: DealHistory.Change, in group: Int, _ body: Body) throws {
        switch deal.outcome {
        case .open: return
        case .won: try report(.won, deal, deal.amount, in: group, body)
        case .lost: try report(.lost, deal, deal.amount, in: group, body)
        }
    }

    mutating func report(
        _ item: WaterfallItem, _ deal: DealHistory.Change, _ value: Int64, in group: Int, _ body: Body
    ) throws {
        reported = (at, reported.at == at ? reported.count + 1 : 0)
        try body(
            DealMovement(
                item: item, currency: deal.currency, group: group, value: value, at: at, position: position,
                number: reported.count))
    }

    private func difference(_ left: Int64, _ right: Int64) throws -> Int64 {
        let (difference, overflow) = left.subtractingReportingOverflow(right)
        guard !overflow else { throw SumOverflow(row: "the change of a deal's amount", column: 0) }
        return difference
    }
}
