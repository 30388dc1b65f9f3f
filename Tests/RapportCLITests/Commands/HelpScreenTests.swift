import ArgumentParser
import Foundation
import Testing

@testable import RapportCLI

/// Whole help screens, as a terminal of 80 columns shows them, against those that are stored in `Tests/HelpScreens`.
///
/// With RAPPORT_STORE_HELP=1 in the environment they are stored as they are now, to be looked at before a commit.
@Suite struct HelpScreenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "HelpScreens")

    /// The screens by the names of their files.
    private static func screens() -> [(file: String, text: String)] {
        let commands = RapportCommand.configuration.subcommands.map { command in
            (
                file: "\(command.configuration.commandName ?? "").txt",
                text: RapportCommand.helpMessage(for: command, columns: 80)
            )
        }
        return [(file: "rapport.txt", text: RapportCommand.helpMessage(columns: 80))] + commands
    }

    @Test func everyScreenIsTheOneThatIsStored() throws {
        if ProcessInfo.processInfo.environment["RAPPORT_STORE_HELP"] == "1" { try Self.store() }
        for (file, text) in Self.screens() {
            let stored = try? String(contentsOf: Self.folder.appending(path: file), encoding: .utf8)
            #expect(stored == text, "\(file) differs; RAPPORT_STORE_HELP=1 stores the screens as they are now")
        }
        let known = Self.screens().map(\.file).sorted()
        #expect(try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted() == known)
    }

    private static func store() throws {
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (file, text) in screens() { try Data(text.utf8).write(to: folder.appending(path: file)) }
    }

    /// A command line that was broken in two cannot be copied.
    @Test func examplesAreNotBroken() {
        let commands: [any ParsableCommand.Type] = RapportCommand.configuration.subcommands + [RapportCommand.self]
        for command in commands {
            let configuration = command.configuration
            let examples = configuration.discussion.split(separator: "\n").filter { $0.hasPrefix("  ") }
            #expect(!examples.isEmpty, "\(configuration.commandName ?? "")")
            #expect(examples.filter { $0.count > 80 } == [])
        }
    }
}
