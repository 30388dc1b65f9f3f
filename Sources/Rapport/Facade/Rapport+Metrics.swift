internal import EventLog
internal import Projection

extension Rapport {
    /// What the CRM is doing now, with the read models that there are by now. Cheap enough to be asked every second.
    ///
    /// - Throws: errors of the storage layer.
    public func metrics() throws -> CRMMetrics {
        let log = try self.log.metrics()
        let readModels = try projections.status().map { ReadModelMetrics($0, head: log.head) }
        return CRMMetrics(time: .now(), log: log, readModels: readModels)
    }

    /// Tells the program's metrics backend (swift-metrics) what ``metrics()`` says, as gauges, again and again until
    /// the task is cancelled or the CRM is closed. For a task of its own.
    ///
    /// Counters and timers of commits need no such task: they are told with each commit. The backend is the one that
    /// was in force when the CRM was opened. A look that fails, when files cannot be opened for a moment, is left out.
    /// The gauges of a read model that is gone, as the rows of a funnel that was retired, are destroyed.
    public func reportMetrics(every interval: Duration = .seconds(5)) async {
        var gauges = MetricGauges(factory: metricsFactory)
        while !Task.isCancelled, !log.signal.isClosed {
            if let now = try? metrics() { gauges.set(now) }
            // Cancelling ends the sleep, and then the loop.
            try? await Task.sleep(for: interval)
        }
    }
}
