import LMDB
@testable import Rapport

extension SubjectErased: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        subjectIds = random.several { $0.text() }
        requestEventID = random.text()
        reason = random.text()
        retained = random.several { $0.retainedCategory() }
    }

    var fields: FieldList {
        var list = FieldList()
        for id in subjectIds { list.text("subjectID", id) }
        list.text("requestEventID", requestEventID)
        list.text("reason", reason)
        for category in retained {
            list.text("retained.category", category.category)
            list.text("retained.lawRef", category.lawRef)
            list.number("retained.untilUs", category.untilUs)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try SubjectErasedView(bytes.rawSpan)
        var list = FieldList()
        try view.forEachSubjectIds { list.text("subjectID", $0) }
        list.text("requestEventID", view.requestEventID)
        list.text("reason", view.reason)
        try view.forEachRetained { category in
            list.text("retained.category", category.category)
            list.text("retained.lawRef", category.lawRef)
            list.number("retained.untilUs", category.untilUs)
        }
        return list
    }
}

extension KeyDestroyed: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        erasureEventIds = random.several { $0.text() }
        keyCount = UInt64(bitPattern: random.int64())
        epoch = UInt64(bitPattern: random.int64())
        verified = random.several { $0.verifiedReadModel() }
    }

    var fields: FieldList {
        var list = FieldList()
        for id in erasureEventIds { list.text("erasureEventID", id) }
        list.number("keyCount", keyCount)
        list.number("epoch", epoch)
        for model in verified {
            list.text("verified.name", model.name)
            list.number("verified.version", model.version)
            list.number("verified.position", model.position)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try KeyDestroyedView(bytes.rawSpan)
        var list = FieldList()
        try view.forEachErasureEventIds { list.text("erasureEventID", $0) }
        list.number("keyCount", view.keyCount)
        list.number("epoch", view.epoch)
        try view.forEachVerified { model in
            list.text("verified.name", model.name)
            list.number("verified.version", model.version)
            list.number("verified.position", model.position)
        }
        return list
    }
}

extension LegalHoldPlaced: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        subjectID = random.text()
        matter = random.text()
        untilUs = random.int64()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("subjectID", subjectID)
        list.text("matter", matter)
        list.number("untilUs", untilUs)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try LegalHoldPlacedView(bytes.rawSpan)
        var list = FieldList()
        list.text("subjectID", view.subjectID)
        list.text("matter", view.matter)
        list.number("untilUs", view.untilUs)
        return list
    }
}

extension LegalHoldReleased: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        subjectID = random.text()
        matter = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("subjectID", subjectID)
        list.text("matter", matter)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try LegalHoldReleasedView(bytes.rawSpan)
        var list = FieldList()
        list.text("subjectID", view.subjectID)
        list.text("matter", view.matter)
        return list
    }
}

extension RetentionPolicySet: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        category = random.text()
        rule = random.value()
        days = random.uint32()
        lawRef = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("category", category)
        list.number("rule", rule.rawValue)
        list.number("days", days)
        list.text("lawRef", lawRef)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try RetentionPolicySetView(bytes.rawSpan)
        var list = FieldList()
        list.text("category", view.category)
        list.number("rule", view.rule.rawValue)
        list.number("days", view.days)
        list.text("lawRef", view.lawRef)
        return list
    }
}
