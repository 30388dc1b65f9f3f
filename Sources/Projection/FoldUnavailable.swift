/// What a fold throws when it cannot take an event at the moment, for a reason that lies outside of the log and may
/// pass: a key that is not there, a service that does not answer.
///
/// The read model does not stop for it. It stays where it is and is tried again about every second, while others go on;
/// whoever waits for it is told the reason once that has lasted for some seconds. A process that holds the lease lets
/// others have it before each new try: one of them may be able to.
public struct FoldUnavailable: Error, CustomStringConvertible {
    /// What is in the way.
    public let reason: any Error

    /// - Parameter reason: what is in the way; thrown by those who wait for the read model, or ask it about the past.
    public init(_ reason: any Error) {
        self.reason = reason
    }

    /// The reason as text.
    public var description: String { "\(reason)" }
}

/// A read model that cannot be folded at the moment: what a pass makes of ``FoldUnavailable``.
struct UnavailableModel: Error {
    let model: String
    let reason: any Error
}

/// Runs `body`; of what may pass the reason itself is thrown, for whoever has asked.
func tellingReason<Result>(_ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let unavailable as UnavailableModel {
        throw unavailable.reason
    } catch let unavailable as FoldUnavailable {
        throw unavailable.reason
    }
}
