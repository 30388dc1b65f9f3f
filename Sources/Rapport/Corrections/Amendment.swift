internal import EventLog
internal import SwiftProtobuf

/// What an event is to say from now on; what is nil stays as it is seen.
struct Amendment {
    var data: [UInt8]?
    /// Serialized personal messages of the event's type, by whom they are about.
    var personal: [Tag: [UInt8]] = [:]
    var tags: [Tag]?
    var occurredAt: Timestamp?

    /// The event as it is to be seen.
    ///
    /// - Throws: ``CorrectionRefusal`` when that does not fit its type.
    func event(from target: CorrectionTarget) throws -> NewEvent {
        var event = target.now
        if let data {
            event.data = data
            if let type = target.type {
                try Self.fit(target, "the amended data does not fit \(type.eventType)") {
                    try EventCatalogue.check(type, data: data)
                }
                event.schemaRevision = EventCatalogue.revision(of: type.eventType)
            }
        }
        event.tags = try tags ?? Self.movedTags(of: target, data)
        if let occurredAt { event.occurredAt = occurredAt }
        event.subjects = []
        try check(event, target)
        return event
    }

    /// Where the data names other entities than before, the tags follow it.
    private static func movedTags(of target: CorrectionTarget, _ data: [UInt8]?) throws -> [Tag] {
        guard let data, let type = target.type else { return target.now.tags }
        let before = NamedEntities(of: type, data: target.now.data)
        let after = NamedEntities(of: type, data: data)
        if let tag = before.tagLeftBehind(of: target.now.tags, naming: after) {
            throw CorrectionRefusal.unfit(
                target.position,
                reason: "the amended data does not name \(tag) any more, and what stands there now is of a kind that "
                    + "cannot be told; expected all tags of the amended event")
        }
        return try fit(target, "an id that the amended data names cannot be a tag") {
            try before.tags(target.now.tags, naming: after, of: target.stored.event.type)
        }
    }

    private func check(_ event: NewEvent, _ target: CorrectionTarget) throws {
        var known: Set<Tag> = []
        for tag in event.tags where !known.insert(tag).inserted {
            throw CorrectionRefusal.unfit(target.position, reason: "the tag \(tag) stands twice; expected each once")
        }
        guard !event.tags.isEmpty || target.stored.event.tags.isEmpty else {
            throw CorrectionRefusal.unfit(
                target.position, reason: "the amended event has no tag; expected at least one, by which it is found")
        }
        let count = target.tags(with: event.tags).count
        guard count <= Limits.tagsPerEvent else {
            throw CorrectionRefusal.unfit(
                target.position,
                reason: "the tags of the event and of its amendment are \(count) together; expected at most "
                    + "\(Limits.tagsPerEvent)")
        }
        guard Timestamp.expressible.contains(event.occurredAt) else {
            throw CorrectionRefusal.unfit(
                target.position, reason: "the amended time lies outside the years 0 to 9999; expected one within")
        }
        // In a correction 0 stands for the time of the stored event.
        guard event.occurredAt.microseconds != 0 || event.occurredAt == target.stored.event.occurredAt else {
            throw CorrectionRefusal.unfit(
                target.position,
                reason: "the amended time is \(event.occurredAt), which a correction cannot say; expected another one")
        }
        try Self.fit(target, "the amended event does not fit its type") { try EventCatalogue.check(event) }
    }

    /// - Throws: ``CorrectionRefusal`` for whatever `body` throws.
    static func fit<Result>(
        _ target: CorrectionTarget, _ complaint: String, _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch {
            throw CorrectionRefusal.unfit(target.position, reason: "\(complaint): \(error)")
        }
    }
}

extension EventCatalogue {
    /// Refuses bytes that are no personal part of events of the type.
    ///
    /// - Throws: ``UnfitEvent``, or what SwiftProtobuf says of bytes that are no message.
    static func checkPersonal(_ type: any CatalogueEvent.Type, data: [UInt8]) throws { try checkPart(type, data) }

    private static func checkPart<Event: CatalogueEvent>(_ type: Event.Type, _ data: [UInt8]) throws {
        guard Event.Personal.self != NoPersonalPart.self else {
            throw UnfitEvent(reason: "its events have no personal part; expected none")
        }
        _ = try Event.Personal(serializedBytes: data)
    }
}
