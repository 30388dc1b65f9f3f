public import EventLog
internal import LMDB
internal import Projection

extension CRMState {
    /// How much open deals bring in a day, by the deals that were won and lost from day `from` to day `to`, both
    /// included. O(changes of the deals opened until then).
    ///
    /// - Parameters:
    ///   - pipeline: only deals of this pipeline; nil takes all.
    ///   - to: the last day; nil: all that is recorded.
    ///   - dimension: groups deals by `owner`, `team`, `territory`, `customer` or an attribute, as it was when they
    ///     were closed, or at the end of the period where they are open then; nil takes all together.
    ///   - zone: the IANA zone that days belong to.
    /// - Throws: ``UnknownTimeZone``, and `SumOverflow` when what was won does not fit into 64 bits.
    public func velocity(
        pipeline: String? = nil, from: CivilDate? = nil, to: CivilDate? = nil, by dimension: String? = nil,
        zone: String = "UTC", atLeast position: Position? = nil
    ) async throws -> SalesVelocity {
        try await wait(for: position, of: PipelineModel.name)
        let calendar = try ZonedCalendar(zone: zone)
        let start = from.map { calendar.startOfDay($0).microseconds } ?? .min
        let end = to.map { calendar.endOfDay($0).microseconds } ?? .max
        return try rows.read(PipelineModel.name) { reader in
            var tally = VelocityTally(period: start..<max(start, end))
            let texts = try tally.addAll(pipeline, dimension, reader)
            return SalesVelocity(
                pipeline: pipeline, from: from?.description, to: to?.description, zone: calendar.name,
                dimension: dimension, rows: try tally.rows(texts, isGrouped: dimension != nil),
                position: reader.position)
        }
    }
}

/// Deals by value of the dimension and currency. Texts are numbers of a ``DealTexts``.
private struct VelocityTally {
    private struct Sums {
        var open: Int64 = 0
        var won: Int64 = 0
        var lost: Int64 = 0
        var wonValue: Int64 = 0
        /// Deals won whose value was stated.
        var valued: Int64 = 0
        /// From opening to win, microseconds.
        var wonLength: Int64 = 0
        var opened: Int64 = 0
        var openedWon: Int64 = 0
        var openedLost: Int64 = 0

        /// Whether nothing counts here: a deal was closed before the period.
        var isEmpty: Bool { open == 0 && won == 0 && lost == 0 && opened == 0 }

        mutating func add(_ other: Sums) throws {
            open += other.open
            won += other.won
            lost += other.lost
            valued += other.valued
            opened += other.opened
            openedWon += other.openedWon
            openedLost += other.openedLost
            wonValue = try sum(wonValue, other.wonValue)
            wonLength = try sum(wonLength, other.wonLength)
        }
    }

    /// Microseconds UTC.
    let period: Range<Int64>
    /// Value and currency.
    private var groups = PairTable()
    private var sums: [Sums] = []

    init(period: Range<Int64>) { self.period = period }

    /// Adds the deals that were opened by the end of the period; answers the texts of their numbers.
    mutating func addAll(_ pipeline: String?, _ name: String?, _ reader: borrowing ModelReader) throws -> DealTexts {
        var histories = DealHistories()
        var dimension: DealDimension?
        if let name { dimension = try DealDimension(name, reader, &histories.texts) }
        try histories.forEach(reader, openedBefore: period.upperBound, pipeline: pipeline) { deal, texts in
            guard let atEnd = deal.course(before: period.upperBound) else { return true }
            let opening = try dimension?.opening(of: deal, &texts) ?? 0
            let standing = group(of: atEnd, dimension, opening)
            try addStanding(atEnd, to: standing)
            if period.contains(atEnd.opening.at), let byNow = deal.course(before: .max) {
                let place = byNow.outcome == .open ? standing : group(of: byNow, dimension, opening)
                addOpened(byNow.outcome, to: place)
            }
            return true
        }
        return histories.texts
    }

    /// Where a deal counts, as it was when it was closed, or at the end of the period where it is open.
    private mutating func group(of deal: DealCourse, _ dimension: DealDimension?, _ opening: Int) -> Int {
        let owner = deal.closing?.owner ?? deal.last.owner
        let time = deal.closing?.at ?? (period.upperBound - 1)
        let value = dimension?.value(owner: owner, at: time, otherwise: opening) ?? 0
        let group = groups.number(of: value, deal.last.currency)
        if group == sums.count { sums.append(Sums()) }
        return group
    }

