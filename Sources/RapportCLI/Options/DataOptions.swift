import ArgumentParser
import Foundation

/// Which data directory a command works on.
struct DataOptions: ParsableArguments {
    /// Stands for `--data` in the environment.
    static let variable = "RAPPORT_DATA"

    @Option(
        name: .customLong("data"),
        help: ArgumentHelp("The data directory. Without it, RAPPORT_DATA in the environment.", valueName: "dir"),
        completion: .directory)
    var directory: String?

    @OptionGroup var logging: LoggingOptions

    /// The directory, wherever it was named.
    var path: String { directory ?? ProcessInfo.processInfo.environment[Self.variable] ?? "" }

    func validate() throws {
        guard !path.isEmpty else {
            throw ValidationError("which data directory? Give --data DIR, or set \(Self.variable) in the environment.")
        }
    }
}
