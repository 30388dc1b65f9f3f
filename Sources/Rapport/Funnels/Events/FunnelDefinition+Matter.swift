internal import EventLog

extension FunnelDefinition {
    /// The times of events that can matter for entries in the range, in microseconds.
    var timesThatMatter: ClosedRange<Int64> {
        if FunnelStreamRules(self).looksBeyondRange { return .min ... .max }
        func sum(_ left: Int64, _ right: Int64) -> Int64 {
            let (sum, overflow) = left.addingReportingOverflow(right)
            return overflow ? right < 0 ? .min : .max : sum
        }
        // With a grace a later step may happen a little before the first one.
        let first = from.map { sum($0.time.microseconds, -grace) } ?? .min
        var last = Int64.max
        if let to = to?.time.microseconds, case .time(let window) = window {
            last = sum(to, clipsToRange ? 0 : sum(window, grace))
        }
        return first...max(first, last)
    }
}
