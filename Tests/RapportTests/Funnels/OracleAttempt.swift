@testable import Rapport

/// An attempt, with one of the ways in which its steps can be told.
struct OracleAttempt {
    /// A step, from 0, and the event that it was.
    struct Element {
        let step: Int
        let event: Int
    }

    /// In the order of the steps; in any order only the start.
    let elements: [Element]
    let outcome: FunnelOutcome
    /// When an exclusion has ended it before its last step; nil where none has.
    let interruption: Int64?
    /// What attempts and ways are compared by, the most important first: the smaller, the better.
    let rank: [Int64]

    /// The event that it starts with.
    var start: Int { elements[0].event }
}
