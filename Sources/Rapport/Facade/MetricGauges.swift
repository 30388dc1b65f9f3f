internal import CoreMetrics
internal import EventLog
internal import Projection

/// The gauges that tell a metrics backend (swift-metrics) of the state of a CRM. The page Metrics lists their names.
struct MetricGauges: Sendable {
    private struct ReadModel: Sendable {
        let lag: Gauge
        let stopped: Gauge

        init(_ name: String, factory: any MetricsFactory) {
            lag = MetricGauges.gauge("rapport_read_model_lag", of: name, factory)
            stopped = MetricGauges.gauge("rapport_read_model_stopped", of: name, factory)
        }

        /// Nothing more will be told of it.
        func destroy() {
            lag.destroy()
            stopped.destroy()
        }
    }

    private let factory: any MetricsFactory

    private let head: Gauge
    private let queuedAppends: Gauge
    private let queuedBytes: Gauge
    private let indexLag: Gauge
    private let tailTables: Gauge
    private let fullTables: Gauge
    private let runs: Gauge
    private let mapReserved: Gauge
    private let mapUsed: Gauge
    private let diskFree: Gauge
    private let readers: Gauge
    private let readersMaximum: Gauge
    private let oldestReaderLag: Gauge
    /// Those that there were at the last look, by name.
    private var readModels: [String: ReadModel] = [:]

    /// Those of read models are made when they are told of.
    init(factory: any MetricsFactory) {
        func gauge(_ label: String) -> Gauge { Self.gauge(label, factory) }
        self.factory = factory
        head = gauge("rapport_log_head")
        queuedAppends = gauge("rapport_log_queued_appends")
        queuedBytes = gauge("rapport_log_queued_bytes")
        indexLag = gauge("rapport_index_lag")
        tailTables = gauge("rapport_index_tail_tables")
        fullTables = gauge("rapport_index_full_tables")
        runs = gauge("rapport_index_runs")
        mapReserved = gauge("rapport_log_map_reserved_bytes")
        mapUsed = gauge("rapport_log_map_used_bytes")
        diskFree = gauge("rapport_log_disk_free_bytes")
        readers = gauge("rapport_log_readers")
        readersMaximum = gauge("rapport_log_readers_maximum")
        oldestReaderLag = gauge("rapport_log_oldest_reader_lag")
    }

    private static func gauge(_ label: String, of model: String? = nil, _ factory: any MetricsFactory) -> Gauge {
        Gauge(label: label, dimensions: model.map { [("model", $0)] } ?? [], factory: factory)
    }

    /// Tells what `metrics` say; of read models that have come since the last look, too, and no more of those that have
    /// gone.
    mutating func set(_ metrics: CRMMetrics) {
        let log = metrics.log
        head.record(log.head.rawValue)
        queuedAppends.record(log.queue.appends)
        queuedBytes.record(log.queue.bytes)
        indexLag.record(log.index.lag)
        tailTables.record(log.index.tailTables)
        fullTables.record(log.index.fullTables)
        runs.record(log.index.runs)
        mapReserved.record(log.storage.mapReserved)
        mapUsed.record(log.storage.mapUsed)
        if let free = log.storage.diskFree { diskFree.record(free) }
        readers.record(log.readers.open)
        readersMaximum.record(log.readers.maximum)
        oldestReaderLag.record(log.readers.oldestLag)
        for model in metrics.readModels {
            let gauges = readModels[model.name] ?? ReadModel(model.name, factory: factory)
            readModels[model.name] = gauges
            gauges.lag.record(model.lag)
            gauges.stopped.record(model.state == .stopped ? 1 : 0)
        }
        let names = Set(metrics.readModels.map(\.name))
        for (name, gauges) in readModels where !names.contains(name) {
            gauges.destroy()
            readModels[name] = nil
        }
    }
}
