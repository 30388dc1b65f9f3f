public import EventLog

extension EventCatalogue {
    /// What an event of the catalogue is about: its read models look for it under a tag of this kind.
    private static let kinds: [String: String] = [
        CustomerRegistered.eventType.name: "customer",
        CustomerProfileChanged.eventType.name: "customer",
        InteractionLogged.eventType.name: "customer",
        PipelineDefined.eventType.name: "pipeline",
        OpportunityOpened.eventType.name: "opportunity",
        OpportunityStageChanged.eventType.name: "opportunity",
        OpportunityAmountRevised.eventType.name: "opportunity",
        OpportunityCloseDateMoved.eventType.name: "opportunity",
        OpportunityOwnerChanged.eventType.name: "opportunity",
        OpportunityWon.eventType.name: "opportunity",
        OpportunityLost.eventType.name: "opportunity",
        OpportunityReopened.eventType.name: "opportunity",
        SurveyAnswered.eventType.name: "survey",
    ]

    /// The namespace that no integrator's own type is in.
    private static let namespace = "rapport."

    /// The kind of entity that an event of this type must have a tag of; nil for an integrator's own type.
    static func entityKind(of type: EventType) -> String? { kinds[type.name] }

    /// Whether only the catalogue can have a type of this name: an integrator's own has a namespace, and another one.
    public static func isReserved(_ name: String) -> Bool { !name.contains(".") || name.hasPrefix(namespace) }

    /// Refuses an event of the catalogue without the tag of what it is about: it would stand in the log, and no read
    /// model would ever find it. An integrator's own types pass.
    ///
    /// - Throws: ``UnfitEvent`` saying which tag was expected.
    public static func check(_ event: NewEvent) throws(UnfitEvent) {
        guard let kind = entityKind(of: event.type), !event.tags.contains(where: { $0.names(kind) }) else { return }
        let found = event.tags.isEmpty ? "none" : event.tags.map(\.text).joined(separator: ", ")
        throw UnfitEvent(
            reason: "\(event.type.name.dropFirst(package.count)) needs a tag \(kind):ID, which says what it is about; "
                + "found \(found)")
    }
}

extension Tag {
    /// Whether it is this kind, a colon and an id.
    func names(_ kind: String) -> Bool {
        var rest = text.utf8[...]
        for byte in kind.utf8 where rest.popFirst() != byte { return false }
        return rest.popFirst() == UInt8(ascii: ":") && !rest.isEmpty
    }
}
