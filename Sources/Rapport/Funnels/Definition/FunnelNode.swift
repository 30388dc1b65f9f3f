internal import EventLog
internal import LMDB

/// A node of the document that defines a funnel.
typealias FunnelNode = DefinitionNode<FunnelDefinitionError>

/// A block of such a document whose names are all known.
typealias FunnelFields = DefinitionFields<FunnelDefinitionError>

/// What is wrong with a funnel, and in which part of it.
typealias FunnelFault = DefinitionFault<FunnelDefinitionError>

extension DefinitionNode where Failure == FunnelDefinitionError {
    /// A duration in microseconds.
    func duration() throws(FunnelDefinitionError) -> Int64 { try duration(orElse: .unreadableDuration) }

    /// A duration, or a number of sessions.
    func window() throws(FunnelDefinitionError) -> FunnelDefinition.Window {
        let text = try text()
        if let count = DefinitionDuration.sessions(text) { return .sessions(count) }
        guard let duration = DefinitionDuration.microseconds(text) else {
            throw noDuration(text, "'14 d' or '3 sessions'", .unreadableDuration)
        }
        return .time(duration)
    }

    /// A property of events.
    func property() throws(FunnelDefinitionError) -> EventProperty {
        let text = try text()
        do {
            return try EventProperty(text)
        } catch {
            throw self.error(.unreadableProperty, error.reason)
        }
    }

    /// A type of events, by its name in the catalogue or by its full name. Whether the catalogue has it is not looked
    /// at.
    func eventType() throws(FunnelDefinitionError) -> EventType {
        let name = try text()
        if let known = EventCatalogue.type(named: name) { return known.eventType }
        do {
            return try EventType(name)
        } catch {
            throw self.error(.unknownEventType, error.reason)
        }
    }

    /// The number of the step that is named, from 1.
    func stepNumber(
        among steps: [FunnelDefinition.Step], _ code: FunnelDefinitionError.Code
    ) throws(FunnelDefinitionError) -> Int {
        let name = try text()
        guard let index = steps.firstIndex(where: { $0.name.sameBytes(as: name) }) else {
            let known = steps.map { "'\($0.name)'" }.joined(separator: ", ")
            throw error(code, "no step is named '\(name)'; there are \(known)")
        }
        return index + 1
    }
}
