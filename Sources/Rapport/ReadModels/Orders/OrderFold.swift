internal import EventLog
internal import LMDB
internal import Projection

/// Folds the events of an order into its history, in order of occurrence.
struct OrderFold: EntityFold {
    let types = [
        OrderPlaced.eventType, OrderChanged.eventType, OrderCancelled.eventType, OrderDelivered.eventType,
        OrderReturned.eventType,
    ]
    let entityKind = "order"
    let order = FoldOrder.occurrence

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout OrderState) throws {
        do {
            try add(event, type, to: &state)
        } catch is SumOverflow {
            throw SumOverflow(row: "the lines of \(event.entity.text())", column: 0)
        }
    }

    private func add(_ event: borrowing ProjectedEvent, _ type: Int, to state: inout OrderState) throws {
        if state.customer.isEmpty, let customer = event.firstID(of: "customer") { state.customer = customer }
        var step = OrderState.Step(kind: Self.kinds[type], at: event.occurredAt.microseconds)
        switch type {
        case 0:
            // The first placing counts.
            if state.placedAt != nil { return }
            let placed = try OrderPlacedView(event.view.data)
            state.channel = placed.channel.text()
            state.origin = placed.origin.text()
            try placed.forEachAttributes {
                state.dimensions.set($0.name, to: $0.value, besides: OrderModel.ownDimensions)
            }
            step.hasAllCosts = true
            try placed.forEachLines { try step.add($0) }
        case 1:
            let changed = try OrderChangedView(event.view.data)
            step.reason = changed.reason.text()
            step.hasAllCosts = true
            try changed.forEachLines { try step.add($0) }
        case 2: step.reason = try OrderCancelledView(event.view.data).reason.text()
        case 3: break
        default:
            let returned = try OrderReturnedView(event.view.data)
            step.reason = returned.reason.text()
            step.hasAllCosts = true
            try returned.forEachLines { try step.add($0) }
        }
        state.append(step)
    }

    private static let kinds: [OrderState.Step.Kind] = [.placed, .changed, .cancelled, .delivered, .returned]

    // MARK: Contributions

    func contribute(_ order: OrderState, of entity: Tag, to contributions: inout Contributions) throws {
        guard let (changes, last) = try OrderChanges.of(order) else { return }
        try changes.contribute(order, to: &contributions)
        let id = String(entity.id)
        contributions.put(
            [last.status.code], at: TimedKey.make([OrderModel.orders, last.status.code], at: last.placedAt, id: id))
        let prefix = order.customer.isEmpty ? [OrderModel.ofNobody] : CustomerOrderRow.prefix(of: order.customer)
        contributions.put(
            try CustomerOrderRow.encode(order, last), at: TimedKey.make(prefix, at: last.placedAt, id: id))
    }
}

extension OrderState.Step {
    /// A cost in another currency than the price says nothing of a margin: it counts as none.
    fileprivate mutating func add(_ line: borrowing OrderLineView) throws {
        quantity = try sum(quantity, line.quantityMilli)
        if line.hasNet { try amounts.add(line.net.minorUnits, in: line.net.currency) }
        if line.hasCost, !line.hasNet || line.cost.currency.sameBytes(as: line.net.currency) {
            try costs.add(line.cost.minorUnits, in: line.cost.currency)
        } else {
            hasAllCosts = false
        }
    }
}

/// What an order changes in counts and values, and when: gathered once, and added to the series of all its dimensions.
struct OrderChanges {
    private struct Change {
        let column: Int
        let amount: Int64
        /// Microseconds UTC.
        let time: Int64
    }

    private var counts: [Change] = []
    private var values: [(currency: String, changes: [Change])] = []

    /// All changes of an order, and how it stands after them; nil while nobody has placed it.
    static func of(_ order: OrderState) throws -> (changes: OrderChanges, last: OrderSituation)? {
        guard let placing = order.steps.first(where: { $0.kind == .placed }) else { return nil }
        var situation = OrderSituation(placing)
        var changes = OrderChanges(situation)
        for step in order.steps {
            var next = situation
            try next.apply(step)
            try changes.add(from: situation, to: next, at: max(step.at, situation.placedAt))
            situation = next
        }
        return (changes, situation)
    }

    /// Of an order as it was placed.
    private init(_ order: OrderSituation) {
        count(OrderModel.Count.placed, 1, at: order.placedAt)
        count(OrderModel.Count.open, 1, at: order.placedAt)
        count(OrderModel.Count.quantity, order.quantity, at: order.placedAt)
        for amount in order.ordered {
            value(OrderModel.Value.placed, amount.net, in: amount.currency, at: order.placedAt)
            value(OrderModel.Value.open, amount.net, in: amount.currency, at: order.placedAt)
        }
    }

