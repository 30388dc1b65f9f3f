/// Why a command ended without success, in one line: what, where, and what was expected.
struct CommandFailure: Error, Equatable, CustomStringConvertible {
    let status: ExitStatus
    let message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    /// An error of another layer, with the place where it happened before it.
    init(at place: String, _ cause: any Error) {
        self.init(ExitStatus(of: cause), "\(place): \(cause)")
    }

    var description: String { message }
}
