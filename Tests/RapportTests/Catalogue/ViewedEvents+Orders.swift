import LMDB
@testable import Rapport

extension OrderLine {
    /// The keys of its fields that hold one message.
    fileprivate static let singularMessages: Set<UInt64> = [3 << 3 | 2, 4 << 3 | 2]
}

extension FieldList {
    fileprivate mutating func line(_ line: OrderLine) {
        text("line.sku", line.sku)
        number("line.quantityMilli", line.quantityMilli)
        if line.hasNet { mark("line.net") }
        number("line.net.minorUnits", line.net.minorUnits)
        text("line.net.currency", line.net.currency)
        if line.hasCost { mark("line.cost") }
        number("line.cost.minorUnits", line.cost.minorUnits)
        text("line.cost.currency", line.cost.currency)
    }

    fileprivate mutating func line(_ line: borrowing OrderLineView) {
        text("line.sku", line.sku)
        number("line.quantityMilli", line.quantityMilli)
        if line.hasNet { mark("line.net") }
        number("line.net.minorUnits", line.net.minorUnits)
        text("line.net.currency", line.net.currency)
        if line.hasCost { mark("line.cost") }
        number("line.cost.minorUnits", line.cost.minorUnits)
        text("line.cost.currency", line.cost.currency)
    }
}

extension OrderPlaced: ViewedEvent {
    static let singularMessagesInLists: [UInt64: Set<UInt64>] = [3 << 3 | 2: OrderLine.singularMessages]

    init(random: inout RandomEvents) {
        self.init()
        orderID = random.text()
        customerID = random.text()
        lines = random.several { $0.orderLine() }
        channel = random.text()
        origin = random.text()
        attributes = random.several { $0.attribute() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("orderID", orderID)
        list.text("customerID", customerID)
        list.text("channel", channel)
        list.text("origin", origin)
        for line in lines { list.line(line) }
        for attribute in attributes {
            list.text("attribute.name", attribute.name)
            list.text("attribute.value", attribute.value)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try OrderPlacedView(bytes.rawSpan)
        var list = FieldList()
        list.text("orderID", view.orderID)
        list.text("customerID", view.customerID)
        list.text("channel", view.channel)
        list.text("origin", view.origin)
        try view.forEachLines { list.line($0) }
        try view.forEachAttributes { attribute in
            list.text("attribute.name", attribute.name)
            list.text("attribute.value", attribute.value)
        }
        return list
    }
}

extension OrderChanged: ViewedEvent {
    static let singularMessagesInLists: [UInt64: Set<UInt64>] = [2 << 3 | 2: OrderLine.singularMessages]

    init(random: inout RandomEvents) {
        self.init()
        orderID = random.text()
        lines = random.several { $0.orderLine() }
        reason = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("orderID", orderID)
        list.text("reason", reason)
        for line in lines { list.line(line) }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try OrderChangedView(bytes.rawSpan)
        var list = FieldList()
        list.text("orderID", view.orderID)
        list.text("reason", view.reason)
        try view.forEachLines { list.line($0) }
        return list
    }
}

extension OrderCancelled: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        orderID = random.text()
        reason = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("orderID", orderID)
        list.text("reason", reason)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try OrderCancelledView(bytes.rawSpan)
        var list = FieldList()
        list.text("orderID", view.orderID)
        list.text("reason", view.reason)
        return list
    }
}

extension OrderDelivered: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        orderID = random.text()
        parcel = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("orderID", orderID)
        list.text("parcel", parcel)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try OrderDeliveredView(bytes.rawSpan)
        var list = FieldList()
        list.text("orderID", view.orderID)
        list.text("parcel", view.parcel)
        return list
    }
}

extension OrderReturned: ViewedEvent {
    static let singularMessagesInLists: [UInt64: Set<UInt64>] = [2 << 3 | 2: OrderLine.singularMessages]

    init(random: inout RandomEvents) {
        self.init()
        orderID = random.text()
        lines = random.several { $0.orderLine() }
        reason = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("orderID", orderID)
        list.text("reason", reason)
        for line in lines { list.line(line) }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try OrderReturnedView(bytes.rawSpan)
        var list = FieldList()
        list.text("orderID", view.orderID)
        list.text("reason", view.reason)
        try view.forEachLines { list.line($0) }
        return list
    }
}

extension DeliveryPromised: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        orderID = random.text()
        promisedAtUs = random.int64()
        confidenceBp = random.uint32()
        replacesUs = random.int64()
        reason = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("orderID", orderID)
        list.number("promisedAtUs", promisedAtUs)
        list.number("confidenceBp", confidenceBp)
        list.number("replacesUs", replacesUs)
        list.text("reason", reason)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try DeliveryPromisedView(bytes.rawSpan)
        var list = FieldList()
        list.text("orderID", view.orderID)
        list.number("promisedAtUs", view.promisedAtUs)
        list.number("confidenceBp", view.confidenceBp)
        list.number("replacesUs", view.replacesUs)
        list.text("reason", view.reason)
        return list
    }
}
