internal import EventLog

/// The deals that something will still happen to, the one due next first: a binary heap.
struct DemoAgenda {
    private var deals: [DemoDeal] = []

    var count: Int { deals.count }

    /// O(log n).
    mutating func add(_ deal: DemoDeal) {
        var hole = deals.count
        deals.append(deal)
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard DemoDeal.isBefore(deal, deals[parent]) else { break }
            deals[hole] = deals[parent]
            hole = parent
        }
        deals[hole] = deal
    }

    /// Removes the first deal if its next step is due by `time`. O(log n).
    mutating func takeDue(by time: Timestamp) -> DemoDeal? {
        guard let first = deals.first, first.due <= time, let last = deals.popLast() else { return nil }
        if !deals.isEmpty { replaceFirst(with: last) }
        return first
    }

    private mutating func replaceFirst(with deal: DemoDeal) {
        var hole = 0
        while true {
            var child = 2 * hole + 1
            guard child < deals.count else { break }
            if child + 1 < deals.count, DemoDeal.isBefore(deals[child + 1], deals[child]) { child += 1 }
            guard DemoDeal.isBefore(deals[child], deal) else { break }
            deals[hole] = deals[child]
            hole = child
        }
        deals[hole] = deal
    }
}
