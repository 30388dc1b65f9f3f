public import EventLog
internal import Projection

/// How many cases there are and how long they took in the mean, from running totals.
public struct CaseTotals: Codable, Sendable, Hashable {
    /// The mean of durations that were rounded down to milliseconds.
    public struct Mean: Codable, Sendable, Hashable {
        /// How many were measured.
        public let count: Int64
        /// In milliseconds, rounded down.
        public let meanMs: Int64
    }

    /// The cases with one value of the dimension.
    public struct Group: Codable, Sendable, Hashable {
        /// The value of the dimension; nil without one.
        public let value: String?
        /// Cases opened so far, however they stand.
        public let cases: Int64
        /// Cases that were reopened at all.
        public let reopened: Int64
        /// How often cases were reopened.
        public let reopenings: Int64
        /// `reopened` of `cases` in basis points.
        public let reopenedBp: Int64?
        /// From the opening to the first response; nil, as those that follow, where there was none.
        public let firstResponse: Mean?
        /// From the opening to the first resolution.
        public let firstResolution: Mean?
        /// From the opening to the first close.
        public let close: Mean?
        /// From the first event to the last.
        public let life: Mean?
    }

    /// What cases are grouped by; nil takes all together.
    public let dimension: String?
    /// In byte order of their values; nothing where there are no cases.
    public let groups: [Group]
    /// The position that the answer is of.
    public let position: Position
}

extension CRMState {
    /// How many cases there are and how long they took in the mean; ``caseTimes(by:from:to:zone:atLeast:)`` has ranges
    /// and quantiles. However many cases there are: O(groups).
    ///
    /// - Parameter dimension: groups cases by it, as ``caseDimensions()`` names them; nil takes all together.
    public func caseTotals(
        by dimension: String? = nil, atLeast position: Position? = nil
    ) async throws -> CaseTotals {
        try await wait(for: position, of: CaseModel.name)
        return try rows.read(CaseModel.name) { reader in
            let rows = try reader.totals(CaseModel.times, under: [dimension ?? ""])
            return CaseTotals(
                dimension: dimension,
                groups: rows.compactMap { CaseTotals.Group(dimension == nil ? nil : $0.parts[0], $0.columns) },
                position: reader.position)
        }
    }
}

extension CaseTotals.Group {
    /// Nil without cases.
    fileprivate init?(_ value: String?, _ columns: [Int64]) {
        typealias Times = CaseModel.Times
        func column(_ number: Int) -> Int64 { number < columns.count ? columns[number] : 0 }
        func mean(_ count: Int, _ sum: Int) -> CaseTotals.Mean? {
            if column(count) <= 0 { return nil }
            let mean = column(sum).dividedFlooring(by: column(count)).quotient
            return CaseTotals.Mean(count: column(count), meanMs: mean)
        }
        let cases = column(Times.cases)
        guard cases > 0 else { return nil }
        self.init(
            value: value, cases: cases, reopened: column(Times.reopened), reopenings: column(Times.reopenings),
            reopenedBp: basisPoints(column(Times.reopened), of: cases),
            firstResponse: mean(Times.responded, Times.responseMs),
            firstResolution: mean(Times.resolved, Times.resolutionMs), close: mean(Times.closed, Times.closeMs),
            life: mean(Times.cases, Times.lifeMs))
    }
}
