import ArgumentParser

/// The words of a command line, parted into a question and what does not belong to it.
struct QuestionWords {
    /// What says only where to look and in which form to answer.
    static let form: Set = ["--json", "--csv", "--verbose", "-v"]
    /// What says as of when, beside the question, or where to look.
    static let moment: Set = ["--data", "--as-of", "--at-least", "--wait"]
    /// What says who asks, which no answer depends on.
    static let reader: Set = ["--actor", "--access-purpose"]

    /// The question.
    private(set) var question: [String] = []
    /// The flags that were taken out.
    private(set) var flags: Set<String> = []
    /// The options that were taken out with their values; of one that stands twice the last.
    private(set) var options: [String: String] = [:]

    /// Takes `flags` and `options` with their values (`--data crm`, `--data=crm`) out of `words`. What stands behind
    /// `--` is no option.
    ///
    /// - Throws: wrong usage when the last option has no value.
    init(_ words: [String], without flags: Set<String>, _ options: Set<String>) throws {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                question.append(word)
                question += rest
                return
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if flags.contains(word) {
                self.flags.insert(word)
            } else if options.contains(parts[0]) {
                guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
                    throw ValidationError("Missing value for '\(word)'.")
                }
                self.options[parts[0]] = value
            } else {
                question.append(word)
            }
        }
    }
}
