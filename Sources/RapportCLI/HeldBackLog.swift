import Foundation
import Logging
import Synchronization

/// What the libraries log while a command runs.
///
/// A command that fails says why in one line of its own, and what was logged on the way there would only say the same
/// again. So every line is held back: told when the command ends well or goes on for a while, and not at all when it
/// fails before. A line that comes again and again is told once.
final class HeldBackLog: Sendable {
    /// The one of this process, on standard error.
    static let shared = HeldBackLog(patience: 5) { Output.complain($0) }

    private struct Lines {
        var known: Set<String> = []
        var heldBack: [String] = []
    }

    private let lines = Mutex(Lines())
    private let patience: Double
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - patience: seconds after which a line is told although the command has not ended.
    ///   - write: tells one line.
    init(patience: Double, write: @escaping @Sendable (String) -> Void) {
        self.patience = patience
        self.write = write
    }

    func add(_ line: String) {
        let isFirst = lines.withLock { lines in
            guard lines.known.insert(line).inserted else { return false }
            lines.heldBack.append(line)
            return lines.heldBack.count == 1
        }
        guard isFirst else { return }
        DispatchQueue.global().asyncAfter(deadline: .now() + patience) { [self] in tell() }
    }

    /// Tells a line now, whatever comes of the command.
    func tellNow(_ line: String) { write(line) }

    /// Tells what was held back so far.
    func tell() {
        let heldBack = lines.withLock { lines in
            let heldBack = lines.heldBack
            lines.heldBack = []
            return heldBack
        }
        for line in heldBack { write(line) }
    }
}

/// Writes warnings and errors as lines of a ``HeldBackLog``. Notices, where its level lets them through, are told at
/// once and as they are.
struct HeldBackLogHandler: LogHandler {
    var output = HeldBackLog.shared
    var logLevel = Logger.Level.warning
    var metadata = Logger.Metadata()
    var metadataProvider: Logger.MetadataProvider?

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        if event.level == .notice { return output.tellNow("\(event.message)") }
        let facts = metadata.merging(event.metadata ?? [:]) { _, new in new }
            .sorted { $0.key < $1.key }
            .map { ", \($0.key): \($0.value)" }
        output.add("\(event.level): \(event.message)" + facts.joined())
    }
}
