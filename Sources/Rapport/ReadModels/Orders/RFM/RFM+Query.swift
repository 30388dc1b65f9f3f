public import EventLog
internal import LMDB
internal import Projection

extension CRMState {
    /// Customers by recency, frequency and value, and how concentrated the value is.
    /// O(orders + customers × log customers).
    ///
    /// - Throws: ``UnknownTimeZone``, ``InvalidRFMQuestion``, ``SeveralCurrencies``, ``UnknownCurrency``,
    /// `SumOverflow`.
    public func rfm(_ question: RFMQuestion = .init(), atLeast position: Position? = nil) async throws -> RFM {
        let calendar = try question.calendar()
        try await wait(for: position, of: OrderModel.name)
        return try rows.read(OrderModel.name) { reader in
            guard let found = try RFMCensus.dated(question, calendar, reader) else {
                return try RFM(question, nil, at: nil, since: nil, position: reader.position)
            }
            var earlier: RFMCensus?
            if let since = question.since {
                if since >= found.at { throw InvalidRFMQuestion.notEarlier(since: since, at: found.at) }
                // The currency of today counts, also where there was none then.
                earlier = try RFMCensus(
                    question, at: since, knownCurrency: found.census.currency, found.days, calendar, reader)
            }
            return try RFM(question, found.census, at: found.at, since: earlier, position: reader.position)
        }
    }

    /// A page of customers with recency, frequency and value: those whose orders are worth most first. Who was erased
    /// stands without an id. O(orders + customers × log customers).
    ///
    /// - Parameter segment: only these; nil takes all.
    /// - Throws: as ``rfm(_:atLeast:)``, and ``ForeignCursor``.
    public func rfmCustomers(
        _ question: RFMQuestion = .init(), segment: RFMSegment? = nil, limit: Int = usualPageSize,
        after cursor: ListCursor? = nil, atLeast position: Position? = nil
    ) async throws -> ListPage<RFMCustomer> {
        let calendar = try question.calendar()
        try await wait(for: position, of: OrderModel.name)
        let privacy = try self.reader.personal.state(in: log)
        return try rows.read(OrderModel.name) { reader in
            var found: [(person: RFMCensus.Person, scores: RFMCensus.Scores)] = []
            if let census = try RFMCensus.dated(question, calendar, reader)?.census {
                found = zip(census.people, census.scores).map { ($0, $1) }
                if let segment { found.removeAll { $0.scores.segment != segment } }
            }
            let ranking = CustomerRanking(scope: question.scope(segment))
            return try ranking.page(
                found, limit, after: cursor, at: reader.position,
                key: { CustomerRanking.key($0.person.value, $0.person.id) },
                row: { RFMCustomer($0.person, $0.scores, isErased: privacy.isErased("customer:\($0.person.id)")) })
        }
    }
}

extension RFMQuestion {
    /// Days in the zone asked for.
    ///
    /// - Throws: ``UnknownTimeZone``, ``InvalidRFMQuestion``.
    fileprivate func calendar() throws -> ZonedCalendar {
        if let windowDays, !(1...InvalidRFMQuestion.longestWindow).contains(windowDays) {
            throw InvalidRFMQuestion.window(days: windowDays)
        }
        if let since, let at, since >= at { throw InvalidRFMQuestion.notEarlier(since: since, at: at) }
        return try ZonedCalendar(zone: zone)
    }

    /// What a list is asked for, in bytes.
    fileprivate func scope(_ segment: RFMSegment?) -> [UInt8] {
        let parts = [
            "rfm", at?.description, windowDays.map { String($0) }, currency.map { "=\($0)" }, measure.rawValue, zone,
            segment?.rawValue,
        ]
        return RowKey.make(OrderModel.ofCustomers, parts.map { $0 ?? "" })
    }
}

extension RFMCensus {
    /// At the day asked about, or that of the latest order; nil without orders.
    fileprivate static func dated(
        _ question: RFMQuestion, _ calendar: ZonedCalendar, _ reader: borrowing ModelReader
    ) throws -> (census: RFMCensus, at: CivilDate, days: DayNumbers)? {
        guard let span = try BuyerRows.span(reader) else { return nil }
        let at = question.at ?? calendar.date(of: Timestamp(microseconds: span.upperBound))
        let days = DayNumbers(span, calendar)
        return (try RFMCensus(question, at: at, days, calendar, reader), at, days)
    }
}

extension RFMCustomer {
    fileprivate init(_ person: RFMCensus.Person, _ scores: RFMCensus.Scores, isErased: Bool) {
        self.init(
            customer: isErased ? nil : person.id, daysSinceLast: person.daysSinceLast, orders: person.orders,
            value: person.value, recencyScore: scores.recency, frequencyScore: scores.frequency,
            valueScore: scores.value, segment: scores.segment)
    }
}

