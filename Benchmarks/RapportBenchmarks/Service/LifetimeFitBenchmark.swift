import Foundation
import Rapport

/// How long it takes to fit the models of lifetime value: to the public sample of CDNOW where `RAPPORT_DATASETS` names
/// the folder of the data sets, and to as many and to more customers that are drawn.
struct LifetimeFitBenchmark {
    private let rounds: Int
    private let isSmoke: Bool

    init(_ options: BenchmarkOptions) {
        rounds = options.rounds
        isSmoke = options.isSmoke
    }

    func run() throws {
        if let folder = ProcessInfo.processInfo.environment["RAPPORT_DATASETS"] {
            try measure("CDNOW", PurchaseSample.published(in: folder + "/cdnow/CDNOW_sample.txt"))
        } else {
            line("fit to CDNOW", "left out: RAPPORT_DATASETS does not say where the data sets are")
        }
        for count in isSmoke ? [2357] : [2357, 100_000] {
            try measure("\(count) drawn customers", PurchaseSample.drawn(count))
        }
    }

    private func measure(_ name: String, _ customers: [PurchaseSummary]) throws {
        try measure("fit of purchases to \(name)") {
            let fit = try BGNBD.fit(customers)
            return "\(fit.customers) customers, \(fit.iterations) steps"
        }
        try measure("fit of spending to \(name)") {
            let fit = try GammaGamma.fit(customers)
            return "\(fit.customers) customers, \(fit.iterations) steps"
        }
    }

    private func measure(_ name: String, _ fit: () throws -> String) throws {
        var taken: [Double] = []
        var said = ""
        for _ in 0..<rounds {
            let start = uptime()
            said = try fit()
            taken.append(milliseconds(since: start))
        }
        line(name, "\(Spread(taken).text) ms, \(said)")
    }
}
