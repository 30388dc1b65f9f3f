internal import EventLog
internal import LMDB
internal import Projection

/// A condition, compiled for the events of one type.
struct ConditionTest: Sendable {
    private enum Test: Sendable {
        case isOneOf(ListedValues)
        case isNoneOf(ListedValues)
        case exists
        case isMissing
        case isBetween(Int128, Int128)
        case contains([UInt8])
        case startsWith([UInt8])
    }

    private let finder: PropertyFinder
    private let test: Test

    /// - Throws: ``UnknownProperty`` when the events of the type do not have the property.
    init(_ condition: EventCondition, in type: EventType) throws(UnknownProperty) {
        finder = try PropertyFinder(condition.property, in: type)
        switch condition.test {
        case .isOneOf(let texts): test = .isOneOf(ListedValues(texts))
        case .isNoneOf(let texts): test = .isNoneOf(ListedValues(texts))
        case .exists: test = .exists
        case .isMissing: test = .isMissing
        case .isBetween(let low, let high):
            test = .isBetween(low.map { Int128($0) } ?? .min, high.map { Int128($0) } ?? .max)
        case .contains(let text): test = .contains(Array(text.utf8))
        case .startsWith(let text): test = .startsWith(Array(text.utf8))
        }
    }

    /// Whether an event fulfils it. Of several values one must, for ``EventCondition/Test/isNoneOf(_:)`` and
    /// ``EventCondition/Test/isMissing`` all.
    ///
    /// - Throws: `MalformedBytes`.
    func holds(for event: borrowing EventView) throws -> Bool {
        switch test {
        case .isOneOf(let listed): return try hasValue(event) { listed.contains($0) }
        case .isNoneOf(let listed): return try hasOnlyOthers(event, than: listed)
        case .exists: return try hasValue(event) { !$0.isEmpty }
        case .isMissing: return try !hasValue(event) { !$0.isEmpty }
        case .isBetween(let low, let high):
            return try hasValue(event) { value in
                guard let number = value.wholeNumber else { return false }
                return low <= number && number <= high
            }
        case .contains(let wanted):
            return try hasValue(event) { value in value.withText { $0.firstRange(of: wanted.rawSpan) != nil } }
        case .startsWith(let wanted):
            return try hasValue(event) { value in value.withText { $0.starts(with: wanted.rawSpan) } }
        }
    }

    private func hasValue(
        _ event: borrowing EventView, that isMeant: (borrowing PropertyValue) -> Bool
    ) throws -> Bool {
        var found = false
        try finder.forEachValue(in: event) { value in
            found = isMeant(value)
            return !found
        }
        return found
    }

    /// Whether there is a value, and none that is listed.
    private func hasOnlyOthers(_ event: borrowing EventView, than listed: ListedValues) throws -> Bool {
        var isThere = false
        var isListed = false
        try finder.forEachValue(in: event) { value in
            isThere = true
            isListed = listed.contains(value)
            return !isListed
        }
        return isThere && !isListed
    }
}

/// The texts that a condition lists.
private struct ListedValues: Sendable {
    /// UTF-8, in byte order.
    private let texts: [[UInt8]]
    /// Those that are the decimal digits of a whole number: they are what a number is compared with.
    private let numbers: [Int128]

    init(_ texts: [String]) {
        self.texts = texts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        numbers = texts.compactMap { text in
            guard let number = Int128(text), String(number).sameBytes(as: text) else { return nil }
            return number
        }
    }

    /// Whether a value is among them. O(log texts) for a text.
    func contains(_ value: borrowing PropertyValue) -> Bool {
        if let number = value.number { return numbers.contains(number) }
        return contains(value.text)
    }

    private func contains(_ text: RawSpan) -> Bool {
        var low = 0
        var high = texts.count
        while low < high {
            let middle = (low + high) / 2
            let known = texts[middle]
            let order = known.rawSpan.compareBytes(to: text)
            if order == 0 { return true }
            if order < 0 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return false
    }
}
