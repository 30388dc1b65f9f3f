/// Counts, durations and sums of complaints and suggestions that are taken together. Durations are in microseconds.
struct VoiceTally {
    /// Sums of estimates in one currency, in minor units.
    private struct Sums {
        var estimated: Int64 = 0
        var estimatedOfAdopted: Int64 = 0
        var benefit: Int64 = 0
    }

    private var raised = 0
    private var withCase = 0
    private var complaintToTold: [Int64] = []
    private var submitted = 0
    private var adopted = 0
    private var toldUndecided = 0
    private var withoutValue = 0
    private var adoptedWithoutBenefit = 0
    private var toDecision: [Int64] = []
    private var toChange: [Int64] = []
    private var decisionToTold: [Int64] = []
    private var suggestionToTold: [Int64] = []
    /// By the bytes of the currency.
    private var sums: [[UInt8]: Sums] = [:]

    /// Adds what had become of something by `now` that was submitted at `time`.
    mutating func add(_ facts: VoiceFacts, at time: Int64, now: Int64) throws {
        let details = try facts.details(by: now)
        let toldAt = facts.toldAt(by: now)
        if try facts.kind == .complaint {
            raised += 1
            if !details.caseID.isEmpty { withCase += 1 }
            if let toldAt { complaintToTold.append(toldAt - time) }
            return
        }
        submitted += 1
        let decidedAt = facts.decidedAt(by: now)
        if let decidedAt { toDecision.append(decidedAt - time) }
        if let changedAt = facts.changedAt(by: now) { toChange.append(changedAt - time) }
        if let toldAt {
            suggestionToTold.append(toldAt - time)
            if decidedAt.map({ toldAt < $0 }) ?? true { toldUndecided += 1 }
        }
        if let decidedAt, let toldThen = facts.toldDecisionAt(by: now) {
            decisionToTold.append(toldThen - decidedAt)
        }
        try addAmounts(details)
    }

    private mutating func addAmounts(_ details: VoiceFacts.Details) throws {
        let isAdopted = details.lastDecision?.isAdopted == true
        if isAdopted { adopted += 1 }
        if let value = details.value {
            try change(value.currency) { sums in
                sums.estimated = try sum(sums.estimated, value.minorUnits)
                if isAdopted { sums.estimatedOfAdopted = try sum(sums.estimatedOfAdopted, value.minorUnits) }
            }
        } else {
            withoutValue += 1
        }
        guard isAdopted else { return }
        if let benefit = details.lastDecision?.benefit {
            try change(benefit.currency) { $0.benefit = try sum($0.benefit, benefit.minorUnits) }
        } else {
            adoptedWithoutBenefit += 1
        }
    }

    private mutating func change(_ currency: String, _ body: (inout Sums) throws -> Void) throws {
        try body(&sums[Array(currency.utf8), default: Sums()])
    }

    /// The figures.
    func group(_ period: String, _ value: String?) -> VoiceLoop.Group {
        VoiceLoop.Group(
            period: period, value: value, complaints: raised == 0 ? nil : complaints,
            suggestions: submitted == 0 ? nil : suggestions)
    }

    private var complaints: VoiceLoop.Complaints {
        VoiceLoop.Complaints(
            raised: Int64(raised), withCase: Int64(withCase), told: Int64(complaintToTold.count),
            toldShare: WilsonInterval(successes: complaintToTold.count, of: raised),
            toTold: DurationSummary(microseconds: complaintToTold))
    }

    private var suggestions: VoiceLoop.Suggestions {
        let decided = toDecision.count
        let values = sums.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { currency, sums in
            VoiceLoop.Value(
                currency: String(decoding: currency, as: UTF8.self), estimated: sums.estimated,
                estimatedOfAdopted: sums.estimatedOfAdopted, benefit: sums.benefit)
        }
        return VoiceLoop.Suggestions(
            submitted: Int64(submitted), decided: Int64(decided), adopted: Int64(adopted),
            changed: Int64(toChange.count), told: Int64(suggestionToTold.count), toldUndecided: Int64(toldUndecided),
            toldDecision: Int64(decisionToTold.count), decidedShare: WilsonInterval(successes: decided, of: submitted),
            adoptedShare: WilsonInterval(successes: adopted, of: decided),
            changedShare: WilsonInterval(successes: toChange.count, of: decided),
            toldShare: WilsonInterval(successes: suggestionToTold.count, of: submitted),
            toldDecisionShare: WilsonInterval(successes: decisionToTold.count, of: decided),
            toDecision: DurationSummary(microseconds: toDecision), toChange: DurationSummary(microseconds: toChange),
            decisionToTold: DurationSummary(microseconds: decisionToTold),
            toTold: DurationSummary(microseconds: suggestionToTold), values: values, withoutValue: Int64(withoutValue),
            adoptedWithoutBenefit: Int64(adoptedWithoutBenefit))
    }
}
