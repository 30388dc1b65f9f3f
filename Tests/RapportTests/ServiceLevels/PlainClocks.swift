import EventLog
@testable import Rapport
import TestSupport

/// The clocks of cases as a plain walk over their stories tells them: how a case stood between two moments at which
/// anything happened, and each quarter of an hour in between.
struct PlainClocks {
    /// A clock as lists tell it.
    struct Clock: Equatable {
        let id: String
        let customer: String
        /// From 1.
        let target: Int
        let metric: ServiceLevel.Metric
        let elapsed: Int64
        let left: Int64
        let due: Timestamp?
        let pausedSince: Timestamp?
        let hasStopped: Bool

        var isBroken: Bool { left < 0 }
    }

    private enum Mode { case running, paused, stopped }

    let level: ServiceLevel
    let now: Timestamp
    let hours: PlainHours

    /// The clocks of all stories that were opened by ``now``, in order of stories and metrics.
    func clocks(of stories: [CaseStory]) -> [Clock] {
        stories.flatMap { story -> [Clock] in
            guard let standing = story.standing(), standing.openedAt <= now else { return [] }
            return ServiceLevel.Metric.allCases.compactMap { metric in
                clock(of: metric, story, standing)
            }
        }
    }

    /// Nil where nothing is promised.
    private func clock(
        of metric: ServiceLevel.Metric, _ story: CaseStory, _ standing: CaseStory.Standing
    ) -> Clock? {
        let first = level.targets.firstIndex { target in
            target.metric == metric
                && target.conditions.allSatisfy { $0.values.contains(standing.values[$0.dimension] ?? "") }
        }
        guard let found = first else { return nil }
        let target = level.targets[found]
        let entries = metric == .resolution ? modes(story, standing.openedAt) : answer(standing)
        var ran: [Range<Timestamp>] = []
        var pausedSince: Timestamp?
        var last = Mode.running
        for (number, entry) in entries.enumerated() {
            if last == .stopped, entry.mode != .stopped, level.reopening == .beginsAnew, metric == .resolution {
                ran = []
            }
            if entry.mode != .paused { pausedSince = nil } else if pausedSince == nil { pausedSince = entry.at }
            let end = number + 1 < entries.count ? entries[number + 1].at : now
            if entry.mode == .running, entry.at < end { ran.append(entry.at..<end) }
            last = entry.mode
        }
        let elapsed = ran.flatMap { hours.parts(of: $0, by: target.clock) }.reduce(0) { $0 + Int64($1.count) }
        // Were it to go on from now.
        if last != .stopped { ran.append(now..<hours.end) }
        var (left, due) = (target.within, Int64?.none)
        for part in ran.flatMap({ hours.parts(of: $0, by: target.clock) }) where due == nil {
            if left <= Int64(part.count) { due = part.lowerBound + left }
            left -= Int64(part.count)
        }
        return Clock(
            id: story.id, customer: story.customer, target: found + 1, metric: metric, elapsed: elapsed,
            left: target.within - elapsed, due: due.map { Timestamp(microseconds: $0) }, pausedSince: pausedSince,
            hasStopped: last == .stopped)
    }

    /// Up to the first thing that answers.
    private func answer(_ standing: CaseStory.Standing) -> [(at: Timestamp, mode: Mode)] {
        let ends = [standing.responses.first, standing.firstResolvedAt, standing.firstClosedAt].compactMap { $0 }
        guard let end = ends.min(), end <= now else { return [(standing.openedAt, .running)] }
        return [(standing.openedAt, .running), (max(end, standing.openedAt), .stopped)]
    }

    /// How the clock of the resolution stands from a moment on.
    private func modes(_ story: CaseStory, _ openedAt: Timestamp) -> [(at: Timestamp, mode: Mode)] {
        var modes: [(at: Timestamp, mode: Mode)] = [(openedAt, .running)]
        var (isDone, whom) = (false, "")
        for dated in story.happenings where dated.at <= now {
            switch dated.happening {
            case .opened, .classified: break
            case .responded: whom = ""
            case .assigned, .reopened: (isDone, whom) = (false, "")
            case .waiting: (isDone, whom) = (false, dated.waitsOn)
            case .resolved, .closed: (isDone, whom) = (true, "")
            }
            let mode = isDone ? Mode.stopped : level.pausesOn.contains(whom) ? .paused : .running
            modes.append((max(dated.at, openedAt), mode))
        }
        return modes
    }
}

extension CaseStory {
    /// A case with anything that can happen to one within weeks of a moment, no two at the same one. Some are opened
    /// after other things have happened to them, or never.
    static func random(_ id: String, around middle: Timestamp, using random: inout SeededGenerator) -> CaseStory {
        func one<Element>(_ elements: [Element], _ random: inout SeededGenerator) -> Element {
            elements[Int.random(in: 0..<elements.count, using: &random)]
        }
        var story = CaseStory(id)
        story.customer = one(["", "C-1", "C-2"], &random)
        var time = middle.plus(days: -20, seconds: Int64.random(in: 0...22 * 86_400, using: &random))
        let opensAt = one([0, 0, 0, 1, 2, -1], &random)
        for turn in 0...Int.random(in: 0...9, using: &random) {
            let happening: Happening
            if turn == opensAt {
                happening = .opened(
                    channel: "", category: "", severity: one(["", "low", "high"], &random),
                    region: one(["", "南"], &random))
            } else {
                happening = one(
                    [
                        .classified(category: "", severity: one(["low", "high"], &random)),
                        .assigned(to: "ada", queue: ""), .responded, .waiting, .waiting, .waiting, .resolved, .reopened,
                        .closed(outcome: ""),
                    ], &random)
            }
            let whom = one(["vendor", "customer", "us"], &random)
            story.happenings.append(Dated(at: time, happening: happening, waitsOn: whom))
            let furthest: Int64 = one([7_200, 86_400, 4 * 86_400], &random)
            time = time.advanced(byMicroseconds: Int64.random(in: 1...furthest * 1_000_000, using: &random))
        }
        return story
    }
}
