import ArgumentParser
import Foundation

/// Who is shown personal values, and what for: it is noted in the access log. No answer depends on it.
struct ReaderOptions: ParsableArguments {
    /// Stands for `--actor` in the environment.
    static let variable = "RAPPORT_ACTOR"

    @Option(
        name: .customLong("actor"),
        help: ArgumentHelp(
            """
            Who asks, for the access log. Without it, \(Self.variable) in the environment, or user: and the login \
            name.
            """, valueName: "id"))
    var name: String?

    @Option(
        name: .customLong("access-purpose"),
        help: ArgumentHelp("What personal values are shown for, for the access log.", valueName: "purpose"))
    var purpose: String?

    func validate() throws { try Self.check(name, as: "--actor", purpose) }

    /// Who asks, wherever it was said.
    var actor: String { Self.actor(name) }

    /// Who reads when the command line says `name`.
    static func actor(_ name: String?) -> String {
        if let name { return name }
        if let name = ProcessInfo.processInfo.environment[variable], !name.isEmpty { return name }
        return "user:" + NSUserName()
    }

    /// - Throws: wrong usage of what is empty.
    static func check(_ name: String?, as option: String, _ purpose: String?) throws {
        if let name, name.isEmpty { throw ValidationError("\(option) takes an id like user:7, not nothing.") }
        if let purpose, purpose.isEmpty { throw ValidationError("--access-purpose takes a purpose, not nothing.") }
    }
}

/// As ``ReaderOptions``, for commands whose purpose nobody needs to state.
struct ActorOptions: ParsableArguments {
    @Option(
        name: .customLong("actor"),
        help: ArgumentHelp(
            """
            Who asks, for the access log. Without it, \(ReaderOptions.variable) in the environment, or user: and the \
            login name.
            """, valueName: "id"))
    var name: String?

    func validate() throws { try ReaderOptions.check(name, as: "--actor", nil) }

    /// Who asks, wherever it was said.
    var actor: String { ReaderOptions.actor(name) }
}

/// As ``ReaderOptions``, for commands whose `--actor` asks for events that somebody has appended.
struct EventReaderOptions: ParsableArguments {
    @Option(
        name: .customLong("reader"),
        help: ArgumentHelp(
            """
            Who reads personal fields, for the access log. Without it, \(ReaderOptions.variable) in the environment, \
            or user: and the login name.
            """, valueName: "id"))
    var name: String?

    @Option(
        name: .customLong("access-purpose"),
        help: ArgumentHelp("What personal fields are shown for, for the access log.", valueName: "purpose"))
    var purpose: String?

    func validate() throws { try ReaderOptions.check(name, as: "--reader", purpose) }

    /// Who reads, wherever it was said.
    var actor: String { ReaderOptions.actor(name) }
}
