import Foundation
import Synchronization

/// What the system says of this process.
enum ThisProcess {
    /// Memory in kilobytes. Pages of files that are mapped, as LMDB's are, count as soon as they are looked at, and the
    /// system takes them back when it needs them.
    static var residentKilobytes: Int { kilobytes("VmRSS:") }

    /// The memory among it that is no page of a file.
    static var privateKilobytes: Int { kilobytes("RssAnon:") }

    /// The most that was resident since ``forgetPeak()``, or since the start.
    static var peakKilobytes: Int { kilobytes("VmHWM:") }

    /// Begins to look for the peak anew.
    static func forgetPeak() {
        guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
        try? file.write(contentsOf: Data("5".utf8))
        try? file.close()
    }

    /// Seconds that all threads together have computed, those of the system's work for them included.
    static var computedSeconds: Double { Double(clock()) / 1e6 }

    private static func kilobytes(_ field: String) -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(field) } ?? ""
        return Int(line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first ?? "0") ?? 0
    }
}

/// Looks fifty times a second how much private memory there is, for its peak: the system keeps none.
final class PrivateMemoryPeak: Sendable {
    private let kilobytes = Mutex(0)

    /// The most that was seen while `body` ran, in kilobytes.
    static func during(_ body: () throws -> Void) rethrows -> Int {
        let peak = PrivateMemoryPeak()
        let job = BackgroundJob(every: 0.02) { _ in peak.look() }
        defer { job.stop() }
        peak.look()
        try body()
        peak.look()
        return peak.kilobytes.withLock { $0 }
    }

    private func look() {
        let now = ThisProcess.privateKilobytes
        kilobytes.withLock { $0 = max($0, now) }
    }
}
