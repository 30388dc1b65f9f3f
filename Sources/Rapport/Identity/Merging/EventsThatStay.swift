internal import EventLog

/// Types of events that an unmerge gives to nobody: they decide something about the id that they name, as what a person
/// allows, or say who is who, or what is true of other events.
enum EventsThatStay {
    /// Whether events of a type stay.
    static func contains(_ type: EventType) -> Bool { !EventCatalogue.isCorrectable(type) }
}
