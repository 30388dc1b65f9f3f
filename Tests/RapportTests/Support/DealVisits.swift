import EventLog
import Rapport

/// The visits of a deal to stages, worked out from its story alone.
struct DealVisit {
    let stage: String
    let owner: String
    let began: Timestamp
    /// Nil while it goes on.
    let ended: Timestamp?
    /// `won`, `lost`, or the stage that it was left for; nil while it goes on.
    let exit: String?
    /// In microseconds.
    let length: Int64

    /// How long it took, or has taken by `now`.
    private init(
        _ entered: DealStory.Standing, at start: Timestamp, left: (DealStory.Standing, Timestamp)?, now: Timestamp
    ) {
        stage = entered.stage
        owner = entered.owner
        began = start
        ended = left?.1
        exit = left.map { standing, _ in standing.outcome == .open ? standing.stage : standing.outcome.rawValue }
        length = (left?.1 ?? now).microseconds - start.microseconds
    }

    /// What had come of everything until `now`, itself included. No two changes of the deal are at one moment.
    static func all(of story: DealStory, until now: Timestamp) -> [DealVisit] {
        let moments = story.changes.map(\.at).filter { $0 <= now }
        let standings = moments.compactMap { moment in
            story.standing(before: moment.advanced(byMicroseconds: 1)).map { (standing: $0, at: moment) }
        }
        var visits: [DealVisit] = []
        var index = 0
        while index < standings.count {
            let begin = standings[index]
            guard begin.standing.outcome == .open else {
                index += 1
                continue
            }
            let leaving = standings[index...].firstIndex { later in
                later.standing.outcome != .open || later.standing.stage != begin.standing.stage
            }
            let left = leaving.map { (standings[$0].standing, standings[$0].at) }
            visits.append(DealVisit(begin.standing, at: begin.at, left: left, now: now))
            index = leaving ?? standings.count
        }
        return visits
    }
}
