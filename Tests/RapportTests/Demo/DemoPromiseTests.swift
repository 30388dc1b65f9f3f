import EventLog
import Rapport
import SwiftProtobuf
import Testing

/// What the made-up company promises: until when orders arrive, and how soon cases are solved.
@Suite struct DemoPromiseTests {
    /// An order as far as promises are concerned; times are microseconds UTC.
    private struct Order {
        var placedAt: Int64?
        var deliveredAt: Int64?
        var promises: [DeliveryPromised] = []
    }

    private static func orders() throws -> [String: Order] {
        var orders: [String: Order] = [:]
        for event in try DemoHistory.long().events {
            guard let tag = event.tags.first(where: { $0.kind == "order" }) else { continue }
            var order = orders[tag.text] ?? Order()
            let time = event.occurredAt.microseconds
            switch event.type {
            case OrderPlaced.eventType: order.placedAt = time
            case OrderDelivered.eventType: order.deliveredAt = order.deliveredAt ?? time
            case DeliveryPromised.eventType:
                // As they are written down: after the order, and never when it has arrived.
                #expect(order.placedAt != nil && order.deliveredAt == nil)
                order.promises.append(try DeliveryPromised(serializedBytes: event.data))
            default: break
            }
            orders[tag.text] = order
        }
        return orders
    }

    @Test("most orders have a promise; some are moved, some broken, and each change names what it replaces")
    func promises() throws {
        let orders = try Self.orders()
        let promised = orders.values.filter { $0.promises.isEmpty == false }
        #expect((50...80).contains(promised.count * 100 / orders.count))
        let moved = promised.filter { $0.promises.count > 1 }
        #expect((5...25).contains(moved.count * 100 / promised.count))
        for order in promised {
            #expect(order.promises.count <= 2 && order.promises[0].replacesUs == 0)
            for (before, after) in zip(order.promises, order.promises.dropFirst()) {
                #expect(after.replacesUs == before.promisedAtUs && after.promisedAtUs > before.promisedAtUs)
            }
        }
        let kept = promised.compactMap { order in order.deliveredAt.map { $0 <= order.promises[0].promisedAtUs } }
        #expect((65...95).contains(kept.count(where: { $0 }) * 100 / kept.count))
    }

    @Test("a calendar and two service levels are defined at the beginning, as if they had been saved")
    func serviceLevels() throws {
        let history = try DemoHistory.long()
        let calendars = try history.all(WorkingCalendarDefined.self).map {
            try WorkingCalendar(yaml: $0.message.definition)
        }
        let levels = try history.all(ServiceLevelDefined.self).map { try ServiceLevel(yaml: $0.message.definition) }
        #expect(calendars.map(\.name) == ["service-desk"])
        #expect(levels.map(\.name) == ["standard", "machines"])
        #expect(levels.map(\.calendar) == ["service-desk", nil])
        for calendar in calendars { try calendar.check() }
        for level in levels { try level.check() }
        let types = [WorkingCalendarDefined.eventType, ServiceLevelDefined.eventType]
        let places = history.events.indices.filter { types.contains(history.events[$0].type) }
        #expect(places.allSatisfy { $0 < 1000 })
    }
}
