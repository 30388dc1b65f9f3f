public import EventLog
public import Projection

// Schema revisions of the catalogue.
//
// A schema grows by new fields: they need no new revision, as older events read as if the field had been left empty.
// A new revision is for a change of meaning: what used to stand in one field now stands in another, in another unit or
// in other words. Then:
//
// 1. The new meaning gets a new field in `schemas/`. The old field stays, unused, with its meaning: stored events still
//    hold it, and `tools/check-schemas` refuses to lose it.
// 2. `EventCatalogue.upcasts` gets one more line, from the current revision of the type. The transform decodes the
//    message, moves the value from the old field to the new one, and serializes it. It keeps unknown fields.
// 3. New events carry the new revision: `NewEvent(_:about:)` and the importer take it from
//    `EventCatalogue.revision(of:)`.
// 4. The folds read the new field, and each read model that folds the type counts up its version.
// 5. The fixtures in `Tests/RapportTests/Fixtures` get an event of the new revision beside those of the older ones,
//    which stay as they are.
//
// Never changed: a transform that was released, and an event that is stored.

extension EventCatalogue {
    /// The steps from one schema revision to the next. None has been needed yet.
    static let upcasts: [Upcaster] = []

    /// What makes stored events of earlier schema revisions what folds and questions see.
    public static let upcasters: Upcasters = {
        do {
            return try Upcasters(upcasts)
        } catch {
            preconditionFailure("the catalogue's upcasters follow each other: \(error)")
        }
    }()

    /// The schema revision that events of this type have now: 1 until its meaning changes.
    public static func revision(of type: EventType) -> UInt16 { upcasters.currentRevision(of: type) ?? 1 }
}

extension RecordedEvent {
    /// The event with data of the schema revision that its type has now, as folds see it; the stored one stays as it
    /// is. An integrator's own type is left alone.
    ///
    /// - Throws: `FailedUpcast`.
    public func upcast() throws(FailedUpcast) -> RecordedEvent { try upcast(by: EventCatalogue.upcasters) }
}
