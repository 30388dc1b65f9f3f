import EventLog
@testable import Rapport
import TestSupport

/// An order as a test tells it: whose it is, what happened to it, and when.
struct OrderStory: Sendable {
    struct Line: Sendable {
        /// Minor units; nil where nobody said what the line costs.
        var net: Int64?
        var currency = "EUR"
        /// Thousandths.
        var quantity: Int64 = 1000
        /// Minor units; nil where nobody knows what the line costs us.
        var cost: Int64?
        /// Of the cost; nil where it is that of the price.
        var costCurrency: String?
    }

    enum Change: Sendable {
        case placed([Line])
        case changed([Line])
        case cancelled(String)
        case delivered
        case returned([Line], String)
    }

    struct Dated: Sendable {
        var at: Timestamp
        var change: Change
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

    // MARK: As events

    /// In order of occurrence.
    func events() throws -> [NewEvent] { try changes.map { try event($0.change, at: $0.at) } }

    private func event(_ change: Change, at time: Timestamp) throws -> NewEvent {
        let tags = [try Tag.order(id), try Tag.customer(customer)]
        switch change {
        case .placed(let lines):
            let message = OrderPlaced.with { message in
                message.orderID = id
                message.customerID = customer
                message.lines = Self.messages(lines)
                message.channel = channel
                if !region.isEmpty { message.attributes = [Attribute("region", region)] }
            }
            return try NewEvent(message, about: tags, occurredAt: time)
        case .changed(let lines):
            return try NewEvent(
                OrderChanged.with { $0.lines = Self.messages(lines) }, about: tags, occurredAt: time)
        case .cancelled(let reason):
            return try NewEvent(OrderCancelled.with { $0.reason = reason }, about: tags, occurredAt: time)
        case .delivered: return try NewEvent(OrderDelivered(), about: tags, occurredAt: time)
        case .returned(let lines, let reason):
            let message = OrderReturned.with { message in
                message.lines = Self.messages(lines)
                message.reason = reason
            }
            return try NewEvent(message, about: tags, occurredAt: time)
        }
    }

    private static func messages(_ lines: [Line]) -> [OrderLine] {
        lines.map { line in
            var message = OrderLine()
            message.quantityMilli = line.quantity
            if let net = line.net { message.net = Money(net, line.currency) }
            if let cost = line.cost { message.cost = Money(cost, line.costCurrency ?? line.currency) }
            return message
        }
    }

    // MARK: As it stood

    /// How an order stood at some moment.
    struct Standing: Sendable {
        let placedAt: Timestamp
        /// By currency, as it was placed and as it was changed last.
        let placed: [String: Int64]
        var ordered: [String: Int64]
        var returned: [String: Int64] = [:]
        var quantity: Int64
        var status = OrderStatus.placed
        /// Whether anything came back.
        var cameBack = false
        var deliveredAt: Timestamp?
        var closedAt: Timestamp?
        var reason = ""
    }

    var placedAt: Timestamp? { changes.first { $0.change.isPlacing }?.at }
    var cancelledAt: Timestamp? { changes.first { $0.change.isCancellation }?.at }

    /// What had come of everything that happened before `end`; nil when nobody had placed the order by then. What
    /// happened before the placing counts from the placing on, but for changes, which count nothing then.
    func standing(before end: Timestamp? = nil) -> Standing? {
        func isOver(_ time: Timestamp) -> Bool { end.map { time < $0 } ?? true }
        guard let placing = changes.first(where: \.change.isPlacing), isOver(placing.at),
            case .placed(let lines) = placing.change
        else { return nil }
        let sums = Self.sums(lines)
        var standing = Standing(
            placedAt: placing.at, placed: sums, ordered: sums, quantity: lines.reduce(0) { $0 + $1.quantity })
        for dated in changes where dated.at >= placing.at || !dated.change.isRevision {
            let time = max(dated.at, placing.at)
            if isOver(time) { standing.apply(dated.change, at: time) }
        }
        return standing
    }

