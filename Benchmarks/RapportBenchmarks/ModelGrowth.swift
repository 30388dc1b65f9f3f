import EventLog
import Foundation
import Projection
import Rapport

/// The read models over a log of one size: events of the demo company, which has a customer for every twenty of them.
struct ModelGrowth {
    private let path: String
    private let size: Int
    private let rounds: Int

    init(in place: String, size: Int, _ options: BenchmarkOptions) {
        path = place + "/crm"
        self.size = size
        rounds = min(options.rounds, 3)
    }

    func run(_ column: inout MarkdownTable.Column) async throws {
        try await fill()
        try await rebuild(&column)
        let log = Folder.bytes(path + "/log")
        // The generation before is kept, too.
        let views = Folder.bytes(path + "/views")
        column.add("log of demo events, bytes an event", number(Double(log) / Double(size)))
        column.add("read models, two generations, bytes an event", number(Double(views) / Double(size)))
        Folder.dropPages(path)
        column.add("open all, cold, first profile, ms", number(try await open()))
    }

    private func fill() async throws {
        let log = try EventLog(at: path)
        try await DemoFeed(events: size).fill(log, with: size)
        log.close()
    }

    private func rebuild(_ column: inout MarkdownTable.Column) async throws {
        let crm = try Rapport(at: path)
        try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 3600)
        var taken: [Double] = []
        ThisProcess.forgetPeak()
        let privatePeak = try PrivateMemoryPeak.during {
            for _ in 0..<rounds { taken.append(try seconds { try crm.projections.rebuild() }) }
        }
        let perEvent = Spread(taken.map { $0 / Double(size) * 1e9 })
        column.add("rebuild of all read models, ns an event", perEvent.text)
        column.add("rebuild, peak private, MB", String(privatePeak / 1024))
        column.add("rebuild, peak resident, MB", String(ThisProcess.peakKilobytes / 1024))
        crm.close()
    }

    /// Milliseconds until the CRM is open and has shown a profile.
    private func open() async throws -> Double {
        let start = uptime()
        let crm = try Rapport(at: path)
        _ = try await crm.profile(of: "C-000001")
        let taken = milliseconds(since: start)
        crm.close()
        return taken
    }
}
