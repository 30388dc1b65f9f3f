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

    @Flag(help: "Small sizes: does everything run? Without `--only` really everything.")
    var smoke = false

    @Option(help: "Only these, comma-separated: \(Part.names). Left out unless named here: \(Part.namesOfHeavy).")
    var only: String?

    @Option(help: "Seconds: of each run of sustained (60) and latency (20), of soak (1800).")
    var seconds: Int?

    @Option(help: "With growth and funnels: events in the log, comma-separated.")
    var sizes = "100000,1000000"

    @Option(help: "With soak: events a second that are appended without condition.")
    var rate = 2000

    @Option(help: "With soak: a file for what is seen every second.")
    var csv: String?

    @Flag(help: "With `--only peers`: print its figures as JSON, for tools/peers/compare.")
    var json = false

    @Option(help: "A directory on the device to be measured; removed afterwards.")
    var directory = NSTemporaryDirectory()

    func validate() throws {
        let unknown = chosen.subtracting(Part.all.flatMap(\.names)).sorted()
        guard unknown.isEmpty else {
            throw ValidationError("there is no \(unknown.joined(separator: ", ")); there are \(Part.names)")
        }
        guard !sizesInOrder.isEmpty, sizesInOrder.allSatisfy({ $0 >= 1000 }) else {
            throw ValidationError("--sizes takes numbers of 1,000 and more, not \(sizes)")
        }
        guard events > 0, rounds > 0, rate > 0, seconds ?? 1 > 0 else {
            throw ValidationError("--events, --rounds, --rate and --seconds are at least 1")
        }
    }

    func run() async throws {
        let root = directory + "/rapport-benchmarks-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        for part in Part.all where !chosen.isDisjoint(with: part.names) {
            let place = root + "/" + part.names[0]
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try await part.run(options(in: place), chosen)
            // The next one gets the whole device.
            try FileManager.default.removeItem(atPath: place)
        }
    }

    private var chosen: Set<String> {
        if let only { return Set(only.split(separator: ",").map(String.init)) }
        return Set(Part.all.filter { smoke || !$0.isHeavy }.flatMap(\.names))
    }

    /// Those of a smaller log come first; empty when something is no number.
    private var sizesInOrder: [Int] {
        let texts = sizes.split(separator: ",")
        let numbers = texts.compactMap { Int($0) }
        return numbers.count == texts.count ? numbers.sorted() : []
    }

    private func options(in place: String) -> BenchmarkOptions {
        BenchmarkOptions(
            place: place, events: smoke ? min(events, 20_000) : events, rounds: smoke ? 1 : rounds, isSmoke: smoke,
            asJSON: json, seconds: seconds, sizes: smoke ? [2000, 5000] : sizesInOrder, rate: rate, csv: csv)
    }
}

/// What the parts are told.
struct BenchmarkOptions: Sendable {
    /// A folder of the part's own, removed after it.
    let place: String
    /// In the log before anything is measured.
    let events: Int
    let rounds: Int
    /// Small sizes.
    let isSmoke: Bool
    let asJSON: Bool
    /// How long to measure; nil takes what is usual. ``duration(usual:smoke:)`` says which.
    let seconds: Int?
    /// Of logs that are compared, from the smallest on.
    let sizes: [Int]
    /// Events a second.
    let rate: Int
    /// A file for what is seen every second.
    let csv: String?

    /// Seconds to measure for, when the part usually does for `usual`.
    func duration(usual: Int, smoke: Int = 1) -> Double { Double(seconds ?? (isSmoke ? smoke : usual)) }
}
