import EventLog
import LMDB
@testable import Rapport
import TestSupport

/// Random cases of the year 2024: everything that can happen to one, at any microsecond, no two of one case at the same
/// one. Some are opened after other things have happened to them, or never.
struct RandomCases {
    private var random: SeededGenerator

    static let zones = RandomDeals.zones
    /// Nil takes all cases together.
    static let dimensions: [String?] = [
        nil, "customer", "channel", "category", "severity", "owner", "queue", "region",
    ]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func one<Element>(of elements: [Element]) -> Element { elements[number(in: 0...elements.count - 1)] }

    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] { elements.shuffled(using: &random) }

    /// A day around the year 2024.
    mutating func day() -> CivilDate {
        CivilDate(daysSinceEpoch: CivilDate.on("2023-12-20").daysSinceEpoch + number(in: 0...450))
    }

    mutating func stories(_ count: Int) -> [CaseStory] { (1...count).map { story("案-\($0)") } }

    private mutating func story(_ id: String) -> CaseStory {
        var story = CaseStory(id)
        story.customer = one(of: ["", "C-1", "C-2", "客户-3"])
        var time = Timestamp.at("2024-01-01T00:00:00Z").plus(seconds: Int64(number(in: 0...330 * 86_400)))
        let opensAt = one(of: [0, 0, 0, 0, 1, 2, -1])
        for turn in 0...number(in: 0...12) {
            let next = turn == opensAt ? opening() : happening()
            story.happenings.append(CaseStory.Dated(at: time, happening: next))
            time = time.advanced(byMicroseconds: Int64(number(in: 1...15 * 86_400_000_000)))
        }
        return story
    }

    private mutating func opening() -> CaseStory.Happening {
        .opened(
            channel: one(of: ["", "phone", "portal"]), category: one(of: ["", "repair", "advice"]),
            severity: one(of: ["", "1", "2"]), region: one(of: ["", "north", "南"]))
    }

    private mutating func happening() -> CaseStory.Happening {
        switch number(in: 1...20) {
        case 1...2: .classified(category: one(of: ["", "repair", "advice"]), severity: one(of: ["", "1", "2", "3"]))
        case 3...5: .assigned(to: one(of: ["", "ada", "bo"]), queue: one(of: ["", "first", "second"]))
        case 6...8: .responded
        case 9...10: .waiting
        case 11...14: .resolved
        case 15...16: .reopened
        case 17...19: .closed(outcome: one(of: ["", "solved", "withdrawn"]))
        default: opening()
        }
    }
}

/// What a plain count over stories gives.
struct PlainCases {
    let stories: [CaseStory]

    /// The stories with their values as they are last, group by group; nil takes all together.
    func groups(by dimension: String?) -> [(value: String?, stories: [CaseStory])] {
        guard let dimension else { return [(nil, stories)] }
        let values = stories.map { $0.standing()?.values[dimension] ?? "" }
        return Set(values).filter { !$0.isEmpty }.sorted { $0.compareBytes(to: $1) < 0 }.map { value in
            (value, zip(values, stories).filter { $0.0 == value }.map(\.1))
        }
    }

    /// One point of a flow.
    func point(
        _ period: String, _ group: String?, _ stories: [CaseStory], from start: Timestamp?, to end: Timestamp?
    ) -> CaseFlow.Point {
        func count(_ times: [Timestamp]) -> Int64 {
            Int64(times.count { time in (start.map { $0 <= time } ?? true) && (end.map { time < $0 } ?? true) })
        }
        let last = stories.compactMap { $0.standing() }
        // What stood at the end of the period: cases whose opening was by then, whatever is known of it since.
        let then = stories.filter { story in
            guard let openedAt = story.standing()?.openedAt else { return false }
            return end.map { openedAt < $0 } ?? true
        }.compactMap { $0.standing(before: end) }
        return CaseFlow.Point(
            period: period, group: group, opened: count(last.map(\.openedAt)),
            responded: count(last.compactMap(\.responses.first)),
            firstResolved: count(last.compactMap(\.firstResolvedAt)), closed: count(last.flatMap(\.closings)),
            reopened: count(last.flatMap(\.reopenings)),
            open: Int64(then.count { $0.status != .resolved && $0.status != .closed }),
            unclosed: Int64(then.count { $0.status != .closed }))
    }

    /// One group's times, of cases that were opened in a range.
    func times(
        _ value: String?, _ stories: [CaseStory], from start: Timestamp?, to end: Timestamp?
    ) -> CaseTimes.Group? {
        let opened = stories.filter { story in
            guard let openedAt = story.standing()?.openedAt else { return false }
            return (start.map { $0 <= openedAt } ?? true) && (end.map { openedAt < $0 } ?? true)
        }
        if opened.isEmpty { return nil }
        let standings = opened.compactMap { $0.standing() }
        func summary(_ end: (CaseStory.Standing) -> Timestamp?) -> DurationSummary? {
            DurationSummary(
                microseconds: standings.compactMap { standing in
                    end(standing).map { $0.microseconds - standing.openedAt.microseconds }
                })
        }
        let lives = opened.map { story in
            let times = story.happenings.map(\.at.microseconds)
            return (times.max() ?? 0) - (times.min() ?? 0)
        }
        let reopened = Int64(standings.count { !$0.reopenings.isEmpty })
        return CaseTimes.Group(
            value: value, cases: Int64(opened.count), reopened: reopened,
            reopenings: Int64(standings.reduce(0) { $0 + $1.reopenings.count }),
            reopenedBp: basisPoints(reopened, of: Int64(opened.count)), firstResponse: summary(\.responses.first),
            firstResolution: summary(\.firstResolvedAt), close: summary(\.firstClosedAt),
            life: DurationSummary(microseconds: lives))
    }

    /// The entries of all cases, the one opened first at the top.
    func entries() -> [CaseEntry] {
        let entries = stories.compactMap { story -> CaseEntry? in
            guard let standing = story.standing() else { return nil }
            func known(_ dimension: String) -> String? {
                standing.values[dimension].flatMap { $0.isEmpty ? nil : $0 }
            }
            return CaseEntry(
                id: story.id, status: standing.status, customer: known("customer"), channel: known("channel"),
                category: known("category"), severity: known("severity"), owner: known("owner"), queue: known("queue"),
                openedAt: standing.openedAt, firstRespondedAt: standing.responses.first,
                firstResolvedAt: standing.firstResolvedAt, resolvedAt: standing.resolvedAt, closedAt: standing.closedAt,
                outcome: standing.outcome.isEmpty ? nil : standing.outcome, contacts: Int64(standing.responses.count),
                assignments: Int64(standing.assignments), reopenings: Int64(standing.reopenings.count),
                lastEventAt: standing.lastEventAt,
                attributes: known("region").map { [.init(name: "region", value: $0)] } ?? [])
        }
        return entries.sorted { left, right in
            left.openedAt == right.openedAt ? left.id.compareBytes(to: right.id) < 0 : left.openedAt < right.openedAt
        }
    }
}
