import ArgumentParser
import Testing

@testable import RapportCLI

@Suite struct HelpTests {
    /// Whoever asks for help gets an example to begin with.
    @Test func helpOfEveryCommandHasAnExample() {
        for command in RapportCommand.configuration.subcommands {
            let name = command.configuration.commandName ?? ""
            #expect(!command.configuration.abstract.isEmpty, "\(name)")
            let help = RapportCommand.helpMessage(for: command, columns: 100)
            #expect(help.contains("rapport \(name)"), "\(name)")
            #expect(command.configuration.discussion.contains("rapport \(name) "), "\(name)")
        }
    }

    @Test func everyFileOfACommandIsASubcommand() {
        let names = RapportCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
        #expect(
            names == [
                "demo", "find", "lookup", "customer", "profile", "timeline", "leads", "funnel", "behaviour", "funnels",
                "pipeline", "waterfall", "dwell", "cycle", "velocity", "forecast", "orders", "promises", "cohorts",
                "retention", "rfm", "lifetime", "value", "cases", "service", "sla", "service-levels", "satisfaction",
                "loyalty", "voice", "consent", "requests", "subject", "resolve", "explain-link", "merge", "unmerge",
                "identity-rules", "simulate-rules", "duplicates", "report", "diff", "explain", "reproduce", "append",
                "import", "imports", "correct", "replay", "export", "status", "verify", "rebuild", "backup", "restore",
                "keys", "key", "checkpoint", "cosign", "consistency", "prove", "check-proof",
            ])
    }
}
