import ArgumentParser
import Rapport

/// `rapport reproduce`: whether an answer that was kept is still the answer.
struct ReproduceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Ask for an answer that was kept once more, and compare.",
        discussion: """
            The file is what a question has answered with --json: its member answered says which question it was, of \
            which log, at which position. The same is asked as of that position. It says "the same" and the digest of \
            both; or else both digests and each value that differs, and ends with exit code 3. Where this program \
            folds a read model otherwise than the one that has answered, it says so.

              rapport pipeline --data crm --json > quarter.json
              rapport reproduce quarter.json --data crm
            """)

    @OptionGroup var data: DataOptions

    @Argument(help: "The JSON of an answer; - is standard input.", completion: .file(extensions: ["json"]))
    var file: String

    @Flag(
        help: """
            Answer in JSON: same, the digests then and now and of what stands in the file, question, position, \
            readModels, differences.
            """)
    var json = false

    @Flag(help: "Answer in CSV: path, then and now of each value that differs.")
    var csv = false

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func validate() throws { _ = try form }

    func run() async throws {
        let kept = try KeptAnswer(file)
        let question = try kept.question(data: data.path)
        // What the log alone answers needs no read models to be built.
        let isOfLog = !question.command.asksRows
        let reproduction = try await DataDirectory(data).withCRM(readOnly: isOfLog) { crm -> Reproduction in
            try kept.require(crm.log)
            return Reproduction(of: kept, now: try await question.answer(in: crm, at: kept.moment))
        }
        try form.print(reproduction, csv: reproduction.csv) { reproduction.text(for: $0) }
        if !reproduction.same { throw ExitCode(ExitStatus.conflict.rawValue) }
    }
}
