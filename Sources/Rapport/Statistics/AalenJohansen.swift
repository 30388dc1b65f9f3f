/// The probability to have ended by any time, cause by cause, where each cause keeps the others from happening: the
/// cumulative incidence F(t) = Σ S(tᵢ−) dᵢ/nᵢ over the times tᵢ ≤ t at which dᵢ of nᵢ ended by the cause. S is the
/// share that nothing has ended yet, see ``KaplanMeier``.
///
/// On the condition that nothing has happened by a landmark it is the same of those still watched then, with times from
/// there, as `after(landmark:)` makes them. Sources: O. O. Aalen and S. Johansen, "An Empirical Transition Matrix for
/// Non-homogeneous Markov Chains Based on Censored Observations", Scandinavian Journal of Statistics 5 (1978);
/// J. D. Kalbfleisch and R. L. Prentice, "The Statistical Analysis of Failure Time Data" (1980), chapter 7.
struct AalenJohansen: Hashable, Sendable {
    /// How many causes there are; their numbers are from 0 to below it.
    let causes: Int
    /// The longest time at which anything ended or was last seen; nil when nothing was watched.
    let longest: Int64?
    /// The times at which something ended, in order.
    private var times: [Int64] = []
    /// The share that nothing has ended, after each of them.
    private var survivals: [Double] = []
    /// The incidence of each cause, after each of them: those of one time follow each other.
    private var incidences: [Double] = []

    /// Each cause is less than `causes`. O(n (log n + causes)).
    init(_ observed: [ObservedTime], causes: Int) {
        precondition(
            causes > 0 && observed.allSatisfy { one in one.cause.map { (0..<causes).contains($0) } ?? true },
            "a cause is not one of \(causes)")
        self.causes = causes
        longest = observed.lazy.map(\.time).max()
        var product = ProductLimit(count: observed.count)
        var incidence = [Double](repeating: 0, count: causes)
        var found: (times: [Int64], survivals: [Double], incidences: [Double]) = ([], [], [])
        observed.forEachTime { time, atRisk, these in
            let before = product.survival
            var ended = 0
            for cause in these.lazy.compactMap(\.cause) {
                incidence[cause] += before / Double(atRisk)
                ended += 1
            }
            product.add(atRisk: atRisk, ended: ended, lastSeen: these.count - ended)
            if ended == 0 { return }
            found.times.append(time)
            found.survivals.append(product.survival)
            found.incidences += incidence
        }
        (times, survivals, incidences) = found
    }

    /// The probability that nothing has ended it by `time`, itself included. O(log n).
    func survival(at time: Int64) -> Double {
        let past = times.prefixCount { $0 <= time }
        return past == 0 ? 1 : survivals[past - 1]
    }

    /// The probability that `cause` has ended it by `time`, itself included. O(log n).
    func cumulativeIncidence(of cause: Int, at time: Int64) -> Double {
        precondition((0..<causes).contains(cause), "cause \(cause) is not one of \(causes)")
        let past = times.prefixCount { $0 <= time }
        return past == 0 ? 0 : incidences[(past - 1) * causes + cause]
    }

    /// The probability that `cause` ends it by the longest time that anything was watched. O(log n).
    func cumulativeIncidence(of cause: Int) -> Double { cumulativeIncidence(of: cause, at: .max) }
}
