import LMDB
@testable import Rapport

extension CustomersMerged: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        survivorID = random.text()
        absorbedID = random.text()
        rule = random.text()
        rulesVersion = random.uint32()
        evidence = random.several { $0.text() }
        fieldChoice = random.several { $0.fieldChoice() }
        scoreBp = random.uint32()
        reason = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("survivorID", survivorID)
        list.text("absorbedID", absorbedID)
        list.text("rule", rule)
        list.number("rulesVersion", rulesVersion)
        list.number("scoreBp", scoreBp)
        list.text("reason", reason)
        for evidenceID in evidence { list.text("evidenceID", evidenceID) }
        for choice in fieldChoice {
            list.text("choice.field", choice.field)
            list.number("choice.side", choice.side.rawValue)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try CustomersMergedView(bytes.rawSpan)
        var list = FieldList()
        list.text("survivorID", view.survivorID)
        list.text("absorbedID", view.absorbedID)
        list.text("rule", view.rule)
        list.number("rulesVersion", view.rulesVersion)
        list.number("scoreBp", view.scoreBp)
        list.text("reason", view.reason)
        try view.forEachEvidence { list.text("evidenceID", $0) }
        try view.forEachFieldChoice { choice in
            list.text("choice.field", choice.field)
            list.number("choice.side", choice.side.rawValue)
        }
        return list
    }
}

extension CustomersUnmerged: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        mergeEventID = random.text()
        survivorID = random.text()
        absorbedID = random.text()
        reason = random.text()
        rule = random.text()
        exceptions = random.several { $0.unmergeException() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("mergeEventID", mergeEventID)
        list.text("survivorID", survivorID)
        list.text("absorbedID", absorbedID)
        list.text("reason", reason)
        list.text("rule", rule)
        for exception in exceptions {
            list.text("exception.eventID", exception.eventID)
            list.number("exception.side", exception.side.rawValue)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try CustomersUnmergedView(bytes.rawSpan)
        var list = FieldList()
        list.text("mergeEventID", view.mergeEventID)
        list.text("survivorID", view.survivorID)
        list.text("absorbedID", view.absorbedID)
        list.text("reason", view.reason)
        list.text("rule", view.rule)
        try view.forEachExceptions { exception in
            list.text("exception.eventID", exception.eventID)
            list.number("exception.side", exception.side.rawValue)
        }
        return list
    }
}

extension DuplicateReviewed: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        first = random.text()
        second = random.text()
        scoreBp = random.uint32()
        decision = random.value()
        untilUs = random.int64()
        reason = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("first", first)
        list.text("second", second)
        list.number("scoreBp", scoreBp)
        list.number("decision", decision.rawValue)
        list.number("untilUs", untilUs)
        list.text("reason", reason)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try DuplicateReviewedView(bytes.rawSpan)
        var list = FieldList()
        list.text("first", view.first)
        list.text("second", view.second)
        list.number("scoreBp", view.scoreBp)
        list.number("decision", view.decision.rawValue)
        list.number("untilUs", view.untilUs)
        list.text("reason", view.reason)
        return list
    }
}

extension IdentityRulesSet: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        version = random.uint32()
        rules = random.several { $0.identifierRule() }
        blocked = random.several { $0.blockedValue() }
        neverMergeIdentified = random.chance(2)
        fieldChoice = random.several { $0.fieldChoice() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.number("version", version)
        list.flag("neverMergeIdentified", neverMergeIdentified)
        for rule in rules {
            list.number("rule.type", rule.type.rawValue)
            list.text("rule.source", rule.source)
            list.number("rule.priority", rule.priority)
            list.number("rule.limit", rule.limit)
            list.number("rule.windowDays", rule.windowDays)
            list.flag("rule.doesNotMerge", rule.doesNotMerge)
        }
        for value in blocked {
            list.number("value.type", value.type.rawValue)
            list.text("value.value", value.value)
        }
        for choice in fieldChoice {
            list.text("choice.field", choice.field)
            list.number("choice.side", choice.side.rawValue)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try IdentityRulesSetView(bytes.rawSpan)
        var list = FieldList()
        list.number("version", view.version)
        list.flag("neverMergeIdentified", view.neverMergeIdentified)
        try view.forEachRules { rule in
            list.number("rule.type", rule.type.rawValue)
            list.text("rule.source", rule.source)
            list.number("rule.priority", rule.priority)
            list.number("rule.limit", rule.limit)
            list.number("rule.windowDays", rule.windowDays)
            list.flag("rule.doesNotMerge", rule.doesNotMerge)
        }
        try view.forEachBlocked { value in
            list.number("value.type", value.type.rawValue)
            list.text("value.value", value.value)
        }
        try view.forEachFieldChoice { choice in
            list.text("choice.field", choice.field)
            list.number("choice.side", choice.side.rawValue)
        }
        return list
    }
}
