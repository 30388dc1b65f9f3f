/// Visits somewhere, in a stage or of a deal among the open ones, and what became of the deals: asked from any age on.
///
/// Sorted once, it answers for an age in the time that the visits take whose deals end around that age.
struct LandmarkTable {
    /// How likely a win is, and of how many visits that is known.
    struct WinShare {
        let share: Double
        let atRisk: Int
    }

    static let day: Int64 = 86_400_000_000

    private struct Visit {
        /// How long it counts as watched where it was: microseconds.
        let stay: Int64
        /// From its beginning until the deal was won or lost, or was last seen open.
        let total: Int64
        /// Open: the deal was last seen then.
        let outcome: DealOutcome
    }

    private var visits: [Visit] = []
    /// The stays of all visits, ascending once sorted.
    private var stays: [Int64] = []

    /// Adds a visit.
    ///
    /// - Parameters:
    ///   - stay: how long it lasted so far, microseconds.
    ///   - isThere: whether it is not over. At its own age such a visit is not watched any further: it says something
    ///     of lesser ages only.
    ///   - total: from its beginning until the deal was won or lost, or was last seen open.
    mutating func add(stay: Int64, isThere: Bool, total: Int64, _ outcome: DealOutcome) {
        let watched = isThere ? stay - 1 : stay
        visits.append(Visit(stay: watched, total: total, outcome: outcome))
        stays.append(watched)
    }

    /// To be called once, behind the last visit. O(n log n).
    mutating func sort() {
        visits.sort { $0.total < $1.total }
        stays.sort()
    }

    /// The cumulative incidence of a win, a loss being the other cause, among the visits that lasted `age` days at
    /// least, from that age on (see ``AalenJohansen``): what it comes to by the end of `horizon`, less what it had come
    /// to at its beginning where that is not 0.
    ///
    /// - Parameters:
    ///   - age: whole days, 0 or more.
    ///   - horizon: microseconds behind that age.
    /// - Complexity: O(log n + visits whose deals end from that age until the end of `horizon`).
    func winShare(atAge age: Int64, within horizon: ClosedRange<Int64>) -> WinShare {
        let landmark = age * Self.day
        let watched = stays.count - stays.prefixCount { $0 < landmark }
        var atRisk = watched
        var product = ProductLimit(count: watched)
        var (incidence, before) = (0.0, 0.0)
        var index = visits.prefixCount { $0.total < landmark }
        while index < visits.count, visits[index].total - landmark <= horizon.upperBound {
            let total = visits[index].total
            var (won, lost, lastSeen) = (0, 0, 0)
            while index < visits.count, visits[index].total == total {
                if visits[index].stay >= landmark {
                    switch visits[index].outcome {
                    case .won: won += 1
                    case .lost: lost += 1
                    case .open: lastSeen += 1
                    }
                }
                index += 1
            }
            if won + lost + lastSeen == 0 { continue }
            incidence += product.survival * Double(won) / Double(atRisk)
            product.add(atRisk: atRisk, ended: won + lost, lastSeen: lastSeen)
            atRisk -= won + lost + lastSeen
            if total - landmark <= horizon.lowerBound { before = incidence }
        }
        // With the horizon beginning at once, what ends at the age itself ends within it.
        let share = horizon.lowerBound == 0 ? incidence : incidence - before
        return WinShare(share: min(max(share, 0), 1), atRisk: watched)
    }
}
