import Foundation
import Synchronization

/// Turns SIGINT and SIGTERM into something a command can look at, so that it ends in good order.
///
/// What was handed over to the log is finished and reported; nothing new is begun. Lasts to the end of the process.
struct StopSignals {
    private final class Received: Sendable {
        let signal = Mutex<Int32?>(nil)
    }

    private let received = Received()
    /// Held because a source that nobody holds tells nothing.
    private let sources: [any DispatchSourceSignal]

    /// Starts to listen.
    ///
    /// - Parameter onStop: called on another thread at each signal, to wake what waits.
    init(onStop: @escaping @Sendable () -> Void = {}) {
        let received = received
        sources = [SIGINT, SIGTERM].map { number in
            // Otherwise the signal would end the process before anybody looks.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                received.signal.withLock { $0 = $0 ?? number }
                onStop()
            }
            source.resume()
            return source
        }
    }

    /// Whether a signal has come.
    var isStopped: Bool { received.signal.withLock { $0 != nil } }

    /// The same, for other threads.
    var check: @Sendable () -> Bool {
        let received = received
        return { received.signal.withLock { $0 != nil } }
    }

    /// Ends the command with the signal's exit code, if one has come.
    ///
    /// - Parameter outcome: what stands nevertheless: `12 events are in the log`.
    func throwIfStopped(_ outcome: @autoclosure () -> String) throws {
        switch received.signal.withLock({ $0 }) {
        case SIGTERM: throw CommandFailure(.terminated, "stopped by SIGTERM: \(outcome())")
        case .some: throw CommandFailure(.interrupted, "stopped by SIGINT: \(outcome())")
        case nil: return
        }
    }
}
