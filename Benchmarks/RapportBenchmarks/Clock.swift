import Foundation

/// Nanoseconds of a clock that only goes forward.
func uptime() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

/// Milliseconds from `start`, by ``uptime()``, until now.
func milliseconds(since start: UInt64) -> Double { Double(uptime() - start) / 1e6 }

/// Seconds that `body` takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = uptime()
    try body()
    return Double(uptime() - start) / 1e9
}

func seconds(_ body: () async throws -> Void) async rethrows -> Double {
    let start = uptime()
    try await body()
    return Double(uptime() - start) / 1e9
}

/// Moments at even distances, which come however long it takes to do what is due at one of them: an open loop.
struct Schedule {
    private let start: UInt64
    /// Nanoseconds.
    private let distance: Double
    private var count = 0.0

    /// - Parameter phase: the share of the distance until the first moment.
    init(perSecond rate: Double, phase: Double = 0) {
        distance = 1e9 / rate
        start = uptime() + UInt64(distance * phase)
    }

    /// The next moment, by ``uptime()``.
    mutating func next() -> UInt64 {
        defer { count += 1 }
        return start + UInt64(distance * count)
    }

    /// Sleeps until the next moment. Answers from when on to count what is done now: from that moment if it has passed
    /// already, and from now if not, since nothing but the timer is late then. Nil when `end` has come before.
    mutating func turn(before end: UInt64) async -> UInt64? {
        let due = next()
        let now = uptime()
        guard due < end, now < end else { return nil }
        if due <= now { return due }
        try? await Task.sleep(nanoseconds: due - now)
        return uptime()
    }

    /// Blocks until `moment`. Timers are late by some tens of microseconds, so the last bit is spent awake.
    static func block(until moment: UInt64) {
        let awake: UInt64 = 80_000
        let now = uptime()
        if moment > now + awake { usleep(UInt32((moment - now - awake) / 1000)) }
        while uptime() < moment {}
    }
}
