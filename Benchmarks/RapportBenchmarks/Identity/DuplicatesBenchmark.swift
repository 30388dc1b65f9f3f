import CRMTestSupport
import EventLog
import Projection
import Rapport
import Sealing
import TestSupport

/// How well duplicates are found, of what kinds, and how fast: among customers of the demo company of whom one in five
/// was typed in twice, otherwise each time.
struct DuplicatesBenchmark {
    private let options: BenchmarkOptions
    private static let thresholds = [5_000, 6_000, 7_000, 8_000, 9_000, 9_500]

    init(_ options: BenchmarkOptions) {
        self.options = options
    }

    func run() async throws {
        for customers in options.isSmoke ? [300] : [2_000, 20_000, 100_000] { try await run(customers) }
    }

    private func run(_ count: Int) async throws {
        let path = options.place + "/\(count)"
        let set = LabelledCustomers(of: try CustomerSketch.ofDemo(count), twice: 20, seed: 7)
        let crm = try Rapport(at: path, masterKey: .key(try Self.makeKey()))
        defer { crm.close() }
        for start in stride(from: 0, to: set.customers.count, by: 500) {
            let end = min(start + 500, set.customers.count)
            try await crm.log.append(try set.customers[start..<end].flatMap { try $0.events() })
        }
        try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 3600)
        let name = "duplicates of \(set.customers.count) customers"
        try measure(crm, set.customers.count, name)
        try judge(crm, set, name)
    }

    /// Seconds and memory of the question with a page of answers.
    private func measure(_ crm: Rapport, _ customers: Int, _ name: String) throws {
        var taken: [Double] = []
        var compared = 0
        var crowded = 0
        let before = ThisProcess.privateKilobytes
        var peak = 0
        for _ in 0..<options.rounds {
            peak = max(
                peak,
                try PrivateMemoryPeak.during {
                    let start = uptime()
                    let found = try crm.duplicates()
                    taken.append(milliseconds(since: start) / 1000)
                    (compared, crowded) = (found.compared, found.crowded)
                })
        }
        line("\(name), customers/s", Spread(taken.map { Double(customers) / $0 }).text)
        line("\(name), pairs compared", "\(compared); \(crowded) keys that too many share")
        line("\(name), memory beside what was there", "\(number(Double(max(0, peak - before)) / 1024)) MB")
        var single: [Double] = []
        for _ in 0..<options.rounds {
            let start = uptime()
            _ = try crm.duplicates(DuplicateQuestion(of: try .customer("C-000001")))
            single.append(milliseconds(since: start))
        }
        line("\(name), those of one", "\(Spread(single).text) ms")
    }

    /// Precision and recall at several thresholds, and of each corruption at the usual one.
    private func judge(_ crm: Rapport, _ set: LabelledCustomers, _ name: String) throws {
        let least = Self.thresholds.min() ?? 0
        let found = try crm.duplicates(DuplicateQuestion(minimumScore: least, limit: 1_000_000))
        func quality(_ score: Int) -> (
            all: LabelledCustomers.Quality, byCorruption: [Corruption: LabelledCustomers.Quality]
        ) {
            set.quality(
                of: found.pairs.filter { $0.scoreBp >= score }.map { (first: $0.first.text, second: $0.second.text) })
        }
        for threshold in Self.thresholds { line("\(name), from \(threshold) bp on", text(quality(threshold).all)) }
        let usual = quality(DuplicateQuestion.usualMinimum)
        for corruption in Corruption.allCases {
            guard let quality = usual.byCorruption[corruption] else { continue }
            line(
                "\(name), \(corruption.rawValue)",
                "\(quality.right) of \(quality.doubles), \(percent(quality.recallBp))")
        }
    }

    private func text(_ quality: LabelledCustomers.Quality) -> String {
        "precision \(percent(quality.precisionBp)), recall \(percent(quality.recallBp)) "
            + "(\(quality.right) right, \(quality.wrong) wrong, \(quality.doubles) doubles)"
    }

    private func percent(_ basisPoints: Int?) -> String {
        basisPoints.map { number(Double($0) / 100) + " %" } ?? "-"
    }

    private static func makeKey() throws -> LocalMasterKey {
        var random = SplitMix(state: 45)
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
        return try LocalMasterKey(bytes: bytes, name: "the key of this benchmark")
    }
}
