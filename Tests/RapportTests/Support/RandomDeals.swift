import EventLog
import TestSupport

/// Random deals of the year 2024: all kinds of changes at any microsecond, no two of one deal at the same one.
struct RandomDeals {
    private var random: SeededGenerator
    let pipelines: [String]
    let stages: [String]

    static let zones = ["UTC", "Asia/Shanghai", "America/New_York", "Asia/Kolkata"]

    init(seed: UInt64, pipelines: [String] = ["sales"], stages: [String] = ["new", "talk", "offer", "deal"]) {
        random = SeededGenerator(seed: seed)
        self.pipelines = pipelines
        self.stages = stages
    }

    mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func one<Element>(of elements: [Element]) -> Element { elements[number(in: 0...elements.count - 1)] }

    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] { elements.shuffled(using: &random) }

    /// A day around the year 2024.
    mutating func day() -> CivilDate {
        CivilDate(daysSinceEpoch: CivilDate.on("2023-12-20").daysSinceEpoch + number(in: 0...450))
    }

    mutating func stories(_ count: Int) -> [DealStory] { (1...count).map { story("D-\($0)") } }

    private mutating func story(_ id: String) -> DealStory {
        var story = DealStory(id: id, pipeline: one(of: pipelines), customer: "C-\(number(in: 1...6))")
        story.region = one(of: ["", "north", "south"])
        var time = Timestamp.at("2024-01-01T00:00:00Z").plus(seconds: Int64(number(in: 0...330 * 86_400)))
        let opened = DealStory.Change.opened(
            stage: one(of: stages), amount: number(in: 1...6) == 1 ? nil : amount(), owner: owner())
        story.changes.append(DealStory.Dated(at: time, change: opened))
        for _ in 0..<number(in: 0...9) {
            time = time.advanced(byMicroseconds: Int64(number(in: 1...15 * 86_400_000_000)))
            let isOpen = story.standing(before: nil)?.outcome == .open
            story.changes.append(DealStory.Dated(at: time, change: change(isOpen: isOpen)))
        }
        return story
    }

    private mutating func change(isOpen: Bool) -> DealStory.Change {
        let kind = number(in: 1...20)
        if !isOpen, kind <= 10 { return .reopened(to: one(of: stages)) }
        switch kind {
        case 1...9: return .moved(to: one(of: stages))
        case 10...12: return .revised(amount())
        case 13...14: return .handed(to: owner())
        case 15...17: return .won(number(in: 1...2) == 1 ? nil : amount())
        case 18...19: return .lost
        default: return .reopened(to: one(of: stages))
        }
    }

    private mutating func amount() -> DealStory.Amount {
        DealStory.Amount(minorUnits: Int64(number(in: -500...90_000)), currency: one(of: ["EUR", "USD", "JPY"]))
    }

    private mutating func owner() -> String { one(of: ["ada", "bo", "cem"]) }
}
