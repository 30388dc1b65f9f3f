import EventLog
@testable import Rapport
import TestSupport

/// An order and its promises as a test tells it: what happened, and when.
struct PromiseStory: Sendable {
    enum Change: Sendable {
        case placed
        case delivered
        case cancelled
        /// Until when; and until when before, where the promise says that.
        case promised(Timestamp, replacing: Timestamp? = nil)
    }

    struct Dated: Sendable {
        let at: Timestamp
        let change: Change
    }

    let id: String
    var customer = "C-1"
    var channel = ""
    var region = ""
    /// In order of occurrence, no two at the same time.
    var changes: [Dated] = []

    init(
        _ id: String, of customer: String = "C-1", through channel: String = "", in region: String = "",
        _ changes: (String, Change)...
    ) {
        self.id = id
        self.customer = customer
        self.channel = channel
        self.region = region
        self.changes = changes.map { Dated(at: .at($0.0), change: $0.1) }
    }

    /// In order of occurrence.
    func events() throws -> [NewEvent] { try changes.map { try event($0.change, at: $0.at) } }

    private func event(_ change: Change, at time: Timestamp) throws -> NewEvent {
        let tags = [try EntityTag.order(id), try EntityTag.customer(customer)]
        switch change {
        case .placed:
            let message = OrderPlaced.with { message in
                message.orderID = id
                message.customerID = customer
                message.channel = channel
                if !region.isEmpty { message.attributes = [Attribute("region", region)] }
            }
            return try NewEvent(message, about: tags, occurredAt: time)
        case .delivered: return try NewEvent(OrderDelivered(), about: tags, occurredAt: time)
        case .cancelled: return try NewEvent(OrderCancelled(), about: tags, occurredAt: time)
        case .promised(let due, let before):
            let message = DeliveryPromised.with { message in
                message.orderID = id
                message.promisedAtUs = due.microseconds
                message.replacesUs = before?.microseconds ?? 0
            }
            return try NewEvent(message, about: tags, occurredAt: time)
        }
    }

    // MARK: As it stood

    /// What a plain look at the story says of a time.
    struct Standing {
        var placedAt: Timestamp?
        var deliveredAt: Timestamp?
        var cancelledAt: Timestamp?
        /// Deliveries, but for those after a cancellation.
        var deliveries = 0
        var firstDue: Timestamp?
        var lastDue: Timestamp?
        var promises = 0
        var afterDelivery = 0
        var afterCancellation = 0

        /// Nil where nobody had placed the order, or promised anything of it.
        func outcome(at now: Timestamp) -> PromiseOutcome? {
            guard placedAt != nil, let firstDue else { return nil }
            if let deliveredAt { return deliveredAt > firstDue ? .broken : .kept }
            if cancelledAt != nil { return .cancelled }
            return now < firstDue ? .open : .overdue
        }

        /// Whether the time of the first promise had come, and the order was not cancelled by then.
        func isJudged(at now: Timestamp) -> Bool {
            guard let firstDue, firstDue <= now else { return false }
            guard let cancelledAt else { return true }
            return cancelledAt > firstDue
        }
    }

    /// How it stood: of what had happened by `now` and of nothing else. What is said to have happened before the
    /// placing happened with it.
    func standing(at now: Timestamp) -> Standing {
        var standing = Standing()
        let past = changes.filter { $0.at <= now }
        for dated in past {
            if case .placed = dated.change, standing.placedAt == nil { standing.placedAt = dated.at }
        }
        let placedAt = standing.placedAt
        func effective(_ time: Timestamp) -> Timestamp { placedAt.map { max($0, time) } ?? time }
        for dated in past {
            let isOver = standing.deliveredAt != nil || standing.cancelledAt != nil
            switch dated.change {
            case .placed: break
            case .delivered:
                if standing.cancelledAt == nil { standing.deliveries += 1 }
                if !isOver { standing.deliveredAt = effective(dated.at) }
            case .cancelled: if !isOver { standing.cancelledAt = effective(dated.at) }
            case .promised(let due, let before):
                if standing.deliveredAt != nil {
                    standing.afterDelivery += 1
                } else if standing.cancelledAt != nil {
                    standing.afterCancellation += 1
                } else {
                    standing.promises += 1
                    standing.firstDue = standing.firstDue ?? before ?? due
                    standing.lastDue = due
                }
            }
        }
        return standing
    }
}

/// Random orders of the year 2024 with promises: made, moved, kept, broken, of orders that nobody places, and too late.
struct RandomPromises {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func one<Element>(of elements: [Element]) -> Element { elements[number(in: 0...elements.count - 1)] }

    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] { elements.shuffled(using: &random) }

    /// A day around the year 2024.
    mutating func day() -> CivilDate {
        CivilDate(daysSinceEpoch: CivilDate.on("2023-12-20").daysSinceEpoch + number(in: 0...450))
    }

    /// A moment around the year 2024.
    mutating func moment() -> Timestamp {
        Timestamp.at("2023-12-20T00:00:00Z").plus(seconds: Int64(number(in: 0...450 * 86_400)))
    }

    mutating func stories(_ count: Int) -> [PromiseStory] {
        (1...count).map { story($0 % 3 == 0 ? "单-\($0)" : "A-\($0)") }
    }

    private mutating func story(_ id: String) -> PromiseStory {
        var story = PromiseStory(
            id, of: one(of: ["C-1", "C-2", "客户-3"]), through: one(of: ["", "web", "店"]),
            in: one(of: ["", "north", "南"]))
        var time = Timestamp.at("2024-01-01T00:00:00Z").plus(seconds: Int64(number(in: 0...330 * 86_400)))
        let placing = one(of: [0, 0, 0, 0, 0, 1, 2, -1])
        for turn in 0...number(in: 0...6) {
            let change = turn == placing ? .placed : happening(at: time)
            story.changes.append(PromiseStory.Dated(at: time, change: change))
            time = time.advanced(byMicroseconds: Int64(number(in: 1...12 * 86_400_000_000)))
        }
        return story
    }

    private mutating func happening(at time: Timestamp) -> PromiseStory.Change {
        switch number(in: 1...20) {
        case 1...5: return .delivered
        case 6...7: return .cancelled
        case 8: return .placed
        default:
            let due = time.advanced(byMicroseconds: Int64(number(in: -3 * 86_400_000_000...25 * 86_400_000_000)))
            let before = due.advanced(byMicroseconds: Int64(number(in: -86_400_000_000...86_400_000_000)))
            return .promised(due, replacing: number(in: 1...5) == 1 ? before : nil)
        }
    }
}
