internal import EventLog
internal import Foundation

// What corrections and the events of imports must say: they change how other events are seen.

extension EventCorrected {
    /// It names an event and says what is done to it. New content stands in an amendment only, and could be stored.
    public func check() throws {
        try requireLowerCaseEventID("event_id", eventID)
        switch kind {
        case .amend: try checkAmendment()
        case .annul, .restore: try checkNoContent()
        case .unspecified, .UNRECOGNIZED:
            throw UnfitEvent(reason: "kind is AMEND, ANNUL or RESTORE, not \(kind.rawValue)")
        }
    }

    private func checkAmendment() throws {
        guard (1...UInt32(UInt16.max)).contains(schemaRevision) else {
            throw UnfitEvent(reason: "schema_revision lies within 1 to \(UInt16.max), not \(schemaRevision)")
        }
        guard tags.count <= Limits.tagsPerEvent else {
            throw UnfitEvent(reason: "tags has at most \(Limits.tagsPerEvent) tags, not \(tags.count)")
        }
        for text in tags {
            do {
                _ = try Tag(text)
            } catch {
                throw UnfitEvent(reason: "tags: \(error.reason)")
            }
        }
        try requireDistinct("tag", tags)
        let times = Timestamp.expressible
        guard times.contains(Timestamp(microseconds: occurredAtUs)) else {
            throw UnfitEvent(
                reason: "occurred_at_us lies within \(times.lowerBound.microseconds) to "
                    + "\(times.upperBound.microseconds), not \(occurredAtUs)")
        }
    }

    private func checkNoContent() throws {
        let given = [
            ("data", !data.isEmpty), ("schema_revision", schemaRevision != 0), ("tags", !tags.isEmpty),
            ("occurred_at_us", occurredAtUs != 0),
        ]
        for (field, isGiven) in given where isGiven {
            throw UnfitEvent(reason: "\(field) is given with kind AMEND only; expected none")
        }
    }
}

extension ImportStarted {
    /// It has an id, each file a name, and hashes are some.
    public func check() throws {
        try requireStated("import_id", importID)
        for (number, file) in files.enumerated() {
            try requireStated("name of file \(number + 1)", file.name)
            try requireHash("sha256 of file \(number + 1)", file.sha256)
        }
        try requireHash("mapping_sha256", mappingSha256)
    }
}

extension ImportCompleted {
    /// It has an id.
    public func check() throws { try requireStated("import_id", importID) }
}

extension ImportReverted {
    /// It has an id, and each event that stays has one and stands once.
    public func check() throws {
        try requireStated("import_id", importID)
        for event in kept { try requireLowerCaseEventID("event_id of a kept event", event.eventID) }
        try requireDistinct("kept event", kept.map(\.eventID))
    }
}
