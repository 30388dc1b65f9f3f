public import EventLog
internal import LMDB
internal import Projection

extension CRMState {
    /// What customers are worth, all in all: what they brought and are expected to bring, with whom they sent, what
    /// they suggested and what they cost; and how that differs from a list by sales. Who was erased stands without an
    /// id.
    ///
    /// O(orders + customers × log customers + referrals + suggestions + costs), and the fit of the models: some
    /// seventy times the customers who differ.
    ///
    /// - Parameters:
    ///   - order: how the customers of the page are listed.
    ///   - limit: the most customers of the page.
    ///   - cursor: where an earlier page of the same question ended; nil begins at the top.
    /// - Throws: ``UnknownTimeZone``, ``InvalidTotalValueQuestion``, ``SeveralCurrencies``, ``UnknownCurrency``,
    ///   ``ForeignCursor``, `SumOverflow`.
    public func totalValue(
        _ question: TotalValueQuestion = .init(), order: TotalValueOrder = .value, limit: Int = usualPageSize,
        after cursor: ListCursor? = nil, atLeast position: Position? = nil
    ) async throws -> TotalValue {
        let calendar = try question.calendar()
        try await wait(for: position, of: OrderModel.name, VoiceModel.name, LeadModel.name)
        let privacy = try self.reader.personal.state(in: log)
        let found = try gathered(question, calendar)
        // The rows are let go of before the models are fitted.
        return try TotalValue(
            question, found, order: order, limit: limit, after: cursor, zone: calendar.name
        ) { privacy.isErased($0.text) }
    }

    /// What the rows say, all of them at one position.
    private func gathered(_ question: TotalValueQuestion, _ calendar: ZonedCalendar) throws -> GatheredValues {
        let standing = try rows.standing([OrderModel.name, VoiceModel.name, LeadModel.name])
        let identity = try self.identity(at: standing.position)
        var latest: [Int64] = []
        if question.at == nil {
            let orders = try standing.read(OrderModel.name) { reader in try BuyerRows.span(reader)?.upperBound }
            let others = try standing.read(VoiceModel.name) { reader in try OtherValues.latest(reader) }
            latest = [orders, others].compactMap { $0 }
        }
        guard let at = question.at ?? latest.max().map({ calendar.date(of: Timestamp(microseconds: $0)) }) else {
            return GatheredValues(at: nil, purchases: nil, census: nil, position: standing.position)
        }
        let end = calendar.endOfDay(at).microseconds
        let others = try standing.read(VoiceModel.name) { reader in try OtherValues(before: end, reader) }
        let purchases = try standing.read(OrderModel.name) { reader in
            try ValuedPurchases(question, at: at, calendar, reader)
        }
        let census = try standing.read(LeadModel.name) { leads in
            try TotalValueCensus(question, purchases, others) { id, isKnown in
                if id.isEmpty { return nil }
                let tag = identity.canonical(of: Tag(unchecked: "customer:" + id))
                if isKnown(tag) { return tag }
                guard let lead = try leads.state(LeadState.self, of: Tag(unchecked: "lead:" + id)),
                    lead.status == .converted, let convertedAt = lead.closedAt, convertedAt < end,
                    !lead.customer.isEmpty
                else { return nil }
                return identity.canonical(of: Tag(unchecked: "customer:" + lead.customer))
            }
        }
        return GatheredValues(at: at, purchases: purchases, census: census, position: standing.position)
    }
}

/// What the rows say of the value of customers; nothing where there is no day to look at.
private struct GatheredValues {
    let at: CivilDate?
    let purchases: ValuedPurchases?
    let census: TotalValueCensus?
    let position: Position
}

extension TotalValue {
    fileprivate init(
        _ question: TotalValueQuestion, _ gathered: GatheredValues, order: TotalValueOrder, limit: Int,
        after cursor: ListCursor?, zone: String, isErased: (Tag) -> Bool
    ) throws {
        let people = gathered.census?.people ?? []
        var (expected, why): ([Tag: Int64]?, String?) = (nil, nil)
        if let at = gathered.at, let purchases = gathered.purchases {
            (expected, why) = purchases.expected(question, at: at)
        }
        let terms = try people.map { person in
            try Terms(
                margin: person.margin, expected: expected.map { $0[person.tag] ?? 0 }, referrals: person.referrals,
                suggestions: person.suggestions, service: person.service)
        }
        let byValue = SharedRanks(terms.map(\.value)).ranks
        let bySales = SharedRanks(people.map(\.sales)).ranks
        let page = try CustomerRanking(scope: question.scope(order)).page(
            Array(people.indices), limit, after: cursor, at: gathered.position,
            key: { number in
                let rank = order == .value ? terms[number].value : abs(bySales[number] - byValue[number])
                return CustomerRanking.key(rank, String(people[number].tag.id))
            },
            row: { number -> Customer in
                let person = people[number]
                return Customer(
                    customer: isErased(person.tag) ? nil : String(person.tag.id), terms: terms[number],
                    sales: person.sales, orders: person.orders, referees: person.referees, adopted: person.adopted,
                    valueRank: byValue[number], salesRank: bySales[number],
                    moved: bySales[number] - byValue[number])
            })
        self.init(
            at: gathered.at?.description, zone: zone, currency: gathered.census?.currency ?? question.currency,
            suggestionShareBp: question.suggestionShareBp, unit: question.unit, horizon: question.horizon,
            yearlyDiscountBp: question.yearlyDiscountBp, order: order, customers: Int64(people.count),
            moved: Int64(people.indices.count { byValue[$0] != bySales[$0] }), sales: try sum(people.map(\.sales)),
            total: try Terms(
                margin: try sum(people.map(\.margin)),
                expected: expected == nil ? nil : try sum(terms.compactMap(\.expected)),
                referrals: try sum(people.map(\.referrals)), suggestions: try sum(people.map(\.suggestions)),
                service: try sum(people.map(\.service))),
            notExpected: why, drivers: Self.drivers(gathered.census),
            gaps: gathered.purchases?.gaps
                ?? PurchaseValues(currency: nil, .margin).gaps(ordersWithoutCustomer: 0),
            leftOut: LeftOut(gathered.census?.leftOut ?? .init()), rows: page.rows, next: page.next,
            position: gathered.position)
    }

    /// The greatest cost first, of equal ones in byte order.
    private static func drivers(_ census: TotalValueCensus?) -> [Driver] {
        let sorted = (census?.drivers ?? []).sorted { left, right in
            let (one, other) = (left.driver.total, right.driver.total)
            return one == other ? left.name.compareBytes(to: right.name) < 0 : one > other
        }
        return sorted.map { name, driver in
            Driver(driver: name.isEmpty ? nil : name, costs: driver.costs, total: driver.total)
        }
    }
}

extension TotalValue.LeftOut {
    fileprivate init(_ counted: TotalValueCensus.LeftOut) {
        self.init(
            costsInOtherCurrencies: counted.costsInOtherCurrencies, costsWithoutAmount: counted.costsWithoutAmount,
            benefitsInOtherCurrencies: counted.benefitsInOtherCurrencies,
            adoptedWithoutBenefit: counted.adoptedWithoutBenefit, decidedUnknown: counted.decidedUnknown,
            referralsOfNobody: counted.referralsOfNobody,
            repeatedReferrals: counted.repeatedReferrals, selfReferrals: counted.selfReferrals,
            referralCircles: counted.referralCircles)
    }
}
