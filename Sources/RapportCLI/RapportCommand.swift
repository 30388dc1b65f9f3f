import ArgumentParser
import Foundation
import LMDB

/// The command `rapport`. Each subcommand has its file in `Commands/`.
@main
struct RapportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rapport",
        abstract: "An event-sourced CRM: append what happened, ask what follows from it.",
        discussion: """
            A data directory holds one append-only log of events. Whatever you ask is folded from it, and every answer \
            names the position in the log that it is of. Try it on made-up data:

              rapport demo --data demo
              rapport funnel --data demo

            Answers are text for people; --json and --csv give them to programs. The shell completes commands, options \
            and files after this, and likewise with zsh or fish:

              source <(rapport --generate-completion-script bash)

            RAPPORT_DATA in the environment stands for --data. Exit codes: 0 success, 1 failure, 2 not found, \
            3 conflict, 4 damaged, 5 disk full, 6 bad input, 7 unavailable, 8 not permitted, 64 wrong usage, \
            130 and 143 stopped by SIGINT and SIGTERM.
            """,
        version: "0.1.0",
        subcommands: [DemoCommand.self],
        groupedSubcommands: [
            CommandGroup(
                name: "Customer",
                subcommands: [
                    FindCommand.self, LookupCommand.self, CustomerCommand.self, ProfileCommand.self,
                    TimelineCommand.self,
                ]),
            CommandGroup(
                name: "Sales",
                subcommands: [
                    LeadsCommand.self, FunnelCommand.self, BehaviourCommand.self, FunnelsCommand.self,
                    PipelineCommand.self, WaterfallCommand.self, DwellCommand.self, CycleCommand.self,
                    VelocityCommand.self, ForecastCommand.self,
                ]),
            CommandGroup(
                name: "Order",
                subcommands: [
                    OrdersCommand.self, PromisesCommand.self, CohortsCommand.self, RetentionCommand.self,
                    RFMCommand.self, LifetimeCommand.self, TotalValueCommand.self,
                ]),
            CommandGroup(
                name: "Service and satisfaction",
                subcommands: [
                    CasesCommand.self, ServiceCommand.self, SLACommand.self, ServiceLevelsCommand.self,
                    SatisfactionCommand.self, LoyaltyCommand.self, VoiceCommand.self,
                ]),
            CommandGroup(
                name: "Personal data",
                subcommands: [ConsentCommand.self, RequestsCommand.self, SubjectCommand.self]),
            CommandGroup(
                name: "Identity",
                subcommands: [
                    ResolveCommand.self, ExplainLinkCommand.self, MergeCommand.self, UnmergeCommand.self,
                    IdentityRulesCommand.self, SimulateRulesCommand.self, DuplicatesCommand.self,
                ]),
            CommandGroup(
                name: "Answer",
                subcommands: [ReportCommand.self, DiffCommand.self, ExplainCommand.self, ReproduceCommand.self]),
            CommandGroup(
                name: "Event",
                subcommands: [
                    AppendCommand.self, ImportCommand.self, ImportsCommand.self, CorrectCommand.self,
                    ReplayCommand.self, ExportCommand.self,
                ]),
            CommandGroup(
                name: "Operating",
                subcommands: [
                    StatusCommand.self, VerifyCommand.self, RebuildCommand.self, BackupCommand.self,
                    RestoreCommand.self, KeysCommand.self,
                ]),
            CommandGroup(
                name: "Proof",
                subcommands: [
                    KeyCommand.self, CheckpointCommand.self, CosignCommand.self, ConsistencyCommand.self,
                    ProveCommand.self, CheckProofCommand.self,
                ]),
        ])

    static var _errorPrefix: String { "rapport: " }

    /// Parses the command line and runs the subcommand; the one place where errors become exit codes.
    static func main() async {
        // Personal values and keys are in memory: nothing of it may be written to a file when the process crashes.
        CoreDumps.switchOff()
        // Each saved funnel keeps some files open.
        OpenFiles.raiseLimit()
        do {
            var command = try await asyncParseAsRoot(nil)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            HeldBackLog.shared.tell()
        } catch {
            exit(withError: reported(error))
        }
    }

    /// What ArgumentParser is to end the process with: its own errors as they are; for every other error the exit code
    /// alone, after its line was written to standard error.
    private static func reported(_ error: any Error) -> any Error {
        let code = exitCode(for: error)
        // Wrong usage and requests for help are its own.
        if error is ExitCode || code == .validationFailure || code == .success { return error }
        Output.complain("\(error)")
        return ExitCode(ExitStatus(of: error).rawValue)
    }
}
