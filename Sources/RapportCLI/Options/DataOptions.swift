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
    var path: String { Self.named(directory) }

    func validate() throws { _ = try Self.path(directory) }

    /// The directory that the command line names, or else the environment.
    ///
    /// - Throws: wrong usage when neither does.
    static func path(_ directory: String?) throws -> String {
        let path = named(directory)
        guard !path.isEmpty else {
            throw ValidationError("which data directory? Give --data DIR, or set \(variable) in the environment.")
        }
        return path
    }

    private static func named(_ directory: String?) -> String {
        directory ?? ProcessInfo.processInfo.environment[variable] ?? ""
    }
}
