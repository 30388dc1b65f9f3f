import LMDB
@testable import Rapport

extension CaseOpened: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        caseID = random.text()
        customerID = random.text()
        channel = random.text()
        category = random.text()
        severity = random.text()
        productSerial = random.text()
        attributes = random.several { $0.attribute() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("caseID", caseID)
        list.text("customerID", customerID)
        list.text("channel", channel)
        list.text("category", category)
        list.text("severity", severity)
        list.text("productSerial", productSerial)
        for attribute in attributes {
            list.text("attribute.name", attribute.name)
            list.text("attribute.value", attribute.value)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try CaseOpenedView(bytes.rawSpan)
        var list = FieldList()
        list.text("caseID", view.caseID)
        list.text("customerID", view.customerID)
        list.text("channel", view.channel)
        list.text("category", view.category)
        list.text("severity", view.severity)
        list.text("productSerial", view.productSerial)
        try view.forEachAttributes { attribute in
            list.text("attribute.name", attribute.name)
            list.text("attribute.value", attribute.value)
        }
        return list
    }
}

extension CaseClassified: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        caseID = random.text()
        severity = random.text()
        category = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("caseID", caseID)
        list.text("severity", severity)
        list.text("category", category)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try CaseClassifiedView(bytes.rawSpan)
        var list = FieldList()
        list.text("caseID", view.caseID)
        list.text("severity", view.severity)
        list.text("category", view.category)
        return list
    }
}

extension CaseAssigned: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        caseID = random.text()
        to = random.text()
        skill = random.text()
        queue = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("caseID", caseID)
        list.text("to", to)
        list.text("skill", skill)
        list.text("queue", queue)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try CaseAssignedView(bytes.rawSpan)
        var list = FieldList()
        list.text("caseID", view.caseID)
        list.text("to", view.to)
        list.text("skill", view.skill)
        list.text("queue", view.queue)
        return list
    }
}

extension CaseResponded: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        caseID = random.text()
        by = random.text()
        channel = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("caseID", caseID)
        list.text("by", by)
        list.text("channel", channel)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try CaseRespondedView(bytes.rawSpan)
        var list = FieldList()
        list.text("caseID", view.caseID)
        list.text("by", view.by)
        list.text("channel", view.channel)
        return list
    }
}

extension CaseWaiting: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        caseID = random.text()
        on = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("caseID", caseID)
        list.text("on", on)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try CaseWaitingView(bytes.rawSpan)
        var list = FieldList()
        list.text("caseID", view.caseID)
        list.text("on", view.on)
        return list
    }
}

extension CaseResolved: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        caseID = random.text()
        resolution = random.text()
        rootCause = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("caseID", caseID)
        list.text("resolution", resolution)
        list.text("rootCause", rootCause)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try CaseResolvedView(bytes.rawSpan)
        var list = FieldList()
        list.text("caseID", view.caseID)
        list.text("resolution", view.resolution)
        list.text("rootCause", view.rootCause)
        return list
    }
}

extension CaseReopened: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        caseID = random.text()
        reason = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("caseID", caseID)
        list.text("reason", reason)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try CaseReopenedView(bytes.rawSpan)
        var list = FieldList()
        list.text("caseID", view.caseID)
        list.text("reason", view.reason)
        return list
    }
}

extension CaseClosed: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        caseID = random.text()
        outcome = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("caseID", caseID)
        list.text("outcome", outcome)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try CaseClosedView(bytes.rawSpan)
        var list = FieldList()
        list.text("caseID", view.caseID)
        list.text("outcome", view.outcome)
        return list
    }
}
