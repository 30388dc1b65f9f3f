internal import EventLog
internal import SwiftProtobuf

/// What one event of the demo is made with: its identity, its time, and random numbers of its own.
struct DemoMoment {
    /// When the event is written down. Ascends from event to event.
    let now: Timestamp
    /// When it happened: now, or up to ten days ago when somebody was late to write it down.
    private(set) var occurredAt: Timestamp
    var random: DemoRandom
    /// The id of the event.
    let id: EventID

    /// - Parameters:
    ///   - company: bits that tell this run of the demo from others.
    init(number: Int, now: Timestamp, company: UInt64, random: DemoRandom) {
        self.now = now
        self.random = random
        id = Self.id(number: number, at: now, company: company)
        occurredAt = now
        if self.random.below(100) == 0 { happenedEarlier() }
    }

    /// Whole days from the start to when it happened.
    var day: Int { DemoClock.day(of: occurredAt) }

    /// Whole days from the start to when it is written down.
    var today: Int { DemoClock.day(of: now) }

    var isLate: Bool { occurredAt < now }

    /// Makes it happen now after all.
    mutating func happensNow() {
        occurredAt = now
    }

    /// Makes it happen at least a second after `time`, which lies before now.
    mutating func happens(after time: Timestamp) {
        occurredAt = max(occurredAt, min(now, time.advanced(byMicroseconds: 1_000_000)))
    }

    private mutating func happenedEarlier() {
        let hours = 24 + random.below(9 * 24)
        let earlier = now.advanced(byMicroseconds: -Int64(hours) * DemoClock.microsecondsPerHour)
        if earlier >= DemoClock.start { occurredAt = earlier }
    }

    /// A UUIDv7 that counts up: milliseconds, bits of the company, the number of the event, and bits of the company.
    private static func id(number: Int, at time: Timestamp, company: UInt64) -> EventID {
        let milliseconds = UInt64(time.microseconds / 1000)
        return EventID(
            high: milliseconds << 16 | 7 << 12 | company >> 52,
            low: 2 << 62 | UInt64(number) << 22 | company & (1 << 22 - 1))
    }
}

// MARK: - Making the event

extension DemoMoment {
    /// The event that says `message` about a customer, and about a deal or an order if there is one.
    ///
    /// - Parameters:
    ///   - personal: what it says about a person.
    ///   - actor: the member of staff who wrote it down.
    func event<Event: CatalogueEvent>(
        _ message: Event, about customer: DemoCustomer, and other: Tag? = nil, _ another: Tag? = nil,
        personal: Event.Personal? = nil, by actor: String
    ) throws -> NewEvent {
        let tag = customer.tag
        var tags = [tag]
        if let other { tags.append(other) }
        if let another { tags.append(another) }
        let isPersonal = personal != nil || !customer.isOrganisation
        return try event(
            message, about: tags, personal: personal, of: isPersonal ? tag : nil, timeZone: customer.timeZone, by: actor
        )
    }

    /// The event that says `message` about no customer, or one that is not known yet.
    ///
    /// - Parameters:
    ///   - personal: what it says about a person.
    ///   - person: whom it is about, if that is a person.
    func event<Event: CatalogueEvent>(
        _ message: Event, about entities: [Tag], personal: Event.Personal? = nil, of person: Tag? = nil,
        timeZone: String? = nil, by actor: String
    ) throws -> NewEvent {
        try NewEvent(
            message, about: entities, personal: personal, of: person, id: id, occurredAt: occurredAt,
            provenance: Provenance(actor: actor, source: "demo", timeZone: timeZone))
    }
}
