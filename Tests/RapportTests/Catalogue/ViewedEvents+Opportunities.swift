import LMDB
@testable import Rapport

extension OpportunityOpened: ViewedEvent {
    static let singularMessages: Set<UInt64> = [6 << 3 | 2, 7 << 3 | 2]

    init(random: inout RandomEvents) {
        self.init()
        opportunityID = random.text()
        customerID = random.text()
        pipelineID = random.text()
        pipelineVersion = random.uint32()
        stage = random.text()
        if random.chance(2) { amount = random.money() }
        if random.chance(2) { closeDate = random.localDate() }
        origin = random.text()
        owner = random.text()
        attributes = random.several { $0.attribute() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("opportunityID", opportunityID)
        list.text("customerID", customerID)
        list.text("pipelineID", pipelineID)
        list.number("pipelineVersion", pipelineVersion)
        list.text("stage", stage)
        if hasAmount { list.mark("amount") }
        list.number("amount.minorUnits", amount.minorUnits)
        list.text("amount.currency", amount.currency)
        if hasCloseDate { list.mark("closeDate") }
        list.text("closeDate.date", closeDate.date)
        list.text("closeDate.timeZone", closeDate.timeZone)
        list.text("origin", origin)
        list.text("owner", owner)
        for attribute in attributes {
            list.text("attribute.name", attribute.name)
            list.text("attribute.value", attribute.value)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try OpportunityOpenedView(bytes.rawSpan)
        var list = FieldList()
        list.text("opportunityID", view.opportunityID)
        list.text("customerID", view.customerID)
        list.text("pipelineID", view.pipelineID)
        list.number("pipelineVersion", view.pipelineVersion)
        list.text("stage", view.stage)
        if view.hasAmount { list.mark("amount") }
        list.number("amount.minorUnits", view.amount.minorUnits)
        list.text("amount.currency", view.amount.currency)
        if view.hasCloseDate { list.mark("closeDate") }
        list.text("closeDate.date", view.closeDate.date)
        list.text("closeDate.timeZone", view.closeDate.timeZone)
        list.text("origin", view.origin)
        list.text("owner", view.owner)
        try view.forEachAttributes { attribute in
            list.text("attribute.name", attribute.name)
            list.text("attribute.value", attribute.value)
        }
        return list
    }
}

extension OpportunityStageChanged: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        opportunityID = random.text()
        fromStage = random.text()
        toStage = random.text()
        reason = random.text()
        evidence = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("opportunityID", opportunityID)
        list.text("fromStage", fromStage)
        list.text("toStage", toStage)
        list.text("reason", reason)
        list.text("evidence", evidence)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try OpportunityStageChangedView(bytes.rawSpan)
        var list = FieldList()
        list.text("opportunityID", view.opportunityID)
        list.text("fromStage", view.fromStage)
        list.text("toStage", view.toStage)
        list.text("reason", view.reason)
        list.text("evidence", view.evidence)
        return list
    }
}

extension OpportunityAmountRevised: ViewedEvent {
    static let singularMessages: Set<UInt64> = [2 << 3 | 2, 3 << 3 | 2]

    init(random: inout RandomEvents) {
        self.init()
        opportunityID = random.text()
        if random.chance(2) { from = random.money() }
        if random.chance(2) { to = random.money() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("opportunityID", opportunityID)
        if hasFrom { list.mark("from") }
        list.number("from.minorUnits", from.minorUnits)
        list.text("from.currency", from.currency)
        if hasTo { list.mark("to") }
        list.number("to.minorUnits", to.minorUnits)
        list.text("to.currency", to.currency)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try OpportunityAmountRevisedView(bytes.rawSpan)
        var list = FieldList()
        list.text("opportunityID", view.opportunityID)
        if view.hasFrom { list.mark("from") }
        list.number("from.minorUnits", view.from.minorUnits)
        list.text("from.currency", view.from.currency)
        if view.hasTo { list.mark("to") }
        list.number("to.minorUnits", view.to.minorUnits)
        list.text("to.currency", view.to.currency)
        return list
    }
}

extension OpportunityCloseDateMoved: ViewedEvent {
    static let singularMessages: Set<UInt64> = [2 << 3 | 2, 3 << 3 | 2]

    init(random: inout RandomEvents) {
        self.init()
        opportunityID = random.text()
        if random.chance(2) { from = random.localDate() }
        if random.chance(2) { to = random.localDate() }
        reason = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("opportunityID", opportunityID)
        if hasFrom { list.mark("from") }
        list.text("from.date", from.date)
        list.text("from.timeZone", from.timeZone)
        if hasTo { list.mark("to") }
        list.text("to.date", to.date)
        list.text("to.timeZone", to.timeZone)
        list.text("reason", reason)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try OpportunityCloseDateMovedView(bytes.rawSpan)
        var list = FieldList()
        list.text("opportunityID", view.opportunityID)
        if view.hasFrom { list.mark("from") }
        list.text("from.date", view.from.date)
        list.text("from.timeZone", view.from.timeZone)
        if view.hasTo { list.mark("to") }
        list.text("to.date", view.to.date)
        list.text("to.timeZone", view.to.timeZone)
        list.text("reason", view.reason)
        return list
    }
}

extension OpportunityOwnerChanged: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        opportunityID = random.text()
        from = random.text()
        to = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("opportunityID", opportunityID)
        list.text("from", from)
        list.text("to", to)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try OpportunityOwnerChangedView(bytes.rawSpan)
        var list = FieldList()
        list.text("opportunityID", view.opportunityID)
        list.text("from", view.from)
        list.text("to", view.to)
        return list
    }
}

extension OpportunityWon: ViewedEvent {
    static let singularMessages: Set<UInt64> = [2 << 3 | 2]

    init(random: inout RandomEvents) {
        self.init()
        opportunityID = random.text()
        if random.chance(2) { amount = random.money() }
        contractID = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("opportunityID", opportunityID)
        if hasAmount { list.mark("amount") }
        list.number("amount.minorUnits", amount.minorUnits)
        list.text("amount.currency", amount.currency)
        list.text("contractID", contractID)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try OpportunityWonView(bytes.rawSpan)
        var list = FieldList()
        list.text("opportunityID", view.opportunityID)
        if view.hasAmount { list.mark("amount") }
        list.number("amount.minorUnits", view.amount.minorUnits)
        list.text("amount.currency", view.amount.currency)
        list.text("contractID", view.contractID)
        return list
    }
}

extension OpportunityLost: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        opportunityID = random.text()
        reason = random.text()
        competitor = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("opportunityID", opportunityID)
        list.text("reason", reason)
        list.text("competitor", competitor)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try OpportunityLostView(bytes.rawSpan)
        var list = FieldList()
        list.text("opportunityID", view.opportunityID)
        list.text("reason", view.reason)
        list.text("competitor", view.competitor)
        return list
    }
}

extension OpportunityReopened: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        opportunityID = random.text()
        toStage = random.text()
        reason = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("opportunityID", opportunityID)
        list.text("toStage", toStage)
        list.text("reason", reason)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try OpportunityReopenedView(bytes.rawSpan)
        var list = FieldList()
        list.text("opportunityID", view.opportunityID)
        list.text("toStage", view.toStage)
        list.text("reason", view.reason)
        return list
    }
}
