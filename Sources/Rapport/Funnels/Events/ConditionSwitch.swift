internal import EventLog
internal import LMDB

/// Conditions of several steps that ask which text one property is, as the name of a touchpoint: told apart by a single
/// look at it. Of each step the other conditions are left.
final class ConditionSwitch: Sendable {
    private let finder: PropertyFinder
    /// UTF-8 of all values, each once, one behind the other.
    private let text: [UInt8]
    /// Where each of them ends.
    private let ends: [Int]
    /// For each value the numbers of those that want it, ascending.
    private let wanting: [[Int]]

    /// - Parameters:
    ///   - property: one that the events of the type have.
    ///   - wanted: for each number the values that it wants.
    init(
        _ property: EventProperty, in type: EventType, _ wanted: [(number: Int, values: [String])]
    ) throws(UnknownProperty) {
        finder = try PropertyFinder(property, in: type)
        var values: [[UInt8]] = []
        var wanting: [[Int]] = []
        for (number, texts) in wanted {
            for text in texts {
                let value = Array(text.utf8)
                if let known = values.firstIndex(of: value) {
                    if wanting[known].last != number { wanting[known].append(number) }
                } else {
                    values.append(value)
                    wanting.append([number])
                }
            }
        }
        text = values.flatMap { $0 }
        var ends: [Int] = []
        for value in values { ends.append((ends.last ?? 0) + value.count) }
        self.ends = ends
        self.wanting = wanting
    }

    /// Calls `body` with the numbers whose value an event has; of several values in one event perhaps more than once.
    ///
    /// - Throws: `MalformedBytes`, and what `body` throws.
    func forEachMeant(by event: borrowing EventView, _ body: (Int) throws -> Void) throws {
        try finder.forEachValue(in: event) { value in
            if let place = value.withText({ place(of: $0) }) {
                for number in wanting[place] { try body(number) }
            }
            return true
        }
    }

    /// Which of the values a text is; nil for another one.
    private func place(of value: RawSpan) -> Int? {
        let text = text
        let all = text.rawSpan
        var start = 0
        for place in ends.indices {
            let end = ends[place]
            if all.extracting(start..<end).sameBytes(as: value) { return place }
            start = end
        }
        return nil
    }

    /// The property that most of some lists of conditions ask the text of; nil where fewer than two do.
    static func property(of lists: [[EventCondition]]) -> EventProperty? {
        var counts: [(property: EventProperty, count: Int)] = []
        for conditions in lists {
            var met: [EventProperty] = []
            for condition in conditions {
                guard case .isOneOf = condition.test, !met.contains(condition.property) else { continue }
                met.append(condition.property)
                if let known = counts.firstIndex(where: { $0.property == condition.property }) {
                    counts[known].count += 1
                } else {
                    counts.append((condition.property, 1))
                }
            }
        }
        guard let most = counts.max(by: { $0.count < $1.count }), most.count > 1 else { return nil }
        return most.property
    }
}
