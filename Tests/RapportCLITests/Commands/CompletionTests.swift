import ArgumentParser
import Testing

@testable import RapportCLI

/// The scripts by which shells complete a command line.
@Suite(.timeLimit(.minutes(5)))
struct CompletionTests {
    @Test(arguments: ["bash", "zsh", "fish"])
    func everyShellHasAScriptThatNamesEachCommand(shell: String) async throws {
        let run = try await rapport("--generate-completion-script", shell)
        #expect(run.status == 0)
        #expect(run.errors == "")
        let words = Set(run.output.split { !$0.isLetter && $0 != "-" })
        for command in RapportCommand.configuration.subcommands {
            let name = command.configuration.commandName ?? ""
            #expect(words.contains(name[...]), "\(name)")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func wordsThatAnOptionTakesAreOffered(shell: String) async throws {
        let script = try await rapport("--generate-completion-script", shell).output
        for word in ["quarter", "enps", "OpportunityWon", "satisfaction"] {
            #expect(script.contains(word), "\(word)")
        }
    }

    @Test func filesAndDirectoriesAreOffered() async throws {
        let script = try await rapport("--generate-completion-script", "zsh").output
        #expect(script.contains("_files -/"), "directories")
        #expect(script.contains("*.csv") && script.contains("*.yaml"), "files by their endings")
    }

    @Test func anotherShellIsWrongUsage() async throws {
        #expect(try await rapport("--generate-completion-script", "tcsh").status == 64)
    }
}
