import EventLog
import Rapport
import Testing

/// Touchpoints written down in short, as `C-1 A0 B(app)10; C-2 A(web,s1)5`, and funnels of them.
///
/// Who it was, then for each touchpoint its name, in parentheses its channel and its session, and when it was: hours
/// after the first moment of March 2024. They come in the order in which they are written.
enum Visits {
    static let start = Timestamp.at("2024-03-01T00:00:00Z")

    static func time(_ hours: Int64) -> Timestamp { start.plus(seconds: hours * 3600) }

    // MARK: Events

    static func events(_ text: String) throws -> [NewEvent] {
        var events: [NewEvent] = []
        for person in text.split(separator: ";") {
            let words = person.split(separator: " ")
            let customer = String(try #require(words.first, "nobody's visits: \(text)"))
            for word in words.dropFirst() { events.append(try event(word, of: customer)) }
        }
        return events
    }

    private static func event(_ word: Substring, of customer: String) throws -> NewEvent {
        let name = word.prefix(while: \.isLetter)
        var rest = word.dropFirst(name.count)
        var places: [Substring] = []
        if rest.first == "(" {
            let inside = rest.dropFirst().prefix { $0 != ")" }
            places = inside.split(separator: ",", omittingEmptySubsequences: false)
            rest = rest.dropFirst(inside.count + 2)
        }
        let hours = try #require(Int64(String(rest)), "\(word) has no time")
        return try event(
            String(name), of: customer, channel: String(places.first ?? ""),
            session: places.count > 1 ? String(places[1]) : "", at: time(hours))
    }

    static func event(
        _ name: String, of customer: String, channel: String = "", session: String = "", at time: Timestamp
    ) throws -> NewEvent {
        let message = message(name, of: customer, channel: channel, session: session)
        return try NewEvent(message, about: [.customer(customer)], occurredAt: time)
    }

    static func message(
        _ name: String, of customer: String, channel: String = "", session: String = ""
    ) -> TouchpointRecorded {
        TouchpointRecorded.with { message in
            message.customerID = customer
            message.name = name
            message.channel = channel
            message.session = session
        }
    }

    // MARK: Funnels

    /// A funnel of customers whose steps are the touchpoints of these names.
    static func funnel(_ steps: String..., name: String = "visits") -> FunnelDefinition {
        FunnelDefinition(name: name, steps: steps.map { .init(name: $0, events: matcher($0)) })
    }

    /// The touchpoints of a name.
    static func matcher(_ name: String) -> FunnelDefinition.Matcher {
        .init(types: [TouchpointRecorded.eventType], conditions: [EventCondition(.field("name"), .isOneOf([name]))])
    }

    /// That the touchpoint `x` must not happen between two steps.
    static func withoutX(after: Int, before: Int) -> FunnelDefinition.Exclusion {
        .init(events: matcher("x"), after: after, before: before)
    }
}
