public import EventLog
internal import LMDB
internal import Projection

/// Clocks of cases, one after the other.
public struct ServiceClockList: Codable, Sendable, Hashable {
    /// Which clocks.
    public enum Selection: String, Codable, Sendable, Hashable, CaseIterable {
        /// Those that have not stopped, in order of when they are or were due; those broken stand first.
        case open
        /// Those of broken promises, in order of when they were broken.
        case breached
    }

    /// The clock of a case.
    public struct Row: Codable, Sendable, Hashable {
        /// The opaque id of the case.
        public let caseID: String
        /// How the case stands after all that has happened to it so far.
        public let status: CaseStatus
        /// The opaque id of the customer; nil, as the texts that follow, where nobody has said, and of a person who was
        /// erased.
        public let customer: String?
        /// How severe it is, as a short code.
        public let severity: String?
        /// Who got it last.
        public let owner: String?
        /// The queue it was put into last.
        public let queue: String?
        /// When it was opened.
        public let openedAt: Timestamp
        /// What is promised.
        public let metric: ServiceLevel.Metric
        /// The target that is for the case, by its number.
        public let target: Int
        /// In milliseconds, rounded down, as all lengths here.
        public let elapsedMs: Int64
        /// What is left of the target; less than nothing where it is broken.
        public let remainingMs: Int64
        /// When it is or was due; of a clock that is paused, if it went on now. Nil where so much time does not pass.
        public let dueAt: Timestamp?
        /// Since when the clock is paused; nil where it is not.
        public let pausedSince: Timestamp?
        /// Whether the promise is broken.
        public let isBreached: Bool
    }

    /// By which definitions.
    public let basis: ServiceBasis
    /// When clocks were read that still ran.
    public let now: Timestamp
    /// Which clocks.
    public let selection: Selection
    /// In the order of the list, and no more than were asked for.
    public let rows: [Row]
    /// Where the next page begins; nil when this is the last page.
    public let next: ListCursor?
    /// How many clocks the whole list has.
    public let count: Int
    /// Those of `count` whose promise is broken.
    public let breached: Int
    /// Clocks of times that the calendar knows nothing about; they are not in the list.
    public let uncovered: Int64
    /// Cases that were opened later than `now`; they are not in the list.
    public let openedLater: Int64
    /// The position that the answer is of.
    public let position: Position
}

extension CRMState {
    /// The clocks of cases by a service level: the queue of those that have not stopped, or the broken promises of a
    /// range of days. Persons who were erased stand without an id. O(cases · log n).
    ///
    /// - Parameters:
    ///   - metric: only the clocks of this one; nil takes all.
    ///   - limit: the most rows of the page.
    ///   - cursor: where an earlier page of the same question ended; nil begins at the top.
    /// - Throws: as ``serviceLevels(_:by:atLeast:)``, and ``ForeignCursor``.
    public func serviceClocks(
        _ question: ServiceLevelQuestion, _ selection: ServiceClockList.Selection,
        of metric: ServiceLevel.Metric? = nil, limit: Int = usualPageSize, after cursor: ListCursor? = nil,
        atLeast position: Position? = nil
    ) async throws -> ServiceClockList {
        try await wait(for: position, of: CaseModel.name)
        let asked = try resolve(question)
        let zone = try ZonedCalendar(zone: question.zone)
        let privacy = try self.reader.personal.state(in: log)
        let clocks = CaseClocks(asked, now: question.now)
        let (start, end) = (question.from.map { zone.startOfDay($0) }, question.to.map { zone.endOfDay($0) })
        var list = ListedClocks(clocks: clocks, selection: selection, metric: metric, start: start, end: end)
        let scope = list.scope(of: asked.level.name)
        let place = try cursor?.key(in: scope, atLeast: ListedClocks.shortestKey)
        return try rows.read(CaseModel.name) { reader in
            // Of open clocks the range is that of the opening.
            let isOfOpening = selection == .open
            let (first, last) = (isOfOpening ? start : nil, isOfOpening ? end : nil)
            let later = try clocks.forEachCase(from: first, to: last, reader) { key, row, status, time in
                try list.add(key, row, status, openedAt: time) { privacy.isErased("customer:\($0)") }
            }
            let page = list.page(pageSize(limit), after: place, in: scope)
            return ServiceClockList(
                basis: asked.basis, now: question.now, selection: selection, rows: page.rows, next: page.next,
                count: list.count, breached: list.breached, uncovered: list.uncovered, openedLater: later,
                position: reader.position)
        }
    }
}

