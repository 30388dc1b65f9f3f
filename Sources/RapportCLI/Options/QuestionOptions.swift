import ArgumentParser

/// A question in the command line of another command, with its options behind its name.
struct QuestionOptions: ParsableArguments {
    @Option(
        name: .customLong("data"),
        help: ArgumentHelp("The data directory. Without it, RAPPORT_DATA in the environment.", valueName: "dir"),
        completion: .directory)
    var directory: String?

    @Flag(help: "Answer in JSON.")
    var json = false

    @Flag(help: "Answer in CSV.")
    var csv = false

    @OptionGroup var logging: LoggingOptions

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("A question with its options, as it is asked by itself.", valueName: "question"))
    var words: [String] = []

    /// Whether help is asked for. All words are captured, this one, too.
    var asksForHelp: Bool { words.first == "--help" || words.first == "-h" }

    /// What is given, before the question or among its words.
    struct Given {
        /// The question alone.
        let words: [String]
        let path: String
        let logging: LoggingOptions
        let form: AnswerForm
        /// Further options by their names.
        let options: [String: String]

        /// The data directory; sets up logging.
        var directory: DataDirectory { DataDirectory(path: path, logging) }
    }

    /// Parts the question from what stands among its words and is not for it: where to look, and in which form to
    /// answer.
    ///
    /// - Parameter options: the names of further options that are the command's own.
    /// - Throws: wrong usage without a data directory, and of both forms.
    func given(with options: Set<String> = []) throws -> Given {
        let parted = try QuestionWords(words, without: QuestionWords.form, options.union(["--data"]))
        var logging = logging
        if !parted.flags.isDisjoint(with: ["--verbose", "-v"]) { logging.verbose = true }
        return Given(
            words: parted.question, path: try DataOptions.path(parted.options["--data"] ?? directory),
            logging: logging,
            form: try AnswerForm(
                json: json || parted.flags.contains("--json"), csv: csv || parted.flags.contains("--csv")),
            options: parted.options)
    }
}
