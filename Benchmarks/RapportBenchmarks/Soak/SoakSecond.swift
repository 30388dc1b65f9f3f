import EventLog
import Rapport

/// What a soak was like in one second, and how things stood at its end.
struct SoakSecond: Sendable {
    /// Since the start.
    let second: Int
    let recent: SoakTally.Recent
    let metrics: CRMMetrics
    let residentKilobytes: Int
    let privateKilobytes: Int
    let logBytes: Int
    let indexBytes: Int
    let viewBytes: Int
    let isRebuilding: Bool
    let isBackingUp: Bool
    let isHoldingSnapshot: Bool
    /// Since the start.
    let failures: Int

    /// The lag of the slowest read model.
    var modelLag: UInt64 { metrics.readModels.map(\.lag).max() ?? 0 }

    /// Milliseconds; nil when nothing was appended.
    func append(_ quantile: Double) -> Double? { Self.quantile(quantile, of: recent.appends) }

    /// Milliseconds; nil when nothing was answered.
    func question(_ quantile: Double) -> Double? { Self.quantile(quantile, of: recent.questions) }

    private static func quantile(_ share: Double, of times: [Double]) -> Double? {
        times.isEmpty ? nil : Spread.quantile(share, of: times)
    }

    // MARK: CSV

    /// The columns with their names. What there is nothing to say of is empty.
    var columns: [(name: String, value: String)] {
        let log = metrics.log
        return [
            ("second", String(second)),
            ("head", log.head.description),
            ("appended_per_second", String(recent.events)),
            ("append_p50_ms", Self.text(append(0.5))),
            ("append_p99_ms", Self.text(append(0.99))),
            ("append_max_ms", Self.text(recent.appends.max())),
            ("query_p99_ms", Self.text(question(0.99))),
            ("rss_kb", String(residentKilobytes)),
            ("private_kb", String(privateKilobytes)),
            ("log_bytes", String(logBytes)),
            ("index_bytes", String(indexBytes)),
            ("view_bytes", String(viewBytes)),
            ("index_lag", String(log.index.lag)),
            ("model_lag", String(modelLag)),
            ("readers", String(log.readers.open)),
            ("oldest_reader_lag", String(log.readers.oldestLag)),
            ("conflicts", String(recent.conflicts)),
            ("failures", String(failures)),
            ("rebuilding", isRebuilding ? "1" : "0"),
            ("backing_up", isBackingUp ? "1" : "0"),
            ("holding_snapshot", isHoldingSnapshot ? "1" : "0"),
        ]
    }

    private static func text(_ milliseconds: Double?) -> String {
        milliseconds.map { String(Double(Int($0 * 1000)) / 1000) } ?? ""
    }
}
