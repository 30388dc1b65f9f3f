internal import Foundation
internal import Glibc
internal import Synchronization

/// Tells when another process has written to a file (inotify), and at least once a second anyway: a lost wake-up costs
/// time, never an event.
public final class FileWatch: Sendable {
    private let stopped: Stop

    private final class Stop: Sendable {
        /// Held while the change is told, so that whoever stops waits until it has been.
        let isStopped = Mutex(false)
    }

    /// Writes that follow each other within this time are told once.
    private static let coalescingSeconds = 0.002

    /// Calls `changed` on a thread of its own after writes to the file at `path`, until this value is gone; it is not
    /// running any more then. `changed` itself must not let go of the value.
    public init(_ path: String, changed: @escaping @Sendable () -> Void) {
        let stop = Stop()
        self.stopped = stop
        let thread = Thread {
            let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
            defer { if descriptor >= 0 { close(descriptor) } }
            if descriptor >= 0 { unsafe inotify_add_watch(descriptor, path, UInt32(IN_MODIFY)) }
            var idleRounds = 0
            while !stop.isStopped.withLock({ $0 }) {
                let woken = Self.wait(for: descriptor, milliseconds: 100)
                idleRounds = woken ? 0 : idleRounds + 1
                if woken || idleRounds == 10 {
                    idleRounds = 0
                    stop.isStopped.withLock { isStopped in if !isStopped { changed() } }
                    if woken { Thread.sleep(forTimeInterval: Self.coalescingSeconds) }
                }
            }
        }
        thread.name = "file watch"
        thread.start()
    }

    deinit {
        stopped.isStopped.withLock { $0 = true }
    }

    private static func wait(for descriptor: Int32, milliseconds: Int32) -> Bool {
        guard descriptor >= 0 else {
            Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
            return false
        }
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&poller, 1, milliseconds) > 0 else { return false }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while unsafe buffer.withUnsafeMutableBytes({ unsafe read(descriptor, $0.baseAddress, $0.count) }) > 0 {}
        return true
    }
}