    /// Adds a deal as it stands at the end of the period.
    private mutating func addStanding(_ deal: DealCourse, to group: Int) throws {
        guard let closing = deal.closing else {
            sums[group].open += 1
            return
        }
        guard period.contains(closing.at) else { return }
        if deal.outcome == .lost {
            sums[group].lost += 1
            return
        }
        sums[group].won += 1
        sums[group].wonLength = try sum(sums[group].wonLength, closing.at - deal.opening.at)
        guard deal.last.currency != 0 else { return }
        sums[group].valued += 1
        sums[group].wonValue = try sum(sums[group].wonValue, deal.last.amount)
    }

    /// Adds a deal opened in the period, by what has become of it.
    private mutating func addOpened(_ outcome: DealOutcome, to group: Int) {
        sums[group].opened += 1
        switch outcome {
        case .open: break
        case .won: sums[group].openedWon += 1
        case .lost: sums[group].openedLost += 1
        }
    }

    /// By value and currency in byte order.
    func rows(_ texts: DealTexts, isGrouped: Bool) throws -> [SalesVelocity.Row] {
        var rows: [SalesVelocity.Row] = []
        for ((value, currency), sums) in try withOneCurrency() {
            rows.append(try Self.row(isGrouped ? texts.text(value) : nil, texts.text(currency), sums))
        }
        return rows.sorted { left, right in
            let order = (left.value ?? "").compareBytes(to: right.value ?? "")
            return order == 0 ? left.currency.compareBytes(to: right.currency) < 0 : order < 0
        }
    }

    /// Deals without a stated value count in the currency of the others where these have one and the same.
    private func withOneCurrency() throws -> [(group: (Int, Int), sums: Sums)] {
        let found = zip(groups.pairs, sums).filter { !$0.1.isEmpty }
        let stated = found.map { $0.0.1 }.filter { $0 != 0 }
        guard let only = stated.first, stated.allSatisfy({ $0 == only }) else {
            return found.map { (group: $0.0, sums: $0.1) }
        }
        var places = PairTable()
        var together: [Sums] = []
        for (pair, sums) in found {
            let place = places.number(of: pair.0, only)
            if place == together.count { together.append(Sums()) }
            try together[place].add(sums)
        }
        return zip(places.pairs, together).map { (group: $0.0, sums: $0.1) }
    }

    private static func row(_ value: String?, _ currency: String, _ sums: Sums) throws -> SalesVelocity.Row {
        SalesVelocity.Row(
            value: value, currency: currency, open: sums.open, won: sums.won, lost: sums.lost,
            wonValue: sums.wonValue, averageWonValue: sums.valued > 0 ? halfUp(sums.wonValue, over: sums.valued) : nil,
            closedWinRateBp: winRate(won: sums.won, lost: sums.lost), opened: sums.opened,
            openedWon: sums.openedWon, openedLost: sums.openedLost,
            openedWinRateBp: winRate(won: sums.openedWon, lost: sums.openedLost),
            cycleDaysCenti: sums.won > 0 ? hundredthsOfDays(halfUp(sums.wonLength, over: sums.won)) : nil,
            velocityPerDay: try velocity(sums))
    }

    /// n · (V/v) · (w/(w + l)) / (T/w), with the time T of all w wins and the value V of the v among them that have
    /// one: what is known exactly is rounded once.
    private static func velocity(_ sums: Sums) throws -> Int64? {
        guard sums.valued > 0, sums.wonLength > 0 else { return nil }
        let average = Double(sums.wonValue) / Double(sums.valued)
        let winRate = Double(sums.won) / Double(sums.won + sums.lost)
        let days = Double(sums.wonLength) / Double(sums.won) / 86_400_000_000
        let velocity = Double(sums.open) * average * winRate / days
        guard let whole = Int64(exactly: (velocity + 0.5).rounded(.down)) else {
            throw SumOverflow(row: "the sales velocity", column: 0)
        }
        return whole
    }

    /// A quotient rounded half up; `count` is above 0.
    private static func halfUp(_ sum: Int64, over count: Int64) -> Int64 {
        Int64((Int128(sum) * 2 + Int128(count)).dividedFlooring(by: Int128(count) * 2).quotient)
    }
}
