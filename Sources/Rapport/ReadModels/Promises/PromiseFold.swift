internal import EventLog
internal import LMDB
internal import Projection

/// Folds the events of an order that its promises are judged by, in order of occurrence.
struct PromiseFold: EntityFold {
    let types = [
        OrderPlaced.eventType, OrderCancelled.eventType, OrderDelivered.eventType, DeliveryPromised.eventType,
    ]
    let entityKind = "order"
    let order = FoldOrder.occurrence

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout PromiseState) throws {
        if state.customer.isEmpty, let customer = event.firstID(of: "customer") { state.customer = customer }
        let time = event.occurredAt.microseconds
        switch type {
        case 0:
            // The first placing counts.
            if state.placedAt != nil { return }
            state.placedAt = time
            let placed = try OrderPlacedView(event.view.data)
            state.channel = placed.channel.text()
            try placed.forEachAttributes {
                state.dimensions.set($0.name, to: $0.value, besides: PromiseModel.ownDimensions)
            }
        case 1: state.cancel(at: time)
        case 2: state.deliver(at: time)
        default: state.promise(try DeliveryPromisedView(event.view.data), at: time)
        }
    }

    // MARK: Contributions

    func contribute(_ order: PromiseState, of entity: Tag, to contributions: inout Contributions) throws {
        let id = String(entity.id)
        let strays = StrayPromises(order)
        if let first = strays.all.first {
            contributions.put(strays.encoded, at: TimedKey.make([PromiseModel.strays], at: first.madeAt, id: id))
        }
        guard let placedAt = order.placedAt else { return }
        guard let due = order.firstDue else {
            return contributions.put([1], at: TimedKey.make([PromiseModel.unpromised], at: placedAt, id: id))
        }
        contributions.put(
            PromiseRow.make(order, placedAt: placedAt, firstDue: due),
            at: TimedKey.make([PromiseModel.promises], at: due, id: id))
        if !order.customer.isEmpty { Self.count("customer", in: &contributions) }
        if !order.channel.isEmpty { Self.count("channel", in: &contributions) }
        for pair in order.dimensions.pairs { Self.count(pair.name, in: &contributions) }
    }

    /// Counts an order that has a value of a dimension.
    private static func count(_ dimension: String, in contributions: inout Contributions) {
        let total = contributions.total(PromiseModel.dimensions, dimension, columns: 1)
        contributions.add(1, to: 0, of: total)
    }
}
