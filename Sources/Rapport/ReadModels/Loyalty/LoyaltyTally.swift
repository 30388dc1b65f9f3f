internal import LMDB

/// Counts the answers of one person after the other.
struct LoyaltyTally {
    /// Answers, and what came after them.
    struct Count {
        private(set) var answered = 0
        private(set) var matured = 0
        private(set) var repurchased = 0

        fileprivate mutating func add(_ outcome: LoyaltyOutcome) {
            answered += 1
            if outcome == .immature { return }
            matured += 1
            if outcome == .repurchased { repurchased += 1 }
        }
    }

    private let selection: LoyaltySelection

    /// All scales of the answers.
    private(set) var scales: [ClosedRange<Int>] = []
    /// By score, of the first of the scales.
    private(set) var scores: [Count] = []
    /// By ``ComplaintRecovery``.
    private(set) var recoveries = [Count](repeating: Count(), count: ComplaintRecovery.allCases.count)
    private(set) var overall = Count()
    private(set) var persons = 0
    private(set) var withoutScore = 0
    private(set) var repeated = 0

    /// Of nobody.
    init(_ selection: LoyaltySelection) { self.selection = selection }

    /// Takes in the row of a person. O(answers × (log orders + complaints)).
    ///
    /// - Throws: `MalformedBytes` for what is no such row.
    mutating func add(_ row: RawSpan) throws {
        let person = try LoyaltyRow(row)
        let selection = self.selection
        var taken = 0
        let found = try selection.forEachAnswer(of: person, in: row) { answer in
            taken += 1
            add(answer, selection, of: person, in: row)
        }
        if found.scored > 0 { persons += 1 }
        withoutScore += found.withoutScore
        repeated += found.scored - taken
    }

    private mutating func add(
        _ answer: LoyaltySelection.Answer, _ selection: LoyaltySelection, of person: LoyaltyRow, in row: RawSpan
    ) {
        if scales.isEmpty { scores = Array(repeating: Count(), count: answer.scale.count) }
        if !scales.contains(answer.scale) { scales.append(answer.scale) }
        // Answers on two scales have no common meaning: whoever asks is told, and no count is looked at.
        guard answer.scale == scales[0] else { return }
        let outcome = selection.outcome(of: answer, by: person, in: row)
        let recovery = person.recovery(at: answer.time, within: selection.horizon, in: row)
        scores[answer.score - answer.scale.lowerBound].add(outcome)
        recoveries[recovery.rawValue].add(outcome)
        overall.add(outcome)
    }
}
