import ArgumentParser
import Logging

/// How much a command tells of what goes on inside.
struct LoggingOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Log to standard error what goes on inside.")
    var verbose = false

    /// Sets up logging to standard error. Once per process, before the first logger is made.
    func start() {
        LoggingSystem.bootstrap { [verbose] label -> any LogHandler in
            guard verbose else { return HeldBackLogHandler() }
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .info
            return handler
        }
    }
}
