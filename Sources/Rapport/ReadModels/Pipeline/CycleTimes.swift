public import EventLog
internal import Projection

/// How long deals took, in whole days.
public struct CycleTimes: Codable, Sendable, Hashable {
    public struct Outcome: Codable, Sendable, Hashable {
        public let outcome: String
        public let deals: Int64
        /// Whole days, in hundredths.
        public let meanDaysCenti: Int64
        public let medianDaysCenti: Int64
        /// Three of four took at most this; between two of them by linear interpolation.
        public let p75DaysCenti: Int64
        /// Nine of ten took at most this.
        public let p90DaysCenti: Int64
    }

    public let outcomes: [Outcome]
    public let position: Position
}

extension CRMState {
    /// How long won and lost deals took from opening to close.
    public func cycleTimes(pipeline: String? = nil, atLeast position: Position? = nil) async throws -> CycleTimes {
        try await wait(for: position, of: PipelineModel.name)
        return try rows.read(PipelineModel.name) { reader in
            let rows = try reader.totals(PipelineModel.cycles).filter { pipeline == nil || $0.parts[0] == pipeline }
            let outcomes = [DealOutcome.won, .lost].compactMap { outcome in
                let ofOutcome = rows.filter { $0.parts[1] == outcome.rawValue }
                return CycleTimes.Outcome(outcome, ofOutcome.map { (Int64($0.parts[2]) ?? 0, $0.columns.first ?? 0) })
            }
            return CycleTimes(outcomes: outcomes, position: reader.position)
        }
    }
}

extension CycleTimes.Outcome {
    /// Nil without deals.
    init?(_ outcome: DealOutcome, _ dealsByDays: [(days: Int64, deals: Int64)]) {
        let count = dealsByDays.reduce(0) { $0 + $1.deals }
        guard count > 0 else { return nil }
        let total = dealsByDays.reduce(0) { $0 + $1.days * $1.deals }
        let sorted = dealsByDays.sorted { $0.days < $1.days }
        func days(ofDeal number: Int64) -> Int64 {
            var seen: Int64 = 0
            for entry in sorted {
                seen += entry.deals
                if seen > number { return entry.days }
            }
            return sorted[sorted.count - 1].days
        }
        /// The quantile of a share in percent: what lies between two deals is interpolated.
        func quantile(_ percent: Int64) -> Int64 {
            let (number, rest) = ((count - 1) * percent).quotientAndRemainder(dividingBy: 100)
            let low = days(ofDeal: number)
            return low * 100 + (rest == 0 ? 0 : (days(ofDeal: number + 1) - low) * rest)
        }
        self.init(
            outcome: outcome.rawValue, deals: count, meanDaysCenti: hundredths(total, over: count) ?? 0,
            medianDaysCenti: quantile(50), p75DaysCenti: quantile(75), p90DaysCenti: quantile(90))
    }
}
