/// Counts and ages of cases that are taken together. Times are microseconds UTC, durations microseconds.
struct QualityTally {
    /// How often something was done about cases.
    private struct Counts {
        var total: Int64 = 0
        var none: Int64 = 0
        var once: Int64 = 0
        var several: Int64 = 0
        var most: Int64 = 0

        mutating func add(_ count: Int64) {
            total += count
            switch count {
            case 0: none += 1
            case 1: once += 1
            default: several += 1
            }
            most = max(most, count)
        }

        func perCase(_ cases: Int) -> ServiceQuality.PerCase {
            // Ten thousand times the mean is a hundred times what is told: rounded once, from the exact quotient.
            let mean = tenThousandths(Int128(total), of: Int128(cases) * 100)
            return ServiceQuality.PerCase(
                total: total, meanCenti: mean, none: none, once: once, several: several, most: most)
        }
    }

    private static let day: Int64 = 86_400_000_000
    private static let holding = ServiceQuality.holdingDays * day
    /// Where ranges of ages begin, in days.
    private static let ages = [0, 1, 3, 7, 30, 90]

    private var cases = 0
    private var resolved = 0
    private var closedUnresolved = 0
    private var reopened = 0
    private var matured = 0
    private var immature = 0
    private var atFirstContact = 0
    private var contacts = Counts()
    private var assignments = Counts()
    private var openAges: [Int64] = []

    /// Adds a case, with what had become of it by `now`.
    mutating func add(_ facts: CaseFacts, _ outcome: CaseOutcome, openedAt: Int64, now: Int64) {
        cases += 1
        contacts.add(facts.contacts)
        assignments.add(facts.assignments)
        if outcome.isOpen { openAges.append(now - openedAt) }
        if !outcome.reopenings.isEmpty { reopened += 1 }
        guard let resolvedAt = outcome.resolvedAt else {
            if outcome.wasClosed { closedUnresolved += 1 }
            return
        }
        resolved += 1
        guard now - resolvedAt >= Self.holding else {
            immature += 1
            return
        }
        matured += 1
        if facts.contacts <= 1, !outcome.isReopened(within: Self.holding) { atFirstContact += 1 }
    }

    /// The figures. O(n log n) in the open cases.
    func group(_ value: String?, isErased: Bool) -> ServiceQuality.Group {
        ServiceQuality.Group(
            value: value, isErased: isErased, cases: Int64(cases), resolved: Int64(resolved),
            closedUnresolved: Int64(closedUnresolved), reopened: Int64(reopened),
            reopenedShare: WilsonInterval(successes: reopened, of: resolved + closedUnresolved),
            firstContact: ServiceQuality.FirstContact(
                matured: Int64(matured), immature: Int64(immature), resolved: Int64(atFirstContact),
                share: WilsonInterval(successes: atFirstContact, of: matured)),
            contacts: contacts.perCase(cases), assignments: assignments.perCase(cases),
            backlog: ServiceQuality.Backlog(
                open: Int64(openAges.count), age: DurationSummary(microseconds: openAges), buckets: buckets))
    }

    private var buckets: [ServiceQuality.AgeBucket] {
        Self.ages.indices.map { number in
            let from = Self.ages[number]
            let to = number + 1 < Self.ages.count ? Self.ages[number + 1] : nil
            // An age is never less than zero: only cases that were opened by then are looked at.
            let cases = openAges.count { age in
                age >= Int64(from) * Self.day && (to.map { age < Int64($0) * Self.day } ?? true)
            }
            return ServiceQuality.AgeBucket(fromDays: from, toDays: to, cases: Int64(cases))
        }
    }
}
