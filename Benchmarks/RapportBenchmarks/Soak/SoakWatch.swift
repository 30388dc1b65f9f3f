import EventLog
import Foundation
import Rapport
import Synchronization

/// Looks at everything once a second, writes down what it sees, and keeps it.
final class SoakWatch: Sendable {
    private let crm: Rapport
    private let tally: SoakTally
    private let chores: SoakChores
    private let csv: String?
    /// Every so many seconds a line is printed.
    private let printing: Int
    private let start = uptime()
    private let seen = Mutex<[SoakSecond]>([])

    /// - Parameter csv: a file that is made anew; nil writes none.
    init(_ crm: Rapport, _ tally: SoakTally, _ chores: SoakChores, _ csv: String?, every printing: Int) throws {
        self.crm = crm
        self.tally = tally
        self.chores = chores
        self.csv = csv
        self.printing = printing
        if let csv { try Data().write(to: URL(filePath: csv)) }
    }

    /// The seconds that were seen, in their order.
    var rows: [SoakSecond] { seen.withLock { $0 } }

    func look() throws {
        let now = SoakSecond(
            second: Int(milliseconds(since: start) / 1000), recent: tally.take(), metrics: try crm.metrics(),
            residentKilobytes: ThisProcess.residentKilobytes, privateKilobytes: ThisProcess.privateKilobytes,
            logBytes: Folder.bytes(crm.log.path + "/log"), indexBytes: Folder.bytes(crm.log.path + "/index"),
            viewBytes: Folder.bytes(crm.log.path + "/views"), isRebuilding: chores.rebuild.isAtWork,
            isBackingUp: chores.backup.isAtWork, isHoldingSnapshot: chores.reader.isAtWork,
            failures: tally.failures + chores.failures.count)
        let count = seen.withLock { seen in
            seen.append(now)
            return seen.count
        }
        try write(now, isFirst: count == 1)
        if count % printing == 0 { show(now) }
    }

    private func write(_ now: SoakSecond, isFirst: Bool) throws {
        guard let csv else { return }
        let columns = now.columns
        var text = columns.map(\.value).joined(separator: ",") + "\n"
        if isFirst { text = columns.map(\.name).joined(separator: ",") + "\n" + text }
        let file = try FileHandle(forWritingTo: URL(filePath: csv))
        _ = try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }

    private func show(_ now: SoakSecond) {
        let p99 = now.append(0.99).map { number($0) } ?? "no"
        let slowest = now.question(0.99).map { number($0) } ?? "no"
        line(
            "after \(now.second) s",
            "\(now.recent.events) events/s, append p99 \(p99) ms, question p99 \(slowest) ms, "
                + "private \(now.privateKilobytes / 1024) MB, index \(now.metrics.log.index.lag) behind, "
                + "models \(now.modelLag) behind")
    }
}
