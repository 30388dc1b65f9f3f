/// What can be measured under one name, or under several that share what they are measured on.
struct Part: Sendable {
    let names: [String]
    /// Whether it takes so long, or so much of the disk, that it is measured only when it is asked for.
    var isHeavy = false
    /// Measures those of its names that are chosen.
    let run: @Sendable (BenchmarkOptions, Set<String>) async throws -> Void

    /// In the order in which they are measured.
    static let all: [Part] = [
        Part(names: ["append", "callers", "scan", "look-up", "open"]) { options, chosen in
            let log = try await LogBenchmark(
                in: options.place, preloaded: options.events, rounds: options.rounds, isSmoke: options.isSmoke)
            try await log.run(chosen)
        },
        Part(names: ["projections"]) { options, _ in
            try await ProjectionBenchmark(in: options.place, events: options.events, rounds: options.rounds).run()
        },
        Part(names: ["ideal"]) { options, _ in try IdealBenchmark(options).run() },
        Part(names: ["audit"]) { options, _ in try await AuditBenchmark(options).run() },
        Part(names: ["peers"]) { options, _ in
            let peers = PeerBenchmark(
                in: options.place, preloaded: options.events, rounds: options.rounds, isSmoke: options.isSmoke)
            try await peers.run(asJSON: options.asJSON)
        },
        Part(names: ["size"]) { options, _ in try await SizeBenchmark(options).run() },
        Part(names: ["personal"], isHeavy: true) { options, _ in try await PersonalBenchmark(options).run() },
        Part(names: ["identity"], isHeavy: true) { options, _ in try await IdentityBenchmark(options).run() },
        Part(names: ["duplicates"], isHeavy: true) { options, _ in try await DuplicatesBenchmark(options).run() },
        Part(names: ["funnels"], isHeavy: true) { options, _ in try await FunnelsBenchmark(options).run() },
        Part(names: ["deals"], isHeavy: true) { options, _ in try await DealsBenchmark(options).run() },
        Part(names: ["service"], isHeavy: true) { options, _ in try await ServiceBenchmark(options).run() },
        Part(names: ["past"], isHeavy: true) { options, _ in try await PastBenchmark(options).run() },
        Part(names: ["own-writes"], isHeavy: true) { options, _ in try await OwnWritesBenchmark(options).run() },
        Part(names: ["latency"], isHeavy: true) { options, _ in try await LatencyBenchmark(options).run() },
        Part(names: ["sustained"], isHeavy: true) { options, _ in try await SustainedBenchmark(options).run() },
        Part(names: ["growth"], isHeavy: true) { options, _ in try await GrowthBenchmark(options).run() },
        Part(names: ["soak"], isHeavy: true) { options, _ in try await SoakBenchmark(options).run() },
    ]

    /// All names, for people.
    static var names: String { all.flatMap(\.names).joined(separator: ", ") }

    /// The names of the heavy ones, for people.
    static var namesOfHeavy: String { all.filter(\.isHeavy).flatMap(\.names).joined(separator: ", ") }
}
