internal import EventLog
internal import Projection

/// Makes the forecasts of a back-test one after the other, and adds up what really came. Texts are numbers of a
/// ``DealTexts``.
struct BackTestRun {
    /// A period, its moments, and what its forecast said and what came, by the number of the line.
    private struct Tested {
        let label: String
        let madeAt: Timestamp
        let moment: ForecastMoment
        var estimates: [Int: [SalesForecast.Estimate]] = [:]
        var actuals: [Int: Int64] = [:]
    }

    private let question: BackTestQuestion
    private let calendar: ZonedCalendar
    private var histories = DealHistories()
    private var dimension: DealDimension?
    /// Groups and currencies: 0 is all deals together, 1 those without a group, and so on.
    private var places = PairTable()
    private var tested: [Tested] = []

    init(_ question: BackTestQuestion, _ calendar: ZonedCalendar, _ reader: borrowing ModelReader) throws {
        self.question = question
        self.calendar = calendar
        if let by = question.by { dimension = try DealDimension(by, reader, &histories.texts) }
    }

    // MARK: Forecasts

    /// Makes the forecast of a period by what is known at a position.
    ///
    /// - Throws: ``InvalidForecast``, `SumOverflow`.
    mutating func forecast(
        _ period: CalendarPeriod, knownAt known: Position, _ reader: borrowing ModelReader
    ) throws {
        let question = question.forecast(of: period, calendar)
        let moment = try ForecastMoment(question, knownAt: known, calendar)
        var tally = ForecastTally(moment)
        try tally.read(&histories, by: dimension, pipeline: question.pipeline, reader)
        var tested = Tested(label: period.label, madeAt: question.madeAt, moment: moment)
        for (place, line) in zip(tally.places.pairs, try tally.unsortedLines(histories.texts)) where !line.isEmpty {
            tested.estimates[places.number(of: place.0, place.1)] = line.estimates
        }
        self.tested.append(tested)
    }

    // MARK: What came

    /// Adds up what was won in each period, as it stood at its end.
    ///
    /// - Throws: `SumOverflow`.
    mutating func readActuals(_ reader: borrowing ModelReader) throws {
        guard let end = tested.last?.moment.end else { return }
        let starts = tested.map(\.moment.start)
        var histories = histories
        try histories.forEach(reader, openedBefore: end, pipeline: question.pipeline) { deal, texts in
            var newest = -1
            for change in deal.changes where change.kind == .won {
                let period = starts.prefixCount { $0 <= change.at } - 1
                // A deal counts once in a period.
                if period <= newest { continue }
                newest = period
                try addActual(deal, in: period, &texts)
            }
            return true
        }
        self.histories = histories
    }

    private mutating func addActual(_ deal: DealHistory, in period: Int, _ texts: inout DealTexts) throws {
        let moment = tested[period].moment
        guard let course = deal.course(before: moment.end), course.outcome == .won, let closing = course.closing,
            moment.start <= closing.at
        else { return }
        try add(course.last.amount, to: places.number(of: 0, course.last.currency), in: period)
        guard let dimension else { return }
        let group = try dimension.value(of: deal, in: course.last, at: moment.end - 1, &texts)
        try add(course.last.amount, to: places.number(of: group + 1, course.last.currency), in: period)
    }

    private mutating func add(_ amount: Int64, to line: Int, in period: Int) throws {
        tested[period].actuals[line] = try sum(tested[period].actuals[line] ?? 0, amount)
    }

    // MARK: The answer

    /// - Throws: `SumOverflow`.
    func answer(_ corrections: LaterCorrections, at position: Position) throws -> ForecastBackTest {
        let periods = tested.map { one in
            let known = Position(one.moment.known)
            return ForecastBackTest.Period(
                period: one.label, madeAt: one.madeAt, position: known,
                laterCorrections: corrections.count(after: known))
        }
        var points: [ForecastBackTest.Point] = []
        var summaries: [ForecastBackTest.Summary] = []
        for (line, group, currency) in sortedLines() {
            let these = try self.points(of: line, group: group, currency: currency)
            points += these
            for method in ForecastMethod.allCases {
                var score = BackTestScore()
                let ofMethod = these.filter { $0.method == method }
                for point in ofMethod { score.add(point) }
                if let point = ofMethod.first { summaries.append(try score.summary(point)) }
            }
        }
        return ForecastBackTest(
            period: question.period, from: question.from.description, to: question.to.description, day: question.day,
            basis: question.basis, zone: calendar.name, pipeline: question.pipeline, by: question.by,
            exact: periods.allSatisfy { $0.laterCorrections == 0 }, periods: periods, summaries: summaries,
            points: points, position: position)
    }

    private func points(of line: Int, group: String?, currency: String) throws -> [ForecastBackTest.Point] {
        var points: [ForecastBackTest.Point] = []
        for one in tested {
            let actual = one.actuals[line] ?? 0
            if one.estimates[line] == nil, actual == 0 { continue }
            for estimate in one.estimates[line] ?? Self.nothing {
                points.append(
                    try ForecastBackTest.Point(one.label, group: group, currency: currency, estimate, actual: actual))
            }
        }
        return points
    }

    /// What is forecast of a group that was not there yet: no deal of it was open.
    private static let nothing = ForecastMethod.allCases.map { method in
        let band: Int64? = method == .runRate ? nil : 0
        return SalesForecast.Estimate(method: method, value: 0, lower: band, upper: band)
    }

    /// All deals first, then group by group.
    private func sortedLines() -> [(line: Int, group: String?, currency: String)] {
        let texts = histories.texts
        return places.pairs.enumerated()
            .map { line, place in
                (line: line, group: place.0 == 0 ? nil : texts.text(place.0 - 1), currency: texts.text(place.1))
            }
            .sorted { left, right in
                ForecastTally.precedes((left.group, left.currency), (right.group, right.currency))
            }
    }
}
