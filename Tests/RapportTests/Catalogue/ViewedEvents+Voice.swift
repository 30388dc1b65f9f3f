import LMDB
@testable import Rapport

extension SurveyInvited: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        surveyID = random.text()
        invitationID = random.text()
        customerID = random.text()
        channel = random.text()
        samplingRule = random.text()
        triggerEventID = random.text()
        dimensions = random.several { $0.surveyDimension() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("surveyID", surveyID)
        list.text("invitationID", invitationID)
        list.text("customerID", customerID)
        list.text("channel", channel)
        list.text("samplingRule", samplingRule)
        list.text("triggerEventID", triggerEventID)
        for dimension in dimensions {
            list.text("dimension.name", dimension.name)
            list.text("dimension.value", dimension.value)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try SurveyInvitedView(bytes.rawSpan)
        var list = FieldList()
        list.text("surveyID", view.surveyID)
        list.text("invitationID", view.invitationID)
        list.text("customerID", view.customerID)
        list.text("channel", view.channel)
        list.text("samplingRule", view.samplingRule)
        list.text("triggerEventID", view.triggerEventID)
        try view.forEachDimensions { dimension in
            list.text("dimension.name", dimension.name)
            list.text("dimension.value", dimension.value)
        }
        return list
    }
}

extension ComplaintRaised: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        complaintID = random.text()
        customerID = random.text()
        theme = random.text()
        severity = random.text()
        riskClass = random.text()
        caseID = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("complaintID", complaintID)
        list.text("customerID", customerID)
        list.text("theme", theme)
        list.text("severity", severity)
        list.text("riskClass", riskClass)
        list.text("caseID", caseID)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try ComplaintRaisedView(bytes.rawSpan)
        var list = FieldList()
        list.text("complaintID", view.complaintID)
        list.text("customerID", view.customerID)
        list.text("theme", view.theme)
        list.text("severity", view.severity)
        list.text("riskClass", view.riskClass)
        list.text("caseID", view.caseID)
        return list
    }
}

extension SuggestionSubmitted: ViewedEvent {
    static let singularMessages: Set<UInt64> = [5 << 3 | 2]

    init(random: inout RandomEvents) {
        self.init()
        suggestionID = random.text()
        customerID = random.text()
        kind = random.text()
        theme = random.text()
        if random.chance(2) { estimatedValue = random.money() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("suggestionID", suggestionID)
        list.text("customerID", customerID)
        list.text("kind", kind)
        list.text("theme", theme)
        if hasEstimatedValue { list.mark("estimatedValue") }
        list.number("estimatedValue.minorUnits", estimatedValue.minorUnits)
        list.text("estimatedValue.currency", estimatedValue.currency)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try SuggestionSubmittedView(bytes.rawSpan)
        var list = FieldList()
        list.text("suggestionID", view.suggestionID)
        list.text("customerID", view.customerID)
        list.text("kind", view.kind)
        list.text("theme", view.theme)
        if view.hasEstimatedValue { list.mark("estimatedValue") }
        list.number("estimatedValue.minorUnits", view.estimatedValue.minorUnits)
        list.text("estimatedValue.currency", view.estimatedValue.currency)
        return list
    }
}

extension SuggestionDecided: ViewedEvent {
    static let singularMessages: Set<UInt64> = [5 << 3 | 2]

    init(random: inout RandomEvents) {
        self.init()
        suggestionID = random.text()
        customerID = random.text()
        decision = random.value()
        changeRef = random.text()
        if random.chance(2) { estimatedBenefit = random.money() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("suggestionID", suggestionID)
        list.text("customerID", customerID)
        list.number("decision", decision.rawValue)
        list.text("changeRef", changeRef)
        if hasEstimatedBenefit { list.mark("estimatedBenefit") }
        list.number("estimatedBenefit.minorUnits", estimatedBenefit.minorUnits)
        list.text("estimatedBenefit.currency", estimatedBenefit.currency)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try SuggestionDecidedView(bytes.rawSpan)
        var list = FieldList()
        list.text("suggestionID", view.suggestionID)
        list.text("customerID", view.customerID)
        list.number("decision", view.decision.rawValue)
        list.text("changeRef", view.changeRef)
        if view.hasEstimatedBenefit { list.mark("estimatedBenefit") }
        list.number("estimatedBenefit.minorUnits", view.estimatedBenefit.minorUnits)
        list.text("estimatedBenefit.currency", view.estimatedBenefit.currency)
        return list
    }
}

extension FeedbackLoopClosed: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        customerID = random.text()
        ofEventID = random.text()
        toldVia = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("customerID", customerID)
        list.text("ofEventID", ofEventID)
        list.text("toldVia", toldVia)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try FeedbackLoopClosedView(bytes.rawSpan)
        var list = FieldList()
        list.text("customerID", view.customerID)
        list.text("ofEventID", view.ofEventID)
        list.text("toldVia", view.toldVia)
        return list
    }
}

extension ReferralMade: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        customerID = random.text()
        refereeID = random.text()
        channel = random.text()
        outcomeRef = random.text()
        attributes = random.several { $0.attribute() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("customerID", customerID)
        list.text("refereeID", refereeID)
        list.text("channel", channel)
        list.text("outcomeRef", outcomeRef)
        for attribute in attributes {
            list.text("attribute.name", attribute.name)
            list.text("attribute.value", attribute.value)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try ReferralMadeView(bytes.rawSpan)
        var list = FieldList()
        list.text("customerID", view.customerID)
        list.text("refereeID", view.refereeID)
        list.text("channel", view.channel)
        list.text("outcomeRef", view.outcomeRef)
        try view.forEachAttributes { attribute in
            list.text("attribute.name", attribute.name)
            list.text("attribute.value", attribute.value)
        }
        return list
    }
}
