import ArgumentParser
import Foundation

/// Measures the log and the projections side by side with plain C over LMDB.
///
/// Goal: ratios, in one process, rounds alternating, medians of several. Not a goal: absolute figures, which on a
/// virtual machine move by a factor of two from run to run.
@main
struct RapportBenchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rapport-benchmarks")

    @Option(help: "Events in the log before anything is measured.")
    var events = 1_000_000

    @Option(help: "Rounds; the median is shown, with the lowest and the highest.")
    var rounds = 5

    @Flag(help: "Small sizes: does everything run?")
    var smoke = false

    @Option(help: "Only these, comma-separated: append, callers, scan, look-up, open, projections, peers.")
    var only = "append,callers,scan,look-up,open,projections,peers"

    @Flag(help: "With `--only peers`: print its figures as JSON, for tools/peers/compare.")
    var json = false

    @Option(help: "A directory on the device to be measured; removed afterwards.")
    var directory = NSTemporaryDirectory()

    func run() async throws {
        let place = directory + "/rapport-benchmarks-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        let size = smoke ? min(events, 20_000) : events
        let rounds = smoke ? 1 : self.rounds
        let chosen = Set(only.split(separator: ",").map(String.init))
        if !chosen.isDisjoint(with: ["append", "callers", "scan", "look-up", "open"]) {
            let bench = try await LogBenchmark(in: place, preloaded: size, rounds: rounds, isSmoke: smoke)
            if chosen.contains("append") { try await bench.append() }
            if chosen.contains("callers") { try await bench.callers() }
            if chosen.contains("scan") { try bench.scan() }
            if chosen.contains("look-up") { try bench.lookUp() }
            if chosen.contains("open") { try bench.open() }
        }
        if chosen.contains("projections") {
            try await ProjectionBenchmark(in: place, events: size, rounds: rounds).run()
        }
        if chosen.contains("peers") {
            try await PeerBenchmark(in: place, preloaded: size, rounds: rounds, isSmoke: smoke).run(asJSON: json)
        }
    }
}

/// Median, lowest and highest of several measurements.
struct Spread {
    let median: Double
    let lowest: Double
    let highest: Double

    init(_ values: [Double]) {
        let sorted = values.sorted()
        median = sorted[sorted.count / 2]
        lowest = sorted[0]
        highest = sorted[sorted.count - 1]
    }

    /// The value below which the share `quantile` of `values` lies.
    static func quantile(_ quantile: Double, of values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * quantile))]
    }
}

/// Seconds that `body` takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    try body()
    return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
}

func seconds(_ body: () async throws -> Void) async rethrows -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    try await body()
    return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
}

func line(_ name: String, _ value: String) {
    print(name.padding(toLength: 44, withPad: " ", startingAt: 0) + value)
}

func number(_ value: Double) -> String {
    value >= 100 ? String(Int(value.rounded())) : String(format: "%.2f", value)
}
