public import EventLog
internal import LMDB

/// Which events have made a value.
public struct Lineage: Sendable, Hashable {
    /// The value.
    public let value: String
    /// What it would be if none of the events had happened; nil when there would be no such value.
    public let valueWithout: String?
    /// The read models that the question asked.
    public let models: [String]
    /// The events, in the order of the log: of each entity that has taken part those without any one of which it would
    /// have given something else; and those that define what was looked at, as the stages of a pipeline.
    public let positions: [Position]
    /// Whether these events, folded alone into empty read models, have given the value again. That was tried.
    public let isExact: Bool
    /// Whether each of them was found to be needed. Else some of them may have no part in the value: a median, or a
    /// first order among many, is not made of parts that can be looked at one by one.
    public let isMinimal: Bool
}

extension ProjectionHost {
    /// Finds the events that have made a value of an answer, at a moment of the past.
    ///
    /// `answer` asks the question of the rows that it is given, and answers the value as text, or nil where there is
    /// none. It is asked once of the whole rows, taking notes of which rows it looks at, and then of the rows that
    /// single entities give alone: those of which the value is another than that of no entity have taken part. Of their
    /// events the ones are left out without which they would give the same. So it takes O(entities of the read models),
    /// and a question for each entity that may have taken part; on two threads.
    ///
    /// - Parameter onBuild: told of the progress when rows of the past must be built first.
    /// - Returns: nil when there is no such value.
    /// - Throws: what `answer` throws, ``ProjectionUnavailable``, ``DamagedLog``, `CancellationError`.
    public func lineage(
        at moment: PastMoment, onBuild: @escaping @Sendable (BuildProgress) -> Void = { _ in },
        of answer: @escaping @Sendable (any RowSource) async throws -> String?
    ) async throws -> Lineage? {
        let search = LineageSearch(self, at: moment, answer)
        return try await search.run(over: past(moment, onBuild: onBuild))
    }

    /// Finds the events between two moments by which a value has become another, or has come or gone.
    ///
    /// Of the entities whose rows the question has looked at, those are looked at that have an event in between: how
    /// they stood at the first moment, and at the second, among others that have not changed. O(entities of the read
    /// models), and some questions for each that has an event in between; on two threads.
    ///
    /// - Parameters:
    ///   - first: left out; `second` is included.
    ///   - answer: as for ``lineage(at:onBuild:of:)``.
    /// - Returns: the events, in the order of the log.
    /// - Throws: what `answer` throws, ``ProjectionUnavailable``, ``DamagedLog``, `CancellationError`.
    public func changes(
        from first: PastMoment, to second: PastMoment,
        onBuild: @escaping @Sendable (BuildProgress) -> Void = { _ in },
        of answer: @escaping @Sendable (any RowSource) async throws -> String?
    ) async throws -> [Position] {
        let search = LineageSearch(self, at: second, answer)
        return try await search.changes(
            since: first.position, before: past(first, onBuild: onBuild), after: past(second, onBuild: onBuild))
    }
}
