import EventLog
@testable import Rapport
import TestSupport
import Testing

/// Service levels against a plain walk over the stories of random cases, around changes of clocks.
@Suite struct ServiceLevelPropertyTests {
    private static let hour: Int64 = 3_600_000_000

    /// Those whose clocks change on a whole quarter of an hour.
    static let places = [0, 1, 2, 3, 5, 6, 10, 11, 12, 13]

    private static func level(place: Int) -> ServiceLevel {
        var level = ServiceLevel(
            name: "any", calendar: "random",
            targets: [
                .init(.firstResponse, within: 3 * hour, when: [.init("severity", ["high"])]),
                .init(.firstResponse, within: 20 * hour),
                .init(.resolution, within: 10 * hour, when: [.init("severity", ["high", "low"])]),
                .init(.resolution, within: 30 * hour, clock: .wall, when: [.init("region", ["南"])]),
            ])
        level.pausesOn = place % 3 == 0 ? ["vendor"] : ["customer", "vendor"]
        level.reopening = place % 2 == 0 ? .goesOn : .beginsAnew
        return level
    }

    /// Random cases whose events arrive in any order, between them that two customers are one.
    private static func folder(_ stories: [CaseStory], using random: inout SeededGenerator) throws -> CRMFolder {
        let events = try stories.flatMap { try $0.events() }.shuffled(using: &random)
        let folder = try CRMFolder(Array(events.prefix(events.count / 2)))
        let merge = CustomersMerged.with { message in
            message.survivorID = "C-1"
            message.absorbedID = "C-2"
            message.reason = "test"
        }
        try folder.append([try NewEvent(merge, about: [.customer("C-1"), .customer("C-2")])])
        try folder.append(Array(events.dropFirst(events.count / 2)))
        return folder
    }

    @Test("counts, clocks, broken promises and another calendar are those of a plain walk", arguments: places)
    func plainWalk(place: Int) async throws {
        var random = SeededGenerator(seed: UInt64(place) + 900)
        let own = try PlainHours(place: place, using: &random)
        let other = try PlainHours(place: place, using: &random)
        let stories = (1...14).map { CaseStory.random("K-\($0)", around: own.middle, using: &random) }
        let level = Self.level(place: place)
        let folder = try Self.folder(stories, using: &random)
        let moments: [Int64] = [Int64.random(in: -432_000...0, using: &random), 864_000]
        for seconds in moments {
            let now = own.middle.plus(seconds: seconds)
            var question = ServiceLevelQuestion(.definition(level), now: now)
            question.calendar = .definition(own.calendar)
            let plain = PlainClocks(level: level, now: now, hours: own).clocks(of: stories)

            let figures = try await folder.crm.serviceLevels(question, atLeast: folder.head)
            #expect(figures.rows.map { Self.line($0) } == Self.lines(plain))
            for row in figures.rows {
                let stopped = plain.filter { $0.target == row.target && $0.hasStopped }.map(\.elapsed)
                #expect(row.elapsed == DurationSummary(microseconds: stopped))
            }
            let later = stories.count { ($0.standing()?.openedAt ?? now) > now }
            #expect(Int(figures.openedLater) == later)
            let unpromised = (stories.count - later) * 2 - plain.count
            #expect(Int(figures.unpromised.reduce(0) { $0 + $1.cases }) == unpromised)

            let open = try await folder.crm.serviceClocks(question, .open, limit: 100)
            #expect(open.rows.map { Self.text($0) } == Self.texts(plain.filter { $0.hasStopped == false }))
            let broken = try await folder.crm.serviceClocks(question, .breached, limit: 100)
            #expect(broken.rows.map { Self.text($0) } == Self.texts(plain.filter(\.isBroken)))

            let otherwise = PlainClocks(level: level, now: now, hours: other).clocks(of: stories)
            let compared = try await folder.crm.serviceLevels(question, under: .definition(other.calendar))
            #expect(compared.rows.map { Self.line($0) } == Self.lines(plain, otherwise))
            // Nothing is left of the other calendar.
            let again = try await folder.crm.serviceLevels(question)
            #expect(again == figures)
        }
    }

    // MARK: As texts

    /// `target: cases kept breached breachedOpen open`.
    private static func line(_ row: ServiceLevelFigures.Row) -> String {
        text(row.target, [row.cases, row.kept, row.breached, row.breachedOpen, row.open])
    }

    private static func lines(_ clocks: [PlainClocks.Clock]) -> [String] {
        Set(clocks.map(\.target)).sorted().map { target in
            let these = clocks.filter { $0.target == target }
            let broken = these.filter(\.isBroken)
            let counts = [
                these.count, these.count { $0.hasStopped && !$0.isBroken }, broken.count,
                broken.count { !$0.hasStopped }, these.count { !$0.hasStopped && !$0.isBroken },
            ]
            return text(target, counts.map { Int64($0) })
        }
    }

    /// `target: cases, elapsedMs by both calendars, changed newlyBreached noLongerBreached`.
    private static func line(_ row: ServiceLevelComparison.Row) -> String {
        let lengths = [row.own.elapsedMs, row.other.elapsedMs]
        return text(row.target, [row.cases] + lengths + [row.changed, row.newlyBreached, row.noLongerBreached])
    }

    private static func lines(_ own: [PlainClocks.Clock], _ other: [PlainClocks.Clock]) -> [String] {
        Set(own.map(\.target)).sorted().map { target in
            let pairs = zip(own, other).filter { $0.0.target == target }
            let counts = [
                pairs.count { $0.0.elapsed != $0.1.elapsed }, pairs.count { !$0.0.isBroken && $0.1.isBroken },
                pairs.count { $0.0.isBroken && !$0.1.isBroken },
            ]
            let (first, second) = (pairs.reduce(0) { $0 + $1.0.elapsed }, pairs.reduce(0) { $0 + $1.1.elapsed })
            return text(target, [Int64(pairs.count), first / 1000, second / 1000] + counts.map { Int64($0) })
        }
    }

    private static func text(_ target: Int, _ counts: [Int64]) -> String {
        "\(target): " + counts.map { "\($0)" }.joined(separator: " ")
    }

    private static func text(_ row: ServiceClockList.Row) -> String {
        let due = row.dueAt?.description ?? "never"
        let paused = row.pausedSince?.description ?? "runs"
        return "\(row.caseID) \(row.customer ?? "") \(row.metric.rawValue) \(row.target) \(row.elapsedMs) "
            + "\(row.remainingMs) \(due) \(paused) \(row.isBreached)"
    }

    /// In order of when they are due, and then of metrics and ids.
    private static func texts(_ clocks: [PlainClocks.Clock]) -> [String] {
        let sorted = clocks.sorted { left, right in
            let (first, second) = (left.due?.microseconds ?? .max, right.due?.microseconds ?? .max)
            if first != second { return first < second }
            return (left.metric == .firstResponse ? 1 : 2, left.id) < (right.metric == .firstResponse ? 1 : 2, right.id)
        }
        return sorted.map { clock in
            let (due, paused) = (clock.due?.description ?? "never", clock.pausedSince?.description ?? "runs")
            let customer = clock.customer == "C-2" ? "C-1" : clock.customer
            let left = clock.left.dividedFlooring(by: 1000).quotient
            return "\(clock.id) \(customer) \(clock.metric.rawValue) \(clock.target) \(clock.elapsed / 1000) "
                + "\(left) \(due) \(paused) \(clock.isBroken)"
        }
    }
}
