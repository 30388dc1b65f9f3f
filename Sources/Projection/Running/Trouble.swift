internal import LMDB
internal import Logging

/// That something fails, again and again, for a reason that is not an event's.
struct Trouble {
    /// The last error; nil before the first one.
    private(set) var error: (any Error)?
    private let since = ContinuousClock.now
    private var rounds = 0

    /// What two errors have in common that are the same for whoever reads of them: what fails, not in which file. Each
    /// attempt builds in a folder of its own.
    private var cause: String {
        if let error = error as? LMDBError { return "\(error.operation): \(error.kind)" }
        return error.map { "\($0)" } ?? ""
    }

    /// What has failed for so long, so often, does not come back in a moment.
    private var isLasting: Bool { rounds >= 5 && since.duration(to: .now) >= .seconds(3) }

    /// The last error, once it has lasted.
    var lasting: (any Error)? { isLasting ? error : nil }

    /// It has failed once more.
    ///
    /// - Returns: how that is to be logged; nil when it has been.
    mutating func happens(_ error: any Error) -> Logger.Level? {
        let before = self
        self.error = error
        rounds += 1
        if isLasting { return before.isLasting && before.cause == cause ? nil : .error }
        return before.rounds > 0 && before.cause == cause ? nil : .warning
    }
}
