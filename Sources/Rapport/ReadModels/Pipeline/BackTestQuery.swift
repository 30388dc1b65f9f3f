public import EventLog
internal import Projection

extension CRMState {
    /// How good the forecasts of past periods would have been, method by method. Only periods that were over when the
    /// last event was recorded are tested. One forecast for each period, and once more through all deals.
    ///
    /// - Throws: ``UnknownTimeZone``, ``InvalidForecast``, `SumOverflow`, `DamagedLog` and errors of the storage layer.
    public func backTest(
        _ question: BackTestQuestion, atLeast position: Position? = nil
    ) async throws -> ForecastBackTest {
        try await wait(for: position, of: PipelineModel.name)
        let calendar = try ZonedCalendar(zone: question.zone)
        let periods = try question.periods()
        return try rows.read(PipelineModel.name) { reader in
            let end = reader.position
            let recordedAt = try log.withEvent(at: end) { $0.recordedAt.microseconds } ?? .min
            var run = try BackTestRun(question, calendar, reader)
            var earliest = end
            for period in periods where calendar.endOfDay(period.lastDay).microseconds - 1 <= recordedAt {
                var known = end
                if question.basis == .known {
                    let madeAt = question.forecast(of: period, calendar).madeAt
                    known = min(end, try log.position(recordedAtOrBefore: madeAt))
                }
                earliest = min(earliest, known)
                try run.forecast(period, knownAt: known, reader)
            }
            try run.readActuals(reader)
            // The rows of some events alone say nothing of others.
            let corrections =
                try rows.isSelection ? LaterCorrections() : LaterCorrections(earliest, through: end, in: log)
            return try run.answer(corrections, at: end)
        }
    }
}
