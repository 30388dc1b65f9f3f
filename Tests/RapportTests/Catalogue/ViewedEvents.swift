import LMDB
@testable import Rapport

extension CustomerRegistered: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        customerID = random.text()
        kind = random.value()
        channel = random.text()
        organisationName = random.text()
        attributes = random.several { $0.attribute() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("customerID", customerID)
        list.number("kind", kind.rawValue)
        list.text("channel", channel)
        list.text("organisationName", organisationName)
        for attribute in attributes {
            list.text("attribute.name", attribute.name)
            list.text("attribute.value", attribute.value)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try CustomerRegisteredView(bytes.rawSpan)
        var list = FieldList()
        list.text("customerID", view.customerID)
        list.number("kind", view.kind.rawValue)
        list.text("channel", view.channel)
        list.text("organisationName", view.organisationName)
        try view.forEachAttributes { attribute in
            list.text("attribute.name", attribute.name)
            list.text("attribute.value", attribute.value)
        }
        return list
    }
}

extension CustomerProfileChanged: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        customerID = random.text()
        changes = random.several { $0.fieldChange() }
        reason = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("customerID", customerID)
        list.text("reason", reason)
        for change in changes {
            list.text("change.field", change.field)
            list.text("change.value", change.value)
            list.text("change.precision", change.precision)
            list.text("change.evidence", change.evidence)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try CustomerProfileChangedView(bytes.rawSpan)
        var list = FieldList()
        list.text("customerID", view.customerID)
        list.text("reason", view.reason)
        try view.forEachChanges { change in
            list.text("change.field", change.field)
            list.text("change.value", change.value)
            list.text("change.precision", change.precision)
            list.text("change.evidence", change.evidence)
        }
        return list
    }
}

extension IdentifierLinked: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        customerID = random.text()
        type = random.value()
        rule = random.text()
        confidenceBp = random.uint32()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("customerID", customerID)
        list.number("type", type.rawValue)
        list.text("rule", rule)
        list.number("confidenceBp", confidenceBp)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try IdentifierLinkedView(bytes.rawSpan)
        var list = FieldList()
        list.text("customerID", view.customerID)
        list.number("type", view.type.rawValue)
        list.text("rule", view.rule)
        list.number("confidenceBp", view.confidenceBp)
        return list
    }
}

extension IdentifierUnlinked: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        customerID = random.text()
        linkEventID = random.text()
        reason = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("customerID", customerID)
        list.text("linkEventID", linkEventID)
        list.text("reason", reason)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try IdentifierUnlinkedView(bytes.rawSpan)
        var list = FieldList()
        list.text("customerID", view.customerID)
        list.text("linkEventID", view.linkEventID)
        list.text("reason", view.reason)
        return list
    }
}

extension InteractionLogged: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        interactionID = random.text()
        customerID = random.text()
        channel = random.text()
        direction = random.value()
        purpose = random.value()
        durationMs = random.int64()
        counterpart = random.text()
        documentRef = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("interactionID", interactionID)
        list.text("customerID", customerID)
        list.text("channel", channel)
        list.number("direction", direction.rawValue)
        list.number("purpose", purpose.rawValue)
        list.number("durationMs", durationMs)
        list.text("counterpart", counterpart)
        list.text("documentRef", documentRef)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try InteractionLoggedView(bytes.rawSpan)
        var list = FieldList()
        list.text("interactionID", view.interactionID)
        list.text("customerID", view.customerID)
        list.text("channel", view.channel)
        list.number("direction", view.direction.rawValue)
        list.number("purpose", view.purpose.rawValue)
        list.number("durationMs", view.durationMs)
        list.text("counterpart", view.counterpart)
        list.text("documentRef", view.documentRef)
        return list
    }
}

extension PipelineDefined: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        pipelineID = random.text()
        version = random.uint32()
        stages = random.several { $0.pipelineStage() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("pipelineID", pipelineID)
        list.number("version", version)
        for stage in stages {
            list.text("stage.id", stage.id)
            list.number("stage.order", stage.order)
            list.number("stage.probabilityBp", stage.probabilityBp)
            list.text("stage.forecastCategory", stage.forecastCategory)
            list.number("stage.rotAfterMs", stage.rotAfterMs)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try PipelineDefinedView(bytes.rawSpan)
        var list = FieldList()
        list.text("pipelineID", view.pipelineID)
        list.number("version", view.version)
        try view.forEachStages { stage in
            list.text("stage.id", stage.id)
            list.number("stage.order", stage.order)
            list.number("stage.probabilityBp", stage.probabilityBp)
            list.text("stage.forecastCategory", stage.forecastCategory)
            list.number("stage.rotAfterMs", stage.rotAfterMs)
        }
        return list
    }
}

extension SurveyAnswered: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        surveyID = random.text()
        responseID = random.text()
        invitationID = random.text()
        customerID = random.text()
        answers = random.several { $0.surveyAnswer() }
        dimensions = random.several { $0.surveyDimension() }
        language = random.text()
        latencyMs = random.int64()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("surveyID", surveyID)
        list.text("responseID", responseID)
        list.text("invitationID", invitationID)
        list.text("customerID", customerID)
        list.text("language", language)
        list.number("latencyMs", latencyMs)
        for answer in answers {
            list.text("answer.question", answer.question)
            list.number("answer.metric", answer.metric.rawValue)
            switch answer.result {
            case .score(let score): list.number("answer.score", score)
            case .noAnswer(let noAnswer): list.number("answer.noAnswer", noAnswer.rawValue)
            case nil: break
            }
            list.number("answer.scaleMin", answer.scaleMin)
            list.number("answer.scaleMax", answer.scaleMax)
        }
        for dimension in dimensions {
            list.text("dimension.name", dimension.name)
            list.text("dimension.value", dimension.value)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try SurveyAnsweredView(bytes.rawSpan)
        var list = FieldList()
        list.text("surveyID", view.surveyID)
        list.text("responseID", view.responseID)
        list.text("invitationID", view.invitationID)
        list.text("customerID", view.customerID)
        list.text("language", view.language)
        list.number("latencyMs", view.latencyMs)
        try view.forEachAnswers { answer in
            list.text("answer.question", answer.question)
            list.number("answer.metric", answer.metric.rawValue)
            if let score = answer.score { list.number("answer.score", score) }
            if let noAnswer = answer.noAnswer { list.number("answer.noAnswer", noAnswer.rawValue) }
            list.number("answer.scaleMin", answer.scaleMin)
            list.number("answer.scaleMax", answer.scaleMax)
        }
        try view.forEachDimensions { dimension in
            list.text("dimension.name", dimension.name)
            list.text("dimension.value", dimension.value)
        }
        return list
    }
}
