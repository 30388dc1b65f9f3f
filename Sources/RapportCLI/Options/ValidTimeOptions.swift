import ArgumentParser

/// What was true at a time: for questions that have no `--at` of their own.
struct ValidTimeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What was true then, by when things happened; a day counts to its end. Without it, all that is recorded.",
            valueName: "time"))
    var at: TimeBound?
}