    /// Adds what is different after a change.
    private mutating func add(from old: OrderSituation, to new: OrderSituation, at time: Int64) throws {
        func flag(_ condition: Bool) -> Int64 { condition ? 1 : 0 }
        count(OrderModel.Count.delivered, flag(new.deliveredAt != nil) - flag(old.deliveredAt != nil), at: time)
        count(OrderModel.Count.cancelled, flag(new.status == .cancelled) - flag(old.status == .cancelled), at: time)
        count(OrderModel.Count.returned, flag(new.cameBack) - flag(old.cameBack), at: time)
        count(OrderModel.Count.open, flag(new.status == .placed) - flag(old.status == .placed), at: time)
        count(OrderModel.Count.quantity, try OrderAmounts.difference(new.quantity, old.quantity), at: time)
        for currency in Self.currencies(of: [old.ordered, new.ordered, new.returned]) {
            let (before, after) = (old.ordered.net(in: currency), new.ordered.net(in: currency))
            value(OrderModel.Value.changed, try OrderAmounts.difference(after, before), in: currency, at: time)
            if new.status == .cancelled, old.status != .cancelled {
                // What came back before was taken off already.
                let left = try OrderAmounts.difference(after, new.returned.net(in: currency))
                value(OrderModel.Value.cancelled, left, in: currency, at: time)
            }
            let returned = try OrderAmounts.difference(new.returned.net(in: currency), old.returned.net(in: currency))
            value(OrderModel.Value.returned, returned, in: currency, at: time)
            let open = try OrderAmounts.difference(
                new.status == .placed ? after : 0, old.status == .placed ? before : 0)
            value(OrderModel.Value.open, open, in: currency, at: time)
        }
    }

    private mutating func count(_ column: Int, _ amount: Int64, at time: Int64) {
        if amount != 0 { counts.append(Change(column: column, amount: amount, time: time)) }
    }

    private mutating func value(_ column: Int, _ amount: Int64, in currency: String, at time: Int64) {
        if amount == 0 { return }
        let change = Change(column: column, amount: amount, time: time)
        if let known = values.firstIndex(where: { $0.currency.sameBytes(as: currency) }) {
            values[known].changes.append(change)
        } else {
            values.append((currency, [change]))
        }
    }

    private static func currencies(of lists: [[OrderState.Amount]]) -> [String] {
        var found: [String] = []
        for amount in lists.joined() where !found.contains(where: { $0.sameBytes(as: amount.currency) }) {
            found.append(amount.currency)
        }
        return found
    }

    // MARK: Contributing

    func contribute(_ order: OrderState, to contributions: inout Contributions) throws {
        try add(under: "", "", to: &contributions)
        if !order.channel.isEmpty { try add(under: "channel", order.channel, to: &contributions) }
        for pair in order.dimensions.pairs { try add(under: pair.name, pair.value, to: &contributions) }
    }

    /// Adds all changes up, whenever they were.
    func addUp(counts sums: inout [Int64], values sumsByCurrency: inout [String: [Int64]]) throws {
        for change in counts { sums[change.column] = try sum(sums[change.column], change.amount) }
        for (currency, changes) in values {
            var sums = sumsByCurrency[currency] ?? [Int64](repeating: 0, count: OrderModel.Value.count)
            for change in changes { sums[change.column] = try sum(sums[change.column], change.amount) }
            sumsByCurrency[currency] = sums
        }
    }

    /// Adds to the series of one value of a dimension.
    private func add(under dimension: String, _ value: String, to contributions: inout Contributions) throws {
        let series = contributions.series(OrderModel.counts, dimension, value, columns: OrderModel.Count.count)
        for change in counts {
            let time = Timestamp(microseconds: change.time)
            try contributions.add(change.amount, to: change.column, of: series, at: time)
        }
        for (currency, changes) in values {
            let series = contributions.series(
                OrderModel.values, dimension, value, currency, columns: OrderModel.Value.count)
            for change in changes {
                let time = Timestamp(microseconds: change.time)
                try contributions.add(change.amount, to: change.column, of: series, at: time)
            }
        }
    }
}

extension [OrderState.Amount] {
    /// The amount in a currency; 0 when there is none.
    func net(in currency: String) -> Int64 { first { $0.currency.sameBytes(as: currency) }?.net ?? 0 }
}