extension RFM {
    /// Of nobody where there are no orders.
    fileprivate init(
        _ question: RFMQuestion, _ census: RFMCensus?, at lastDay: CivilDate?, since earlier: RFMCensus?,
        position: Position
    ) throws {
        let people = census?.people ?? []
        let scores = census?.scores ?? []
        let none: [Score] = []
        self.init(
            at: lastDay?.description, since: question.since?.description, windowDays: question.windowDays,
            zone: question.zone, currency: census?.currency ?? question.currency, measure: question.measure,
            customers: Int64(people.count), orders: people.reduce(0) { $0 + $1.orders },
            total: try sum(people.map(\.value)), recency: census?.ranges.recency ?? none,
            frequency: census?.ranges.frequency ?? none, value: census?.ranges.value ?? none,
            cells: try Self.cells(people, scores), segments: try Self.segments(people, scores),
            concentration: try Concentration(people), moves: census.map { Self.moves(from: earlier, to: $0) } ?? [],
            gaps: census?.gaps
                ?? PurchaseValues(currency: nil, question.measure).gaps(ordersWithoutCustomer: 0),
            position: position)
    }

    private static func cells(_ people: [RFMCensus.Person], _ scores: [RFMCensus.Scores]) throws -> [Cell] {
        // By the three scores as digits.
        var cells: [Int: (customers: Int64, total: Int64)] = [:]
        for (person, score) in zip(people, scores) {
            let known = cells[score.number] ?? (0, 0)
            cells[score.number] = (known.customers + 1, try sum(known.total, person.value))
        }
        return cells.sorted { $0.key > $1.key }.map { number, cell in
            Cell(
                recency: number / 100, frequency: number / 10 % 10, value: number % 10, customers: cell.customers,
                total: cell.total)
        }
    }

    private static func segments(_ people: [RFMCensus.Person], _ scores: [RFMCensus.Scores]) throws -> [Segment] {
        var found: [RFMSegment: (customers: Int64, orders: Int64, total: Int64)] = [:]
        for (person, score) in zip(people, scores) {
            let known = found[score.segment] ?? (0, 0, 0)
            found[score.segment] = (
                known.customers + 1, known.orders + person.orders, try sum(known.total, person.value)
            )
        }
        return RFMSegment.allCases.map { segment in
            let known = found[segment] ?? (0, 0, 0)
            return Segment(
                segment: segment, customers: known.customers,
                customersBp: basisPoints(known.customers, of: Int64(people.count)), orders: known.orders,
                total: known.total)
        }
    }

    /// Empty without an earlier census.
    private static func moves(from earlier: RFMCensus?, to census: RFMCensus) -> [Move] {
        guard let earlier else { return [] }
        var before: [Tag: RFMSegment] = [:]
        for (person, score) in zip(earlier.people, earlier.scores) {
            before[Tag(unchecked: person.id)] = score.segment
        }
        var counts: [Way: Int64] = [:]
        for (person, score) in zip(census.people, census.scores) {
            let from = before.removeValue(forKey: Tag(unchecked: person.id))
            counts[Way(from: from, to: score.segment), default: 0] += 1
        }
        for segment in before.values { counts[Way(from: segment, to: nil), default: 0] += 1 }
        let ends = RFMSegment.allCases.map(Optional.some) + [nil]
        return ends.flatMap { from in
            ends.compactMap { to -> Move? in
                counts[Way(from: from, to: to)].map { Move(from: from, to: to, customers: $0) }
            }
        }
    }

    /// From where to where somebody moved.
    private struct Way: Hashable {
        let from: RFMSegment?
        let to: RFMSegment?
    }
}

extension RFMCensus.Scores {
    /// The three scores as digits, recency first.
    fileprivate var number: Int { 100 * recency + 10 * frequency + value }
}

extension RFM.Concentration {
    /// Of the values of people that are not below 0. O(n log n).
    fileprivate init(_ people: [RFMCensus.Person]) throws {
        let values = people.map(\.value).filter { $0 >= 0 }
        let index = try ConcentrationIndex(values)
        self.init(
            customers: Int64(index.count), negativeCustomers: Int64(people.count - index.count), total: index.total,
            giniBp: index.giniBp, lorenzBp: index.lorenzBp,
            pareto: index.pareto.map {
                RFM.Pareto(
                    customers: Int64($0.count), customersBp: $0.shareOfValuesBp, held: $0.held, heldBp: $0.heldBp,
                    least: $0.least)
            })
    }
}
