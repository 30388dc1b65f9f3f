public import EventLog
internal import LMDB
internal import Projection

extension CRMState {
    /// What customers will still buy and spend, by models fitted to their purchases, and how well these foretell what
    /// was held out. O(orders + customers × log customers), and the fit: some seventy times the customers who differ.
    ///
    /// - Throws: ``UnknownTimeZone``, ``InvalidLifetimeQuestion``, ``SeveralCurrencies``, ``UnknownCurrency``,
    ///   ``LifetimeError`` where the models cannot be fitted, `SumOverflow`.
    public func lifetimeValues(
        _ question: LifetimeQuestion = .init(), atLeast position: Position? = nil
    ) async throws -> LifetimeValues {
        let calendar = try question.calendar()
        try await wait(for: position, of: OrderModel.name)
        let (census, reached) = try rows.read(OrderModel.name) { reader in
            (try LifetimeCensus(question, calendar, reader), reader.position)
        }
        // The rows are let go of before the models are fitted.
        return try LifetimeValues(question, census, position: reached)
    }

    /// A page of customers with what they will still buy and spend, the greatest value first. Who was erased stands
    /// without an id. As much work as ``lifetimeValues(_:atLeast:)``.
    ///
    /// - Throws: as ``lifetimeValues(_:atLeast:)``, and ``ForeignCursor``.
    public func lifetimeCustomers(
        _ question: LifetimeQuestion = .init(), limit: Int = usualPageSize, after cursor: ListCursor? = nil,
        atLeast position: Position? = nil
    ) async throws -> ListPage<LifetimeCustomer> {
        let calendar = try question.calendar()
        try await wait(for: position, of: OrderModel.name)
        let privacy = try self.reader.personal.state(in: log)
        let (census, reached) = try rows.read(OrderModel.name) { reader in
            (try LifetimeCensus(question, calendar, reader), reader.position)
        }
        var forecast = try LifetimeForecast(question, census)
        let customers = try census.people.map { person in
            (person: person, expected: try forecast.expectation(of: person))
        }
        let ranking = CustomerRanking(scope: question.scope)
        return try ranking.page(
            customers, limit, after: cursor, at: reached,
            key: { CustomerRanking.key($0.expected.value, $0.person.id) },
            row: { customer in
                try LifetimeCustomer(
                    customer.person, customer.expected,
                    isErased: privacy.isErased("customer:\(customer.person.id)"))
            })
    }
}

extension LifetimeQuestion {
    /// Days in the zone asked for.
    ///
    /// - Throws: ``UnknownTimeZone``, ``InvalidLifetimeQuestion``.
    fileprivate func calendar() throws -> ZonedCalendar {
        guard (1...InvalidLifetimeQuestion.farthest).contains(horizon) else {
            throw InvalidLifetimeQuestion.horizon(horizon)
        }
        return try ZonedCalendar(zone: zone)
    }

    /// What a list is asked for, in bytes.
    fileprivate var scope: [UInt8] {
        let parts = [
            "lifetime", from?.description, to?.description, at?.description, currency.map { "=\($0)" }, unit.rawValue,
            String(horizon), String(yearlyDiscountBp), zone,
        ]
        return RowKey.make(OrderModel.ofCustomers, parts.map { $0 ?? "" })
    }
}

extension LifetimeCustomer {
    fileprivate init(
        _ person: LifetimeCensus.Person, _ expected: LifetimeForecast.Expectation, isErased: Bool
    ) throws(LifetimeError) {
        self.init(
            customer: isErased ? nil : person.id, repeats: person.summary.repeats,
            recencyDays: Int64(person.recencyDays), ageDays: Int64(person.ageDays),
            aliveBp: basisPoints(expected.alive),
            expectedPurchasesMillionths: try LifetimeAnswer.millionths(expected.purchases),
            expectedSpending: try LifetimeAnswer.minorUnits(expected.spending), value: expected.value)
    }
}

extension LifetimeValues {
    fileprivate init(_ question: LifetimeQuestion, _ census: LifetimeCensus, position: Position) throws {
        var forecast = try LifetimeForecast(question, census)
        var (active, purchases) = (0.0, 0.0)
        var total: Int64 = 0
        for person in census.people {
            let expected = try forecast.expectation(of: person)
            active += expected.alive
            purchases += expected.purchases
            total = try sum(total, expected.value)
        }
        let days = [census.days.from, census.days.to, census.days.at].map {
            CivilDate(daysSinceEpoch: $0).description
        }
        self.init(
            from: days[0], to: days[1], at: days[2], zone: question.zone, currency: census.currency,
            unit: question.unit, horizon: question.horizon, yearlyDiscountBp: question.yearlyDiscountBp,
            customers: Int64(census.people.count), repeaters: Int64(forecast.purchases.repeaters),
            earlierCustomers: census.earlierCustomers, purchases: try Model(forecast.purchases),
            spending: try Model(forecast.spending),
            correlationMillionths: try forecast.spending.correlation.map { try LifetimeAnswer.millionths($0) },
            holdout: try forecast.holdout(census, question.unit), weeks: try forecast.weeks(census, question.unit),
            expectedActiveMillionths: try LifetimeAnswer.millionths(active),
            expectedPurchasesMillionths: try LifetimeAnswer.millionths(purchases), total: total, gaps: census.gaps,
            position: position)
    }
}

extension LifetimeValues.Model {
    fileprivate init(_ fit: BGNBD.Fit) throws(LifetimeError) {
        let (model, errors) = (fit.model, fit.standardErrors)
        self.init(
            model: LifetimeModel.purchases.rawValue,
            parameters: [
                try LifetimeValues.Parameter("r", model.r, errors.r),
                try LifetimeValues.Parameter("alpha", model.alpha, errors.alpha),
                try LifetimeValues.Parameter("a", model.a, errors.a),
                try LifetimeValues.Parameter("b", model.b, errors.b),
            ], logLikelihoodMillionths: try LifetimeAnswer.millionths(fit.logLikelihood),
            customers: Int64(fit.customers), iterations: fit.iterations)
    }

    fileprivate init(_ fit: GammaGamma.Fit) throws(LifetimeError) {
        let (model, errors) = (fit.model, fit.standardErrors)
        self.init(
            model: LifetimeModel.spending.rawValue,
            parameters: [
                try LifetimeValues.Parameter("p", model.p, errors.p),
                try LifetimeValues.Parameter("q", model.q, errors.q),
                try LifetimeValues.Parameter("v", model.v, errors.v),
            ], logLikelihoodMillionths: try LifetimeAnswer.millionths(fit.logLikelihood),
            customers: Int64(fit.customers), iterations: fit.iterations)
    }
}

extension LifetimeValues.Parameter {
    fileprivate init(_ name: String, _ value: Double, _ standardError: Double) throws(LifetimeError) {
        self.init(
            name: name, valueMillionths: try LifetimeAnswer.millionths(value),
            standardErrorMillionths: try LifetimeAnswer.millionths(standardError))
    }
}
