import LMDB
@testable import Rapport

extension ConsentGranted: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        subjectID = random.text()
        purpose = random.text()
        channel = random.text()
        legalBasis = random.text()
        isSeparate = random.chance(2)
        policyVersion = random.text()
        textSha256 = random.text()
        evidenceRef = random.text()
        expiresAtUs = random.int64()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("subjectID", subjectID)
        list.text("purpose", purpose)
        list.text("channel", channel)
        list.text("legalBasis", legalBasis)
        list.flag("isSeparate", isSeparate)
        list.text("policyVersion", policyVersion)
        list.text("textSha256", textSha256)
        list.text("evidenceRef", evidenceRef)
        list.number("expiresAtUs", expiresAtUs)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try ConsentGrantedView(bytes.rawSpan)
        var list = FieldList()
        list.text("subjectID", view.subjectID)
        list.text("purpose", view.purpose)
        list.text("channel", view.channel)
        list.text("legalBasis", view.legalBasis)
        list.flag("isSeparate", view.isSeparate)
        list.text("policyVersion", view.policyVersion)
        list.text("textSha256", view.textSha256)
        list.text("evidenceRef", view.evidenceRef)
        list.number("expiresAtUs", view.expiresAtUs)
        return list
    }
}

extension ConsentWithdrawn: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        subjectID = random.text()
        purpose = random.text()
        channel = random.text()
        via = random.text()
        grantEventID = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("subjectID", subjectID)
        list.text("purpose", purpose)
        list.text("channel", channel)
        list.text("via", via)
        list.text("grantEventID", grantEventID)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try ConsentWithdrawnView(bytes.rawSpan)
        var list = FieldList()
        list.text("subjectID", view.subjectID)
        list.text("purpose", view.purpose)
        list.text("channel", view.channel)
        list.text("via", view.via)
        list.text("grantEventID", view.grantEventID)
        return list
    }
}

extension ProcessingRestricted: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        subjectID = random.text()
        isOn = random.chance(2)
        scope = random.text()
        untilUs = random.int64()
        lawRef = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("subjectID", subjectID)
        list.flag("isOn", isOn)
        list.text("scope", scope)
        list.number("untilUs", untilUs)
        list.text("lawRef", lawRef)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try ProcessingRestrictedView(bytes.rawSpan)
        var list = FieldList()
        list.text("subjectID", view.subjectID)
        list.flag("isOn", view.isOn)
        list.text("scope", view.scope)
        list.number("untilUs", view.untilUs)
        list.text("lawRef", view.lawRef)
        return list
    }
}

extension SubjectRequestReceived: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        subjectID = random.text()
        kind = random.value()
        law = random.text()
        identityProof = random.text()
        dueAtUs = random.int64()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("subjectID", subjectID)
        list.number("kind", kind.rawValue)
        list.text("law", law)
        list.text("identityProof", identityProof)
        list.number("dueAtUs", dueAtUs)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try SubjectRequestReceivedView(bytes.rawSpan)
        var list = FieldList()
        list.text("subjectID", view.subjectID)
        list.number("kind", view.kind.rawValue)
        list.text("law", view.law)
        list.text("identityProof", view.identityProof)
        list.number("dueAtUs", view.dueAtUs)
        return list
    }
}

extension SubjectRequestFulfilled: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        subjectID = random.text()
        requestEventID = random.text()
        outcome = random.text()
        artefactSha256 = random.text()
        refusedParts = random.several { $0.refusedPart() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("subjectID", subjectID)
        list.text("requestEventID", requestEventID)
        list.text("outcome", outcome)
        list.text("artefactSha256", artefactSha256)
        for part in refusedParts {
            list.text("refusedPart.reason", part.reason)
            list.text("refusedPart.lawRef", part.lawRef)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try SubjectRequestFulfilledView(bytes.rawSpan)
        var list = FieldList()
        list.text("subjectID", view.subjectID)
        list.text("requestEventID", view.requestEventID)
        list.text("outcome", view.outcome)
        list.text("artefactSha256", view.artefactSha256)
        try view.forEachRefusedParts { part in
            list.text("refusedPart.reason", part.reason)
            list.text("refusedPart.lawRef", part.lawRef)
        }
        return list
    }
}

extension PersonalDataAccessed: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        subjectID = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("subjectID", subjectID)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try PersonalDataAccessedView(bytes.rawSpan)
        var list = FieldList()
        list.text("subjectID", view.subjectID)
        return list
    }
}
