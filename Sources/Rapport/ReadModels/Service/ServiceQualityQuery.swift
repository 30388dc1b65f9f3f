public import EventLog
internal import LMDB
internal import Projection

extension CRMState {
    /// How well cases are served that were opened in a range. O(cases opened until its end).
    ///
    /// - Throws: ``UnknownTimeZone``.
    public func serviceQuality(
        _ question: ServiceQuestion, atLeast position: Position? = nil
    ) async throws -> ServiceQuality {
        try await wait(for: position, of: CaseModel.name)
        let calendar = try ZonedCalendar(zone: question.zone)
        let privacy = try self.reader.personal.state(in: log)
        return try rows.read(CaseModel.name) { reader in
            var gathered = GatheredService(question, calendar, privacy)
            for status in CaseStatus.allCases { try gathered.add(status, reader) }
            return gathered.answer(zone: calendar.name, at: reader.position)
        }
    }
}

/// What had become of one case by the time asked about. Times are microseconds UTC.
struct CaseOutcome {
    /// Whether it was neither resolved nor closed.
    let isOpen: Bool
    /// The first resolution; nil where there was none by then.
    let resolvedAt: Int64?
    /// Whether it was closed at least once.
    let wasClosed: Bool
    /// When it was opened again, in order.
    let reopenings: [Int64]

    /// From a row; only of a case that was opened again its changes are gone through.
    init(_ facts: CaseFacts, by end: Int64) throws {
        resolvedAt = facts.firstResolvedAt.flatMap { $0 <= end ? $0 : nil }
        wasClosed = facts.firstClosedAt.map { $0 <= end } ?? false
        var isOpen = true
        var reopenings: [Int64] = []
        if facts.reopenings == 0 {
            isOpen = resolvedAt == nil && !wasClosed
        } else {
            try facts.forEachChange { kind, at, _ in
                if at > end { return }
                switch kind {
                case .resolved, .closed: isOpen = false
                case .reopened:
                    isOpen = true
                    reopenings.append(at)
                case .waits, .works: break
                }
            }
        }
        self.isOpen = isOpen
        self.reopenings = reopenings
    }

    /// Whether it was opened again from its first resolution until so much later.
    func isReopened(within microseconds: Int64) -> Bool {
        guard let resolvedAt else { return false }
        return reopenings.contains { $0 >= resolvedAt && $0 - resolvedAt <= microseconds }
    }
}

/// Cases, group by group.
private struct GatheredService {
    /// A value of the dimension, or all customers who were erased.
    private struct Named {
        let value: String?
        let isErased: Bool
        var tally = QualityTally()
    }

    private let question: ServiceQuestion
    private let dimension: [UInt8]?
    private let privacy: PrivacyState
    /// Opened from then on, in microseconds UTC; nil is unbounded.
    private let start: Int64?
    /// Opened until then, included, in microseconds UTC.
    private let last: Int64
    private var values = ByteKeyTable()
    /// Which of `groups` a value belongs to, by its number.
    private var places: [Int] = []
    private var groups: [Named] = []
    private var erasedPlace: Int?
    private var ungrouped: Int64 = 0

    init(_ question: ServiceQuestion, _ calendar: ZonedCalendar, _ privacy: PrivacyState) {
        self.question = question
        self.privacy = privacy
        dimension = question.dimension.map { Array($0.utf8) }
        start = question.from.map { calendar.startOfDay($0).microseconds }
        let now = question.now.microseconds
        last = question.to.map { min(calendar.endOfDay($0).microseconds - 1, now) } ?? now
    }

    /// Adds the cases of the range that stand so today.
    mutating func add(_ status: CaseStatus, _ reader: borrowing ModelReader) throws {
        let prefix = CaseRow.prefix(status)
        let first = start.map { TimedKey.start(prefix, at: $0) }
        let (now, last) = (question.now.microseconds, self.last)
        try reader.forEachRow(prefix: prefix, from: first) { key, row in
            let openedAt = TimedKey.time(of: key, prefix: CaseRow.prefixLength)
            if openedAt > last { return false }
            let facts = try CaseFacts(row)
            guard let found = try place(of: facts) else { return true }
            groups[found].tally.add(facts, try CaseOutcome(facts, by: now), openedAt: openedAt, now: now)
            return true
        }
    }

    /// The place among the groups of a case; nil where it has no value of the dimension, which is counted.
    private mutating func place(of facts: CaseFacts) throws -> Int? {
        guard let dimension else {
            if groups.isEmpty { groups.append(Named(value: nil, isErased: false)) }
            return 0
        }
        let value = try facts.value(of: dimension.rawSpan)
        if value.isEmpty {
            ungrouped += 1
            return nil
        }
        let number = values.number(of: value)
        if number == places.count { places.append(newPlace(value.text())) }
        return places[number]
    }

    /// Where the cases of a value are counted that was not met before.
    private mutating func newPlace(_ value: String) -> Int {
        let isErased = question.dimension == "customer" && privacy.isErased("customer:\(value)")
        if isErased, let erasedPlace { return erasedPlace }
        groups.append(Named(value: isErased ? nil : value, isErased: isErased))
        if isErased { erasedPlace = groups.count - 1 }
        return groups.count - 1
    }

    /// What was gathered; those of erased customers come last.
    func answer(zone: String, at position: Position) -> ServiceQuality {
        let sorted = groups.sorted { left, right in
            if left.isErased != right.isErased { return right.isErased }
            return (left.value ?? "").compareBytes(to: right.value ?? "") < 0
        }
        return ServiceQuality(
            dimension: question.dimension, from: question.from?.description, to: question.to?.description,
            zone: zone, now: question.now,
            groups: sorted.map { $0.tally.group($0.value, isErased: $0.isErased) }, ungrouped: ungrouped,
            position: position)
    }
}
