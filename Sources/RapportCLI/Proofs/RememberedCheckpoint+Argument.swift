import Audit
import Foundation

extension RememberedCheckpoint {
    /// A checkpoint on the command line: a file that holds one, or `SIZE:ROOT`.
    ///
    /// - Throws: ``CommandFailure`` when it is neither.
    init(argument: String) throws {
        if FileManager.default.fileExists(atPath: argument) {
            self = try TextInput(argument).parsed { try RememberedCheckpoint($0, source: argument) }
            return
        }
        do {
            self = try RememberedCheckpoint(argument, source: "the command line")
        } catch {
            throw CommandFailure(
                .notFound, "\(argument): no such file; expected one with a checkpoint or a proof, or SIZE:ROOT")
        }
    }
}
