internal import EventLog

extension Rapport {
    /// How often a name is looked at anew when another writer was faster.
    private static let definitionAttempts = 10

    /// Appends what is to be said of a definition. Where another writer says something of it first, it is looked at
    /// anew.
    ///
    /// - Parameters:
    ///   - types: the events that are looked at.
    ///   - decide: looks at what was said up to a position, and makes the event, whose tags are the definition's; nil
    ///     where there is nothing to say.
    /// - Returns: the position of the event; where there is nothing to say, the one that was looked at.
    /// - Throws: what `decide` throws, `AppendError`, and errors of the storage layer.
    func appendDefinition(
        after types: [EventType], _ decide: (Position) throws -> NewEvent?
    ) async throws -> Position {
        var attempt = 1
        while true {
            // Before anything is looked at: what comes later is found by the condition of the append.
            let head = log.head
            guard let event = try decide(head) else { return head }
            let condition = AppendCondition(failIfMatches: try Query(types: types, tags: event.tags), after: head)
            do {
                return try await log.append([event], condition: condition).last
            } catch AppendError.conflict where attempt < Self.definitionAttempts {
                attempt += 1
            }
        }
    }

    /// The version after the last one of a definition.
    ///
    /// - Throws: ``UnfitEvent`` where none is left.
    static func version(after last: Int, of what: String) throws -> UInt32 {
        let next = UInt32(clamping: last + 1)
        guard Int(next) != last else {
            throw UnfitEvent(
                reason: "version \(last) of the \(what) is the last that there can be; expected another name")
        }
        return next
    }
}
