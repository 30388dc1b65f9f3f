import Foundation

/// Asks before something is done that cannot be undone.
enum Confirmation {
    /// Goes on only when somebody agrees, at the terminal or by `--yes`.
    ///
    /// - Throws: wrong usage where nobody can be asked; ``CommandFailure`` when the answer is not `yes`.
    static func require(_ question: String, yes: Bool) throws {
        if yes { return }
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure(
                .badInput, "\(question) It cannot be undone, and nobody can be asked here; expected --yes")
        }
        let line = "\(question.printable) It cannot be undone. Type yes to go on: "
        try FileHandle.standardError.write(contentsOf: Data(line.utf8))
        guard readLine() == "yes" else { throw CommandFailure(.failure, "nothing was erased") }
    }
}
