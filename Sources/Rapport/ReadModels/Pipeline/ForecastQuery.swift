public import EventLog
internal import Projection

extension CRMState {
    /// What will be won within a period, as it looks at a moment: by what had happened by then, whenever it was
    /// recorded. Ask the CRM as of a position of the past for what was known, too.
    ///
    /// O(changes of the deals opened by then), and for each stage and age of open deals the visits to the stage that
    /// ended around that age.
    ///
    /// - Throws: ``UnknownTimeZone``, ``InvalidForecast``, `SumOverflow`.
    public func forecast(
        _ question: ForecastQuestion, atLeast position: Position? = nil
    ) async throws -> SalesForecast {
        try await wait(for: position, of: PipelineModel.name)
        let calendar = try ZonedCalendar(zone: question.zone)
        return try rows.read(PipelineModel.name) { reader in try SalesForecast(question, calendar, reader) }
    }
}

extension SalesForecast {
    /// Answers from rows.
    init(_ question: ForecastQuestion, _ calendar: ZonedCalendar, _ reader: borrowing ModelReader) throws {
        let moment = try ForecastMoment(question, knownAt: reader.position, calendar)
        var histories = DealHistories()
        var dimension: DealDimension?
        if let by = question.by { dimension = try DealDimension(by, reader, &histories.texts) }
        var tally = ForecastTally(moment)
        try tally.read(&histories, by: dimension, pipeline: question.pipeline, reader)
        var totals: [Line] = []
        var groups: [Line] = []
        for line in try tally.lines(histories.texts) where !line.isEmpty {
            if line.group == nil { totals.append(line) } else { groups.append(line) }
        }
        self.init(
            from: question.from.description, to: question.to.description, madeAt: question.madeAt,
            zone: calendar.name, pipeline: question.pipeline, by: question.by, trailingDays: moment.trailingDays,
            remainingDaysCenti: try Int64(halfUp: moment.remainingDays * 100), totals: totals,
            groups: question.by == nil ? nil : groups, position: reader.position)
    }
}

extension SalesForecast.Line {
    /// Whether no method has anything to say.
    var isEmpty: Bool { won.deals == 0 && open.deals == 0 && trailingWon == 0 }

    /// What a method says.
    func estimate(_ method: ForecastMethod) -> SalesForecast.Estimate? { estimates.first { $0.method == method } }
}
