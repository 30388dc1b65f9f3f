import EventLog
import Foundation
import Rapport

/// The first third of a soak against its last: medians of what was seen every second.
struct SoakVerdict {
    /// What is compared.
    private struct Measure {
        let name: String
        /// A smaller difference is no growth, whatever its ratio.
        let least: Double
        /// Nil where a second says nothing of it.
        let value: (SoakSecond) -> Double?
    }

    /// A smaller ratio may be chance.
    private static let leastRatio = 1.25

    let text: String

    init(_ rows: [SoakSecond]) {
        let third = rows.count / 3
        guard third > 0 else {
            text = "no verdict: \(rows.count) seconds are too few"
            return
        }
        let lines = Self.measures.compactMap { measure -> String? in
            let first = rows.prefix(third).compactMap(measure.value)
            let last = rows.suffix(third).compactMap(measure.value)
            return first.isEmpty || last.isEmpty ? nil : Self.text(measure, Spread(first).median, Spread(last).median)
        }
        text = (["median of the first third -> of the last"] + lines).joined(separator: "\n")
    }

    private static var measures: [Measure] {
        [
            Measure(name: "private memory, MB", least: 16) { Double($0.privateKilobytes) / 1024 },
            Measure(name: "resident memory with mapped files, MB", least: 16) { Double($0.residentKilobytes) / 1024 },
            Measure(name: "append p50, ms", least: 0.2) { $0.append(0.5) },
            Measure(name: "append p99, ms", least: 1) { $0.append(0.99) },
            Measure(name: "question p99, ms", least: 1) { $0.question(0.99) },
            Measure(name: "log, bytes an event", least: 4) { Self.perEvent($0.logBytes, $0) },
            Measure(name: "index, bytes an event", least: 4) { Self.perEvent($0.indexBytes, $0) },
            Measure(name: "read models, bytes an event", least: 4) { Self.perEvent($0.viewBytes, $0) },
            // A table of the index, and a batch of a follower.
            Measure(name: "index lag, events", least: 131_072) { Double($0.metrics.log.index.lag) },
            Measure(name: "lag of the slowest model, events", least: 16_384) { Double($0.modelLag) },
        ]
    }

    private static func perEvent(_ bytes: Int, _ second: SoakSecond) -> Double {
        Double(bytes) / Double(max(1, second.metrics.log.head.rawValue))
    }

    private static func text(_ measure: Measure, _ first: Double, _ last: Double) -> String {
        let hasGrown = last > first * leastRatio && last - first >= measure.least
        let ratio = first > 0 ? ", x \(number(last / first))" : ""
        return measure.name.padding(toLength: 44, withPad: " ", startingAt: 0)
            + "\(number(first)) -> \(number(last))\(ratio) \(hasGrown ? "HAS GROWN" : "steady")"
    }
}
