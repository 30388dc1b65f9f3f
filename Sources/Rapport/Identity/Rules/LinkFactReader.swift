internal import Dispatch
internal import EventLog
internal import LMDB
internal import Synchronization

/// Reads what the log says that decides who is who, in position order.
///
/// It opens the personal parts of all customers. Nobody is shown a value, or learns more than that two customers have
/// one in common, so no access is noted, as none is when read models fold them; see ``PersonalData/open(_:of:in:)``.
///
/// A chunk of the log is copied at a time, and its parts are opened on all cores.
struct LinkFactReader {
    /// What was read on the way.
    struct Tally: Sendable {
        /// Events of the types that matter.
        var events = 0
        /// Events of which a part does not open although nobody is erased: what they say is not known.
        var unopened: Set<EventID> = []
        /// Events that are no message of their type.
        var unreadable = 0
    }

    /// The types that it reads.
    static let types = [
        CustomerRegistered.eventType, CustomerProfileChanged.eventType, IdentifierLinked.eventType,
        IdentifierUnlinked.eventType, CustomersMerged.eventType, CustomersUnmerged.eventType,
        DuplicateReviewed.eventType,
    ]
    /// Positions that are read at a time.
    private static let chunk: UInt64 = 65_536
    /// Events that one core decodes at a time; fewer are not shared out.
    private static let share = 512

    private let log: EventLog
    private let decoder: LinkDecoder
    private let position: Position
    private(set) var tally = Tally()
    /// Where customers are at home, as was said last: decides what a phone number without a calling code is.
    private var countries: [Tag: String] = [:]

    /// Reads up to `position`.
    init(_ log: EventLog, upTo position: Position, decoder: LinkDecoder) {
        self.log = log
        self.position = position
        self.decoder = decoder
    }

    /// Calls `take` with each step, and `progress` now and then with how far it is.
    ///
    /// - Throws: `MasterKeyRefusal` when the keys cannot be used, `DamagedLog`, and errors of the storage layer.
    mutating func read(
        progress: (Position) -> Void, _ take: (IdentityStep) throws -> Void
    ) throws {
        let query = try Query(types: Self.types)
        var next: UInt64 = 1
        while next <= position.rawValue {
            let last = min(position.rawValue, next + Self.chunk - 1)
            var events: [RecordedEvent] = []
            try log.read(query, from: Position(next), to: Position(last)) { event in
                events.append(log.recorded(event))
                return true
            }
            for decoded in try decode(events) { try deliver(decoded, take) }
            progress(Position(last))
            next = last + 1
        }
    }

    private func decode(_ events: [RecordedEvent]) throws -> [LinkDecoder.Decoded] {
        let shares = (events.count + Self.share - 1) / Self.share
        if shares < 2 { return try events.map { try decoder.decode($0) } }
        let work = SharedDecoding(events, decoder, eventsOfShare: Self.share)
        DispatchQueue.concurrentPerform(iterations: shares) { work.decode(share: $0) }
        return try (0..<shares).flatMap { try work.decoded(share: $0) }
    }

    private mutating func deliver(_ decoded: LinkDecoder.Decoded, _ take: (IdentityStep) throws -> Void) throws {
        tally.events += 1
        if decoded.isUnreadable { tally.unreadable += 1 }
        if decoded.isUnopened { tally.unopened.insert(decoded.eventID) }
        for step in decoded.steps { try take(step) }
        for said in decoded.said {
            if let country = said.country { countries[said.customer] = country }
            let home = countries[said.customer]
            let identifiers = said.identifiers.compactMap { identifier in
                LinkedIdentifier(
                    identifier.type, identifier.value, source: identifier.source, country: said.country ?? home)
            }
            try take(
                .fact(
                    LinkFact(
                        position: decoded.position, eventID: decoded.eventID, occurredAt: said.occurredAt,
                        customer: said.customer, isLink: said.isLink, identifiers: identifiers)))
        }
    }
}

/// Events that several threads decode, each a share.
private final class SharedDecoding: Sendable {
    private let events: [RecordedEvent]
    private let decoder: LinkDecoder
    private let eventsOfShare: Int
    private let results = Mutex<[Int: Result<[LinkDecoder.Decoded], any Error>]>([:])

    init(_ events: [RecordedEvent], _ decoder: LinkDecoder, eventsOfShare: Int) {
        self.events = events
        self.decoder = decoder
        self.eventsOfShare = eventsOfShare
    }

    func decode(share: Int) {
        let part = events[share * eventsOfShare..<min(events.count, (share + 1) * eventsOfShare)]
        let result: Result<[LinkDecoder.Decoded], any Error> = Result { try part.map { try decoder.decode($0) } }
        results.withLock { $0[share] = result }
    }

    func decoded(share: Int) throws -> [LinkDecoder.Decoded] {
        try results.withLock { $0[share] }?.get() ?? []
    }
}
