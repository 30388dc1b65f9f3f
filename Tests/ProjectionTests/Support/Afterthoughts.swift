@testable import EventLog
import LMDB
@testable import Projection
import Synchronization

/// What the events of these tests say of earlier ones, as text in their data.
enum Afterthoughts {
    static let seenAs = EventType(unchecked: "SeenAs")
    static let moved = EventType(unchecked: "Moved")
    static let revised = EventType(unchecked: "Revised")
    static let withdrawn = EventType(unchecked: "Withdrawn")
    static let types = [seenAs, moved, revised, withdrawn]

    /// From here on `tag` is seen as `target`.
    static func see(_ tag: String, as target: String) -> NewEvent { said(seenAs, [tag, target]) }

    /// The event at `position` belongs to `target`, not to `tag`.
    static func move(_ position: Position, _ tag: String, to target: String) -> NewEvent {
        said(moved, ["\(position)", tag, target])
    }

    /// The event at `position` has another amount and other tags, and happened at another time.
    static func amend(_ position: Position, _ amount: UInt8, _ tags: [String], at microseconds: Int64) -> NewEvent {
        said(revised, ["\(position)", "amend", "\(amount)", "\(microseconds)"] + tags)
    }

    static func annul(_ position: Position) -> NewEvent { said(revised, ["\(position)", "annul"]) }
    static func restore(_ position: Position) -> NewEvent { said(revised, ["\(position)", "restore"]) }

    /// All events with this correlation id are withdrawn, but for one.
    static func withdraw(_ correlationID: String, keeping kept: Position) -> NewEvent {
        said(withdrawn, [correlationID, "\(kept)"])
    }

    private static func said(_ type: EventType, _ words: [String]) -> NewEvent {
        NewEvent(type: type, occurredAt: Timestamp(microseconds: 0), data: Array(words.joined(separator: " ").utf8))
    }

    static func words(_ event: NewEvent) -> [String] {
        String(decoding: event.data, as: UTF8.self).split(separator: " ").map(String.init)
    }

    /// Keeps what the events of a log say.
    final class Source: HindsightSource {
        private let kept = Mutex((hindsight: Hindsight(), position: Position.zero))

        func hindsight(in log: EventLog) throws -> Hindsight {
            try kept.withLock { kept in
                let head = log.head
                var events: [RecordedEvent] = []
                if kept.position < head {
                    try log.read(Query(types: Afterthoughts.types), from: kept.position.next, to: head) { event in
                        events.append(log.recorded(event))
                        return true
                    }
                }
                for event in events { try Self.add(event, to: &kept.hindsight) }
                kept.position = head
                kept.hindsight.reach(head)
                return kept.hindsight
            }
        }

        private static func add(_ recorded: RecordedEvent, to hindsight: inout Hindsight) throws {
            let words = Afterthoughts.words(recorded.event)
            let from = recorded.position
            switch recorded.event.type {
            case Afterthoughts.seenAs: hindsight.see([(Ledger.tag(words[0]), as: Ledger.tag(words[1]))], from: from)
            case Afterthoughts.moved:
                hindsight.move(
                    Ledger.tag(words[1]), to: Ledger.tag(words[2]), ofEventAt: try position(words[0]), from: from)
            case Afterthoughts.withdrawn:
                hindsight.annul(
                    correlationID: words[0], in: Position(1)...from, keeping: [try position(words[1])], from: from)
            default:
                hindsight.revise(try position(words[0]), try revision(words), from: from)
            }
        }

        private static func revision(_ words: [String]) throws -> EventRevision {
            switch words[1] {
            case "annul": return .annulled
            case "restore": return .stored
            default:
                return .amended(
                    EventAmendment(
                        data: [UInt8(words[2]) ?? 0], tags: words.dropFirst(4).map { Ledger.tag($0) },
                        occurredAt: Timestamp(microseconds: Int64(words[3]) ?? 0)))
            }
        }

        private static func position(_ word: String) throws -> Position { Position(UInt64(word) ?? 0) }
    }

    /// What the events are seen as after all of them, said without any index: in order of arrival.
    static func seen(_ events: [NewEvent]) -> [NewEvent] {
        var targets: [Tag: Tag] = [:]
        var moves: [Int: [Tag: Tag]] = [:]
        var seen: [NewEvent?] = events.map { $0 }
        for (number, event) in events.enumerated() {
            let words = words(event)
            switch event.type {
            case seenAs: targets[Ledger.tag(words[0])] = Ledger.tag(words[1])
            case moved: moves[(Int(words[0]) ?? 0) - 1, default: [:]][Ledger.tag(words[1])] = Ledger.tag(words[2])
            case withdrawn:
                for place in 0..<number
                where events[place].provenance.correlationID == words[0] && "\(place + 1)" != words[1] {
                    seen[place] = nil
                }
            case revised:
                let place = (Int(words[0]) ?? 0) - 1
                switch words[1] {
                case "annul": seen[place] = nil
                case "restore": seen[place] = events[place]
                default:
                    var amended = events[place]
                    amended.data = [UInt8(words[2]) ?? 0]
                    amended.occurredAt = Timestamp(microseconds: Int64(words[3]) ?? 0)
                    amended.tags = words.dropFirst(4).map { Ledger.tag($0) }
                    seen[place] = amended
                }
            default: break
            }
        }
        return seen.enumerated().compactMap { place, event in
            guard var event else { return nil }
            var tags: [Tag] = []
            for tag in event.tags {
                let moved = moves[place]?[tag] ?? tag
                let target = targets[moved] ?? moved
                if !tags.contains(target) { tags.append(target) }
            }
            event.tags = tags
            return event
        }
    }
}
