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
