import LMDB
@testable import Rapport

extension FunnelDefined: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        funnelID = random.text()
        version = random.uint32()
        definition = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("funnelID", funnelID)
        list.number("version", version)
        list.text("definition", definition)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try FunnelDefinedView(bytes.rawSpan)
        var list = FieldList()
        list.text("funnelID", view.funnelID)
        list.number("version", view.version)
        list.text("definition", view.definition)
        return list
    }
}

extension FunnelRetired: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        funnelID = random.text()
        reason = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("funnelID", funnelID)
        list.text("reason", reason)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try FunnelRetiredView(bytes.rawSpan)
        var list = FieldList()
        list.text("funnelID", view.funnelID)
        list.text("reason", view.reason)
        return list
    }
}