    fileprivate static func sums(_ lines: [Line]) -> [String: Int64] {
        var sums: [String: Int64] = [:]
        for line in lines { if let net = line.net { sums[line.currency, default: 0] += net } }
        return sums
    }
}

extension OrderStory.Change {
    var isPlacing: Bool { if case .placed = self { true } else { false } }
    var isRevision: Bool { if case .changed = self { true } else { false } }
    var isCancellation: Bool { if case .cancelled = self { true } else { false } }
}

extension OrderStory.Standing {
    fileprivate mutating func apply(_ change: OrderStory.Change, at time: Timestamp) {
        if status == .cancelled { return }
        switch change {
        case .placed: break
        case .changed(let lines):
            ordered = OrderStory.sums(lines)
            quantity = lines.reduce(0) { $0 + $1.quantity }
        case .cancelled(let why): (status, closedAt, reason) = (.cancelled, time, why)
        case .delivered:
            deliveredAt = deliveredAt ?? time
            if status == .placed { (status, closedAt) = (.delivered, deliveredAt) }
        case .returned(let lines, let why):
            (status, closedAt, reason) = (.returned, time, why)
            cameBack = true
            returned.merge(OrderStory.sums(lines)) { $0 + $1 }
        }
    }

    /// What it counts for, in the columns of the model.
    var counts: [Int64] {
        var columns = [Int64](repeating: 0, count: OrderModel.Count.count)
        columns[OrderModel.Count.placed] = 1
        columns[OrderModel.Count.delivered] = deliveredAt == nil ? 0 : 1
        columns[OrderModel.Count.cancelled] = status == .cancelled ? 1 : 0
        columns[OrderModel.Count.returned] = cameBack ? 1 : 0
        columns[OrderModel.Count.open] = status == .placed ? 1 : 0
        columns[OrderModel.Count.quantity] = quantity
        return columns
    }

    /// What it comes to in a currency, in the columns of the model.
    func values(in currency: String) -> [Int64] {
        let net = ordered[currency] ?? 0
        var columns = [Int64](repeating: 0, count: OrderModel.Value.count)
        columns[OrderModel.Value.placed] = placed[currency] ?? 0
        columns[OrderModel.Value.changed] = net - (placed[currency] ?? 0)
        columns[OrderModel.Value.cancelled] = status == .cancelled ? net - (returned[currency] ?? 0) : 0
        columns[OrderModel.Value.returned] = returned[currency] ?? 0
        columns[OrderModel.Value.open] = status == .placed ? net : 0
        return columns
    }
}

/// Random orders of the year 2024: everything that can happen to one, at any microsecond. Some are placed after other
/// things have happened to them, twice, or never.
struct RandomOrders {
    private var random: SeededGenerator

    static let customers = ["C-1", "C-2", "C-3", "C-4", "客户-5"]
    static let currencies = ["", "EUR", "JPY", "USD"]
    static let zones = RandomDeals.zones

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

    /// - Parameter days: the orders begin within so many days.
    mutating func stories(_ count: Int, within days: Int = 330) -> [OrderStory] {
        (1...count).map { story($0 % 3 == 0 ? "单-\($0)" : "A-\($0)", within: days) }
    }

    private mutating func story(_ id: String, within days: Int) -> OrderStory {
        var story = OrderStory(
            id, of: one(of: Self.customers), through: one(of: ["", "web", "店"]), in: one(of: ["", "north", "南"]))
        var time = Timestamp.at("2024-01-01T00:00:00Z").plus(seconds: Int64(number(in: 0...days * 86_400)))
        let placing = one(of: [0, 0, 0, 0, 0, 1, 2, -1])
        for turn in 0...number(in: 0...6) {
            let change = turn == placing ? .placed(lines()) : happening()
            story.changes.append(OrderStory.Dated(at: time, change: change))
            time = time.advanced(byMicroseconds: Int64(number(in: 1...12 * 86_400_000_000)))
        }
        return story
    }

    private mutating func happening() -> OrderStory.Change {
        switch number(in: 1...20) {
        case 1...6: .delivered
        case 7...11: .returned(lines(), one(of: ["", "broken"]))
        case 12...15: .changed(lines())
        case 16...19: .cancelled(one(of: ["", "price"]))
        default: .placed(lines())
        }
    }

    private mutating func lines() -> [OrderStory.Line] {
        (0..<number(in: 0...3)).map { _ in
            OrderStory.Line(
                net: number(in: 1...6) == 1 ? nil : Int64(number(in: 1...90_000)), currency: one(of: Self.currencies),
                quantity: Int64(number(in: 1...5000)))
        }
    }
}
