internal import EventLog
internal import Foundation
internal import LMDB
internal import Logging

/// A read model whose folds lack something for a while rests and is tried again; others go on.
extension Follower {
    /// The lease is let go of for so long: whoever waits for it looks ten times a second.
    private static let handOverTime = Duration.milliseconds(250)

    /// So often rows that others have replaced are let go of.
    private static let letGoInterval = Duration.seconds(1)

    /// - Parameter took: how long the attempt took.
    func rest(_ name: String, for reason: any Error, after took: Duration = .zero) {
        guard let level = state.rest(name, for: reason, after: took) else { return }
        logger.log(
            level: level, "read model cannot go on at the moment; it is tried again",
            metadata: ["model": "\(name)", "error": "\(reason)"])
    }

    /// Lets other processes have the lease before a read model is tried again: one of them may have what this one
    /// lacks.
    func handOver() {
        comeToRest()
        state.giveUpLease()
        let end = ContinuousClock.now.advanced(by: Self.handOverTime)
        while !state.isClosing, ContinuousClock.now < end { Thread.sleep(forTimeInterval: 0.01) }
    }

    /// Closes rows that others have written anew or removed, of the read models that forget, also where nobody asks: in
    /// a file that is open, what was deleted stays. And all rows of read models that no event defines any more.
    func letGoOfReplaced() {
        guard letGoAt.duration(to: .now) >= Self.letGoInterval else { return }
        letGoAt = .now
        // What is in the way is told to whoever asks next.
        try? roster.refresh(log)
        for model in models where model.model.doesForget { _ = try? model.current() }
        state.past?.letGoOfRemoved(keeping: Set(models.map(\.model.name)))
    }
}
