import LMDB
@testable import Rapport

extension WorkingCalendarDefined: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        calendarID = random.text()
        version = random.uint32()
        definition = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("calendarID", calendarID)
        list.number("version", version)
        list.text("definition", definition)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try WorkingCalendarDefinedView(bytes.rawSpan)
        var list = FieldList()
        list.text("calendarID", view.calendarID)
        list.number("version", view.version)
        list.text("definition", view.definition)
        return list
    }
}

extension ServiceLevelDefined: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        serviceLevelID = random.text()
        version = random.uint32()
        definition = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("serviceLevelID", serviceLevelID)
        list.number("version", version)
        list.text("definition", definition)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try ServiceLevelDefinedView(bytes.rawSpan)
        var list = FieldList()
        list.text("serviceLevelID", view.serviceLevelID)
        list.number("version", view.version)
        list.text("definition", view.definition)
        return list
    }
}

extension ServiceLevelRetired: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        serviceLevelID = random.text()
        reason = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("serviceLevelID", serviceLevelID)
        list.text("reason", reason)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try ServiceLevelRetiredView(bytes.rawSpan)
        var list = FieldList()
        list.text("serviceLevelID", view.serviceLevelID)
        list.text("reason", view.reason)
        return list
    }
}

extension ServiceCostAttributed: ViewedEvent {
    static let singularMessages: Set<UInt64> = [2 << 3 | 2]

    init(random: inout RandomEvents) {
        self.init()
        customerID = random.text()
        if random.chance(2) { amount = random.money() }
        driver = random.text()
        causeRef = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("customerID", customerID)
        if hasAmount { list.mark("amount") }
        list.number("amount.minorUnits", amount.minorUnits)
        list.text("amount.currency", amount.currency)
        list.text("driver", driver)
        list.text("causeRef", causeRef)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try ServiceCostAttributedView(bytes.rawSpan)
        var list = FieldList()
        list.text("customerID", view.customerID)
        if view.hasAmount { list.mark("amount") }
        list.number("amount.minorUnits", view.amount.minorUnits)
        list.text("amount.currency", view.amount.currency)
        list.text("driver", view.driver)
        list.text("causeRef", view.causeRef)
        return list
    }
}
