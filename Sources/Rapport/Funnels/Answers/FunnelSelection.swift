internal import EventLog

/// Which outcomes of a funnel a list shows.
struct FunnelSelection: Sendable {
    private let step: Int
    /// The required step before, which must have been reached; nil where `step` itself must.
    private let before: Int?
    /// What tells the cursors of different lists apart.
    let scope: [UInt8]

    /// - Throws: ``UnknownStep``.
    init(_ selection: FunnelSubjects.Selection, _ definition: FunnelDefinition) throws(UnknownStep) {
        func known(_ step: Int) throws(UnknownStep) {
            guard (1...definition.steps.count).contains(step) else {
                throw UnknownStep(step: step, steps: definition.steps.count, reason: nil)
            }
        }
        var scope = Array(definition.json.utf8)
        switch selection {
        case .reached(let number):
            try known(number)
            (step, before) = (number - 1, nil)
            scope += [0, UInt8(number)]
        case .dropped(let number):
            try known(number)
            step = number - 1
            let earlier = definition.steps.indices.last { $0 < number - 1 && !definition.steps[$0].isOptional }
            guard let earlier, !definition.steps[number - 1].isOptional else {
                let isFirst = number == 1
                throw UnknownStep(
                    step: number, steps: definition.steps.count,
                    reason: isFirst ? "nobody drops out before the first step" : "an optional step may be left out")
            }
            before = earlier
            scope += [1, UInt8(number)]
        }
        self.scope = scope
    }

    /// Whether the list shows an outcome.
    func takes(_ outcome: FunnelOutcome) -> Bool { takes { outcome.times[$0] != nil } }

    /// Whether the list shows an outcome that has reached some steps.
    func takes(_ hasReached: (Int) -> Bool) -> Bool {
        guard let before else { return hasReached(step) }
        return hasReached(before) && !hasReached(step)
    }
}

/// A step that a funnel does not have, or that nobody can have dropped out before.
public struct UnknownStep: Error, Hashable, Sendable, CustomStringConvertible {
    /// The number that was asked for, from 1.
    public let step: Int
    /// How many steps the funnel has.
    public let steps: Int
    /// Why the step cannot be asked for; nil where there is none of this number.
    public let reason: String?

    public var description: String {
        reason.map { "step \(step): \($0)" } ?? "there is no step \(step); the funnel has steps 1 to \(steps)"
    }
}
