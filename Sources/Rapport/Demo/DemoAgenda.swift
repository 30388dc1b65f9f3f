internal import EventLog

/// Something of the demo that goes on, step by step: a deal, an order, a case.
protocol DemoItem: Sendable {
    /// Tells apart those that are due at the same time.
    var number: Int32 { get }
    /// When its newest event happened.
    var changedAt: Timestamp { get set }
    /// When its next step is to be taken.
    var due: Timestamp { get set }
}

extension DemoItem {
    /// Those that are due, first those that have waited longest.
    static func isBefore(_ left: Self, _ right: Self) -> Bool {
        left.due != right.due ? left.due < right.due : left.number < right.number
    }

    /// Plans the next step: so many minutes after `time`, rather few of them than many.
    mutating func plan(after time: Timestamp, minutes: ClosedRange<Int>, _ random: inout DemoRandom) {
        let span = minutes.upperBound - minutes.lowerBound + 1
        let wait = minutes.lowerBound + random.below(span) * random.below(span) / span
        due = time.advanced(byMicroseconds: Int64(wait) * DemoClock.microsecondsPerMinute)
    }

    /// Plans the next step in days, as in minutes.
    mutating func plan(after time: Timestamp, days: ClosedRange<Int>, _ random: inout DemoRandom) {
        plan(after: time, minutes: days.lowerBound * 1440...days.upperBound * 1440, &random)
    }

    /// The next event of the item happens: after the one before, whenever it is written down.
    mutating func happens(at moment: inout DemoMoment) {
        moment.happens(after: changedAt)
        changedAt = moment.occurredAt
    }
}

/// The items that something will still happen to, the one due next first: a binary heap.
struct DemoAgenda<Item: DemoItem> {
    private var items: [Item] = []

    var count: Int { items.count }

    /// O(log n).
    mutating func add(_ item: Item) {
        var hole = items.count
        items.append(item)
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard Item.isBefore(item, items[parent]) else { break }
            items[hole] = items[parent]
            hole = parent
        }
        items[hole] = item
    }

    /// Removes the first item if its next step is due by `time`. O(log n).
    mutating func takeDue(by time: Timestamp) -> Item? {
        guard let first = items.first, first.due <= time, let last = items.popLast() else { return nil }
        if !items.isEmpty { replaceFirst(with: last) }
        return first
    }

    /// Any of the items, each as likely as the other; nil when there is none.
    func pick(_ random: inout DemoRandom) -> Item? { items.isEmpty ? nil : random.pick(items) }

    private mutating func replaceFirst(with item: Item) {
        var hole = 0
        while true {
            var child = 2 * hole + 1
            guard child < items.count else { break }
            if child + 1 < items.count, Item.isBefore(items[child + 1], items[child]) { child += 1 }
            guard Item.isBefore(items[child], item) else { break }
            items[hole] = items[child]
            hole = child
        }
        items[hole] = item
    }
}
