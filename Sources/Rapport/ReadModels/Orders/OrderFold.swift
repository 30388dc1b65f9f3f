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
        if state.customer.isEmpty, let customer = event.firstID(of: "customer") { state.customer = customer }
        var step = OrderState.Step(kind: Self.kinds[type], at: event.occurredAt.microseconds)
        switch type {
        case 0:
            let placed = try OrderPlacedView(event.view.data)
            if !placed.channel.isEmpty { state.channel = placed.channel.text() }
            if !placed.origin.isEmpty { state.origin = placed.origin.text() }
            try placed.forEachAttributes {
                state.dimensions.set($0.name, to: $0.value, besides: OrderModel.ownDimensions)
            }
            try placed.forEachLines { try step.add($0) }
        case 1:
            let changed = try OrderChangedView(event.view.data)
            step.reason = changed.reason.text()
            try changed.forEachLines { try step.add($0) }
        case 2: step.reason = try OrderCancelledView(event.view.data).reason.text()
        case 3: break
        default:
            let returned = try OrderReturnedView(event.view.data)
            step.reason = returned.reason.text()
            try returned.forEachLines { try step.add($0) }
        }
        state.append(step)
    }

    private static let kinds: [OrderState.Step.Kind] = [.placed, .changed, .cancelled, .delivered, .returned]

    // MARK: Contributions

    func contribute(_ order: OrderState, of entity: Tag, to contributions: inout Contributions) throws {
        guard let placing = order.steps.first(where: { $0.kind == .placed }) else { return }
        let series = OrderSeries(order)
        var situation = OrderSituation(placing)
        try series.place(situation, into: &contributions)
        for step in order.steps {
            var next = situation
            try next.apply(step)
            try series.add(from: situation, to: next, at: max(step.at, situation.placedAt), into: &contributions)
            situation = next
        }
        contributions.put(
            [situation.status.code],
            at: TimedKey.make(
                [OrderModel.orders, situation.status.code], at: situation.placedAt, id: String(entity.id)))
    }
}

extension OrderState.Step {
    fileprivate mutating func add(_ line: borrowing OrderLineView) throws {
        quantity = try sum(quantity, line.quantityMilli)
        if line.hasNet { try amounts.add(line.net.minorUnits, in: line.net.currency) }
    }
}

/// Adds the changes of one order to the series of all its dimensions.
private struct OrderSeries {
    /// Dimension and value, "" and "" for all orders together.
    private let groups: [(String, String)]
    /// Whose totals it counts in, too.
    private let customer: String

    init(_ order: OrderState) {
        customer = order.customer
        var groups = [("", "")]
        if !order.channel.isEmpty { groups.append(("channel", order.channel)) }
        for pair in order.dimensions.pairs { groups.append((pair.name, pair.value)) }
        self.groups = groups
    }

    /// Adds an order as it was placed.
    func place(_ order: OrderSituation, into contributions: inout Contributions) throws {
        let counts: [(Int, Int64)] = [
            (OrderModel.Count.placed, 1), (OrderModel.Count.open, 1), (OrderModel.Count.quantity, order.quantity),
        ]
        try add(counts, at: order.placedAt, into: &contributions)
        for amount in order.ordered {
            let values = [(OrderModel.Value.placed, amount.net), (OrderModel.Value.open, amount.net)]
            try add(values, in: amount.currency, at: order.placedAt, into: &contributions)
        }
    }

    /// Adds what is different after a change.
    func add(
        from old: OrderSituation, to new: OrderSituation, at time: Int64, into contributions: inout Contributions
    ) throws {
        func flag(_ condition: Bool) -> Int64 { condition ? 1 : 0 }
        var counts: [(Int, Int64)] = []
        func count(_ column: Int, _ difference: Int64) { if difference != 0 { counts.append((column, difference)) } }
        count(OrderModel.Count.delivered, flag(new.deliveredAt != nil) - flag(old.deliveredAt != nil))
        count(OrderModel.Count.cancelled, flag(new.status == .cancelled) - flag(old.status == .cancelled))
        count(OrderModel.Count.returned, flag(new.status == .returned) - flag(old.status == .returned))
        count(OrderModel.Count.open, flag(new.status == .placed) - flag(old.status == .placed))
        count(OrderModel.Count.quantity, try difference(new.quantity, old.quantity))
        try add(counts, at: time, into: &contributions)

        for currency in Self.currencies(of: [old.ordered, new.ordered, new.returned]) {
            var values: [(Int, Int64)] = []
            func value(_ column: Int, _ difference: Int64) {
                if difference != 0 { values.append((column, difference)) }
            }
            let (before, after) = (old.ordered.net(in: currency), new.ordered.net(in: currency))
            value(OrderModel.Value.changed, try difference(after, before))
            if new.status == .cancelled, old.status != .cancelled { value(OrderModel.Value.cancelled, after) }
            value(
                OrderModel.Value.returned,
                try difference(new.returned.net(in: currency), old.returned.net(in: currency)))
            value(
                OrderModel.Value.open,
                try difference(new.status == .placed ? after : 0, old.status == .placed ? before : 0))
            try add(values, in: currency, at: time, into: &contributions)
        }
    }

    private static func currencies(of lists: [[OrderState.Amount]]) -> [String] {
        var found: [String] = []
        for amount in lists.joined() where !found.contains(where: { $0.sameBytes(as: amount.currency) }) {
            found.append(amount.currency)
        }
        return found
    }

    private func add(_ counts: [(Int, Int64)], at time: Int64, into contributions: inout Contributions) throws {
        if counts.isEmpty { return }
        for (dimension, value) in groups {
            contributions.name(OrderModel.counts)
            contributions.part(dimension)
            contributions.part(value)
            let series = contributions.series(columns: OrderModel.Count.count)
            for (column, amount) in counts {
                try contributions.add(amount, to: column, of: series, at: Timestamp(microseconds: time))
            }
        }
        if customer.isEmpty { return }
        let total = contributions.total(OrderModel.customers, customer, "", columns: OrderModel.Count.count)
        for (column, amount) in counts { contributions.add(amount, to: column, of: total) }
    }

    private func add(
        _ values: [(Int, Int64)], in currency: String, at time: Int64, into contributions: inout Contributions
    ) throws {
        if values.isEmpty { return }
        for (dimension, value) in groups {
            contributions.name(OrderModel.values)
            contributions.part(dimension)
            contributions.part(value)
            contributions.part(currency)
            let series = contributions.series(columns: OrderModel.Value.count)
            for (column, amount) in values {
                try contributions.add(amount, to: column, of: series, at: Timestamp(microseconds: time))
            }
        }
        if customer.isEmpty { return }
        // Behind the currency, so that an amount without one is not taken for the counts.
        let total = contributions.total(
            OrderModel.customers, customer, currency, "value", columns: OrderModel.Value.count)
        for (column, amount) in values { contributions.add(amount, to: column, of: total) }
    }
}

extension [OrderState.Amount] {
    /// The amount in a currency; 0 when there is none.
    func net(in currency: String) -> Int64 { first { $0.currency.sameBytes(as: currency) }?.net ?? 0 }
}

/// What is left of an amount.
///
/// - Throws: `SumOverflow` when it does not fit into 64 bits.
private func difference(_ left: Int64, _ right: Int64) throws -> Int64 {
    let (difference, overflow) = left.subtractingReportingOverflow(right)
    guard !overflow else { throw SumOverflow(row: "an order's amounts", column: 0) }
    return difference
}
