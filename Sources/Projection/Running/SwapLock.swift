internal import Foundation
internal import LMDB

/// Held by whoever commits rows that serve, makes another generation serve, or removes generations: by one thread of
/// one process at a time (`views/SWAP`).
///
/// So a generation that has been replaced is not written any more, and the one that replaces it is not behind it: no
/// reader goes back in time, whichever process it is in.
struct SwapLock: Sendable {
    private let path: String

    /// Seconds between two attempts to get it.
    private static let pause = 0.0005

    init(in views: String) {
        path = views + "/SWAP"
    }

    /// Runs `body` while nobody else holds the lock. It does not nest.
    ///
    /// - Parameter isCancelled: asked again and again while somebody else holds the lock.
    /// - Throws: `CancellationError` when `isCancelled` is true before the lock is had.
    func hold<Result>(
        unless isCancelled: @autoclosure () -> Bool, _ body: () throws -> Result
    ) throws -> Result {
        while true {
            if let lock = try FileLock.acquire(path) {
                defer { withExtendedLifetime(lock) {} }
                return try body()
            }
            if isCancelled() { throw CancellationError() }
            Thread.sleep(forTimeInterval: Self.pause)
        }
    }
}
