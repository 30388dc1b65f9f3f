internal import EventLog
internal import LMDB

// What the events of identity must say: read models follow them, and nobody looks at them again.

extension IdentifierLinked {
    /// How sure it is, is a number of basis points.
    public func check() throws { try requireBasisPoints("confidence_bp", confidenceBp) }
}

extension CustomersMerged {
    /// It names two customers, the evidence has ids, and each field is chosen once.
    public func check() throws {
        try requireTwoCustomers(survivorID, absorbedID)
        for id in evidence { try requireLowerCaseEventID("evidence", id) }
        try requireChoices(fieldChoice)
        try requireBasisPoints("score_bp", scoreBp)
    }
}

extension CustomersUnmerged {
    /// It names the merge and its two customers, and says of each exception to whom the event goes.
    public func check() throws {
        try requireLowerCaseEventID("merge_event_id", mergeEventID)
        try requireTwoCustomers(survivorID, absorbedID)
        for exception in exceptions {
            try requireLowerCaseEventID("event_id of an exception", exception.eventID)
            try requireSide("exception \(exception.eventID.debugDescription)", exception.side)
        }
        try requireDistinct("exception", exceptions.map(\.eventID))
    }
}

extension DuplicateReviewed {
    /// It names two customers or leads, and says what was decided.
    public func check() throws {
        for (field, id) in [("first", first), ("second", second)] {
            guard let tag = try? Tag(id), tag.names(oneOf: ["customer", "lead"]) else {
                throw UnfitEvent(
                    reason: "\(field) is named as in tags, customer:ID or lead:ID, not \(id.debugDescription)")
            }
        }
        if first.sameBytes(as: second) {
            throw UnfitEvent(reason: "first and second are two ids, not both \(first.debugDescription)")
        }
        try requireBasisPoints("score_bp", scoreBp)
        switch decision {
        case .suspected, .same, .different, .snoozed: break
        case .unspecified, .UNRECOGNIZED:
            throw UnfitEvent(
                reason: "decision is SUSPECTED, SAME, DIFFERENT or SNOOZED, not \(decision.rawValue)")
        }
        try requireTime("until_us", untilUs)
    }
}

extension IdentityRulesSet {
    /// It has a version, a rule for each kind at most once for each source, no blocked value that is empty, and says
    /// what ``IdentityRules`` can.
    public func check() throws {
        guard version >= 1 else { throw UnfitEvent(reason: "version is 1 or more, not \(version)") }
        var known: [Int: Set<[UInt8]>] = [:]
        for (number, rule) in rules.enumerated() {
            guard rule.type.isKind else {
                throw UnfitEvent(
                    reason: "type of rule \(number + 1) is a kind of identifier, not \(rule.type.rawValue)")
            }
            guard rule.priority >= 1 else {
                throw UnfitEvent(reason: "priority of rule \(number + 1) is 1 or more, not 0")
            }
            if !known[rule.type.rawValue, default: []].insert(Array(rule.source.utf8)).inserted {
                throw UnfitEvent(
                    reason: "rule \(number + 1) is the second one of its type, \(rule.type.rawValue), for source "
                        + "\(rule.source.debugDescription); expected one")
            }
        }
        for (number, value) in blocked.enumerated() {
            guard value.type == .unspecified || value.type.isKind else {
                throw UnfitEvent(
                    reason: "type of blocked value \(number + 1) is a kind of identifier or 0, not "
                        + "\(value.type.rawValue)")
            }
            try requireStated("blocked value \(number + 1)", value.value)
        }
        try requireChoices(fieldChoice)
        do {
            try IdentityRules(self).checkForLog()
        } catch {
            throw UnfitEvent(reason: "\(error)")
        }
    }
}

extension IdentifierType {
    /// Whether it says a kind that is known.
    fileprivate var isKind: Bool {
        switch self {
        case .unspecified, .UNRECOGNIZED: false
        default: true
        }
    }
}

/// Refuses ids of customers of which one is left out, and one customer twice.
private func requireTwoCustomers(_ survivor: String, _ absorbed: String) throws {
    try requireStated("survivor_id", survivor)
    try requireStated("absorbed_id", absorbed)
    if survivor.sameBytes(as: absorbed) {
        throw UnfitEvent(
            reason: "survivor_id and absorbed_id are two customers, not both \(survivor.debugDescription)")
    }
}

/// Refuses choices without a field or a side, and two of one field.
private func requireChoices(_ choices: [FieldChoice]) throws {
    for choice in choices {
        try requireStated("field of a field_choice", choice.field)
        try requireSide("field_choice \(choice.field.debugDescription)", choice.side)
    }
    try requireDistinct("field_choice", choices.map(\.field))
}

private func requireSide(_ what: String, _ side: MergeSide) throws {
    switch side {
    case .survivor, .absorbed: break
    case .unspecified, .UNRECOGNIZED:
        throw UnfitEvent(reason: "side of \(what) is SURVIVOR or ABSORBED, not \(side.rawValue)")
    }
}
