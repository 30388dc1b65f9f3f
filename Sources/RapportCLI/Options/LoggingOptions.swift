import ArgumentParser
import Logging
import Sealing
import Synchronization

/// How much a command tells of what goes on inside.
struct LoggingOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Log to standard error what goes on inside.")
    var verbose = false

    private static let isStarted = Mutex(false)

    /// Sets up logging to standard error, before the first logger is made. A second time changes nothing.
    func start() {
        let isFirst = Self.isStarted.withLock { isStarted in
            defer { isStarted = true }
            return !isStarted
        }
        guard isFirst else { return }
        LoggingSystem.bootstrap { [verbose] label -> any LogHandler in
            guard verbose else {
                // A key that was made in silence would be lost with its file.
                return HeldBackLogHandler(logLevel: label == MasterKeySource.loggerLabel ? .notice : .warning)
            }
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .info
            return handler
        }
    }
}
