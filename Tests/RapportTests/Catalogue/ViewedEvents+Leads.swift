import LMDB
@testable import Rapport

extension LeadCaptured: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        leadID = random.text()
        source = random.text()
        medium = random.text()
        form = random.text()
        organisationName = random.text()
        payloadRef = random.text()
        attributes = random.several { $0.attribute() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("leadID", leadID)
        list.text("source", source)
        list.text("medium", medium)
        list.text("form", form)
        list.text("organisationName", organisationName)
        list.text("payloadRef", payloadRef)
        for attribute in attributes {
            list.text("attribute.name", attribute.name)
            list.text("attribute.value", attribute.value)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try LeadCapturedView(bytes.rawSpan)
        var list = FieldList()
        list.text("leadID", view.leadID)
        list.text("source", view.source)
        list.text("medium", view.medium)
        list.text("form", view.form)
        list.text("organisationName", view.organisationName)
        list.text("payloadRef", view.payloadRef)
        try view.forEachAttributes { attribute in
            list.text("attribute.name", attribute.name)
            list.text("attribute.value", attribute.value)
        }
        return list
    }
}

extension LeadScored: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        leadID = random.text()
        model = random.text()
        version = random.uint32()
        scoreBp = random.uint32()
        factors = random.several { $0.attribute() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("leadID", leadID)
        list.text("model", model)
        list.number("version", version)
        list.number("scoreBp", scoreBp)
        for factor in factors {
            list.text("factor.name", factor.name)
            list.text("factor.value", factor.value)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try LeadScoredView(bytes.rawSpan)
        var list = FieldList()
        list.text("leadID", view.leadID)
        list.text("model", view.model)
        list.number("version", view.version)
        list.number("scoreBp", view.scoreBp)
        try view.forEachFactors { factor in
            list.text("factor.name", factor.name)
            list.text("factor.value", factor.value)
        }
        return list
    }
}

extension LeadAssigned: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        leadID = random.text()
        to = random.text()
        rule = random.text()
        respondByUs = random.int64()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("leadID", leadID)
        list.text("to", to)
        list.text("rule", rule)
        list.number("respondByUs", respondByUs)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try LeadAssignedView(bytes.rawSpan)
        var list = FieldList()
        list.text("leadID", view.leadID)
        list.text("to", view.to)
        list.text("rule", view.rule)
        list.number("respondByUs", view.respondByUs)
        return list
    }
}

extension LeadQualified: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        leadID = random.text()
        framework = random.text()
        answers = random.several { $0.attribute() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("leadID", leadID)
        list.text("framework", framework)
        for answer in answers {
            list.text("answer.name", answer.name)
            list.text("answer.value", answer.value)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try LeadQualifiedView(bytes.rawSpan)
        var list = FieldList()
        list.text("leadID", view.leadID)
        list.text("framework", view.framework)
        try view.forEachAnswers { answer in
            list.text("answer.name", answer.name)
            list.text("answer.value", answer.value)
        }
        return list
    }
}

extension LeadDisqualified: ViewedEvent {
    static let singularMessages: Set<UInt64> = [3 << 3 | 2]

    init(random: inout RandomEvents) {
        self.init()
        leadID = random.text()
        reason = random.text()
        if random.chance(2) { recycleAt = random.localDate() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("leadID", leadID)
        list.text("reason", reason)
        if hasRecycleAt { list.mark("recycleAt") }
        list.text("recycleAt.date", recycleAt.date)
        list.text("recycleAt.timeZone", recycleAt.timeZone)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try LeadDisqualifiedView(bytes.rawSpan)
        var list = FieldList()
        list.text("leadID", view.leadID)
        list.text("reason", view.reason)
        if view.hasRecycleAt { list.mark("recycleAt") }
        list.text("recycleAt.date", view.recycleAt.date)
        list.text("recycleAt.timeZone", view.recycleAt.timeZone)
        return list
    }
}

extension LeadConverted: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        leadID = random.text()
        customerID = random.text()
        opportunityID = random.text()
        isExistingOpportunity = random.chance(2)
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("leadID", leadID)
        list.text("customerID", customerID)
        list.text("opportunityID", opportunityID)
        list.flag("isExistingOpportunity", isExistingOpportunity)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try LeadConvertedView(bytes.rawSpan)
        var list = FieldList()
        list.text("leadID", view.leadID)
        list.text("customerID", view.customerID)
        list.text("opportunityID", view.opportunityID)
        list.flag("isExistingOpportunity", view.isExistingOpportunity)
        return list
    }
}

extension TouchpointRecorded: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        customerID = random.text()
        name = random.text()
        channel = random.text()
        session = random.text()
        page = random.text()
        campaign = random.text()
        properties = random.several { $0.attribute() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("customerID", customerID)
        list.text("name", name)
        list.text("channel", channel)
        list.text("session", session)
        list.text("page", page)
        list.text("campaign", campaign)
        for property in properties {
            list.text("property.name", property.name)
            list.text("property.value", property.value)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try TouchpointRecordedView(bytes.rawSpan)
        var list = FieldList()
        list.text("customerID", view.customerID)
        list.text("name", view.name)
        list.text("channel", view.channel)
        list.text("session", view.session)
        list.text("page", view.page)
        list.text("campaign", view.campaign)
        try view.forEachProperties { property in
            list.text("property.name", property.name)
            list.text("property.value", property.value)
        }
        return list
    }
}
