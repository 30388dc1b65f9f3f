import Foundation
@testable import EventLog
import LMDB

/// Keeps the log's write transaction on a thread of its own, so that appends are handed over but not decided.
final class HeldWriteLock: Sendable {
    private let end = DispatchSemaphore(value: 0)

    private struct Undo: Error {}

    convenience init(of log: EventLog) {
        self.init(of: log.store)
    }

    /// Returns when the transaction is open.
    init(of store: LogStore) {
        let environment = store.environment
        let isHeld = DispatchSemaphore(value: 0)
        let end = self.end
        Thread {
            // The error undoes the transaction; nothing was written in it.
            try? environment.write { _ in
                isHeld.signal()
                end.wait()
                throw Undo()
            }
            isHeld.signal()
        }.start()
        isHeld.wait()
    }

    deinit {
        end.signal()
    }

    func release() {
        end.signal()
    }
}
