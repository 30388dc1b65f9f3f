internal import LMDB

// What the events of privacy must say to be of any use: they prove something, and some of them cannot be taken back.

extension ConsentGranted {
    /// It says whose consent it is and what for; its hash is one, and its end is a time.
    public func check() throws {
        try requirePerson(subjectID)
        try requireStated("purpose", purpose)
        try requireHash("text_sha256", textSha256)
        try requireTime("expires_at_us", expiresAtUs)
    }
}

extension ConsentWithdrawn {
    /// It says whose consent it was; a grant that it names has an id.
    public func check() throws {
        try requirePerson(subjectID)
        if !grantEventID.isEmpty { try requireEventID("grant_event_id", grantEventID) }
    }
}

extension ProcessingRestricted {
    /// It says whose data it is, and its end is a time.
    public func check() throws {
        try requirePerson(subjectID)
        try requireTime("until_us", untilUs)
    }
}

extension SubjectRequestReceived {
    /// It says who asks, and until when an answer is due is a time.
    public func check() throws {
        try requirePerson(subjectID)
        try requireTime("due_at_us", dueAtUs)
    }
}

extension SubjectRequestFulfilled {
    /// It says who asked, and by which event; its hash is one.
    public func check() throws {
        try requirePerson(subjectID)
        try requireEventID("request_event_id", requestEventID)
        try requireHash("artefact_sha256", artefactSha256)
    }
}

extension SubjectErased {
    /// How many ids one person can have.
    private static let mostIDs = 1000

    /// It says who is erased; a request that it names has an id, and each category that a law keeps a name and a time.
    public func check() throws {
        guard (1...Self.mostIDs).contains(subjectIds.count) else {
            throw UnfitEvent(reason: "subject_ids has 1 to \(Self.mostIDs) ids, not \(subjectIds.count)")
        }
        for id in subjectIds { try requirePerson(id) }
        if !requestEventID.isEmpty { try requireEventID("request_event_id", requestEventID) }
        let known = EventCatalogue.personalCategories
        guard retained.count <= known.count else {
            throw UnfitEvent(reason: "retained has at most \(known.count) categories, not \(retained.count)")
        }
        for category in retained {
            guard known.contains(where: { $0.sameBytes(as: category.category) }) else {
                throw UnfitEvent(
                    reason: "a retained category is one of \(known.joined(separator: ", ")), "
                        + "not \(category.category.debugDescription)")
            }
            try requireTime("until_us of category \(category.category.debugDescription)", category.untilUs)
        }
    }
}

extension KeyDestroyed {
    /// The erasures that it names have ids.
    public func check() throws {
        for id in erasureEventIds { try requireEventID("erasure_event_ids", id) }
    }
}

extension LegalHoldPlaced {
    /// It says whose data it is, and its end is a time.
    public func check() throws {
        try requirePerson(subjectID)
        try requireTime("until_us", untilUs)
    }
}

extension LegalHoldReleased {
    /// It says whose data it was.
    public func check() throws { try requirePerson(subjectID) }
}

extension RetentionPolicySet {
    /// It says of what, and what is done.
    public func check() throws {
        try requireStated("category", category)
        switch rule {
        case .eraseAfter, .keepFor: break
        case .unspecified, .UNRECOGNIZED:
            throw UnfitEvent(reason: "rule is ERASE_AFTER or KEEP_FOR, not \(rule.rawValue)")
        }
    }
}

extension PersonalDataAccessed {
    /// It says whose values they were.
    public func check() throws { try requirePerson(subjectID) }
}