/// Gathers the clocks of a list.
private struct ListedClocks {
    /// A row, and where it stands.
    private struct Found {
        let key: [UInt8]
        let row: ServiceClockList.Row
    }

    let clocks: CaseClocks
    let selection: ServiceClockList.Selection
    let metric: ServiceLevel.Metric?
    /// Nil is unbounded.
    let start: Timestamp?
    /// Left out itself; nil is unbounded.
    let end: Timestamp?

    private var found: [Found] = []
    private(set) var breached = 0
    private(set) var uncovered: Int64 = 0

    /// A time, a metric and an id.
    static let shortestKey = 10

    init(
        clocks: CaseClocks, selection: ServiceClockList.Selection, metric: ServiceLevel.Metric?, start: Timestamp?,
        end: Timestamp?
    ) {
        self.clocks = clocks
        self.selection = selection
        self.metric = metric
        self.start = start
        self.end = end
    }

    /// How many clocks there are.
    var count: Int { found.count }

    /// What was asked for; the time is not, for a place in the list is one at any time.
    func scope(of level: String) -> [UInt8] {
        Array("service \(selection.rawValue) \(metric?.rawValue ?? "") \(level)".utf8)
    }

    /// Adds the clocks of a case that belong to the list.
    mutating func add(
        _ key: RawSpan, _ row: RawSpan, _ status: CaseStatus, openedAt: Int64, isErased: (String) -> Bool
    ) throws {
        let facts = try CaseFacts(row)
        for each in clocks.metrics where metric == nil || metric == each {
            guard let target = try clocks.target(of: each, for: facts) else { continue }
            let clock = try clocks.clock(of: each, facts, openedAt: openedAt)
            if selection == .open, clock.hasStopped { continue }
            guard let reading = try clocks.reading(of: clock, target) else {
                uncovered += 1
                continue
            }
            let isBroken = reading.outcome == .broken
            let due = try isBroken ? clocks.brokenAt(clock, target) : clocks.due(of: clock, target)
            if selection == .breached {
                guard isBroken, let due, start.map({ $0 <= due }) ?? true, end.map({ due < $0 }) ?? true else {
                    continue
                }
            }
            if isBroken { breached += 1 }
            let id = TimedKey.id(of: key, prefix: CaseRow.prefixLength)
            var place = TimedKey.start([], at: due?.microseconds ?? .max)
            place.append(each == .firstResponse ? 1 : 2)
            place.append(utf8: id)
            let left = clocks.within(target) - reading.elapsed
            found.append(
                Found(
                    key: place,
                    row: try ServiceClockList.Row(
                        id, facts, status, openedAt: openedAt, each, target + 1, reading, left, due,
                        clock.pausedSince, isErased)))
        }
    }

    /// The clocks behind a place.
    func page(
        _ size: Int, after last: [UInt8]?, in scope: [UInt8]
    ) -> (rows: [ServiceClockList.Row], next: ListCursor?) {
        var left = found
        if let last { left.removeAll { !last.lexicographicallyPrecedes($0.key) } }
        left.sort { $0.key.lexicographicallyPrecedes($1.key) }
        let next = left.count > size ? ListCursor(after: left[size - 1].key, in: scope) : nil
        return (left.prefix(size).map(\.row), next)
    }
}

extension ServiceClockList.Row {
    fileprivate init(
        _ id: String, _ facts: CaseFacts, _ status: CaseStatus, openedAt: Int64, _ metric: ServiceLevel.Metric,
        _ target: Int, _ reading: CaseClocks.Reading, _ left: Int64, _ due: Timestamp?, _ pausedSince: Timestamp?,
        _ isErased: (String) -> Bool
    ) throws {
        let customer = try Self.value("customer", facts)
        self.init(
            caseID: id, status: status, customer: customer.flatMap { isErased($0) ? nil : $0 },
            severity: try Self.value("severity", facts), owner: try Self.value("owner", facts),
            queue: try Self.value("queue", facts),
            openedAt: Timestamp(microseconds: openedAt), metric: metric, target: target,
            elapsedMs: reading.elapsed / 1000, remainingMs: left.dividedFlooring(by: 1000).quotient, dueAt: due,
            pausedSince: pausedSince, isBreached: reading.outcome == .broken)
    }

    /// The value of a dimension; nil where there is none.
    private static func value(_ dimension: String, _ facts: CaseFacts) throws -> String? {
        let name = Array(dimension.utf8)
        let text = try facts.value(of: name.rawSpan).text()
        return text.isEmpty ? nil : text
    }
}
