internal import EventLog

/// Conditions, compiled for the events of one type.
struct EventFilter: Sendable {
    private let tests: [ConditionTest]

    /// - Throws: ``UnknownProperty`` when the events of the type do not have one of the properties.
    init(_ conditions: [EventCondition], in type: EventType) throws(UnknownProperty) {
        var tests: [ConditionTest] = []
        for condition in conditions { tests.append(try ConditionTest(condition, in: type)) }
        self.tests = tests
    }

    /// Whether every event fulfils them.
    var isEmpty: Bool { tests.isEmpty }

    /// Whether an event fulfils all of them; without any it does.
    ///
    /// - Parameter event: of the type that they were compiled for.
    /// - Throws: `MalformedBytes`.
    func accepts(_ event: borrowing EventView) throws -> Bool {
        for test in tests {
            guard try test.holds(for: event) else { return false }
        }
        return true
    }
}
