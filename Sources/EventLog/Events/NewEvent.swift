/// One person an event is about, and the personal part sealed for that person, if any.
public struct Subject: Hashable, Sendable {
    /// An opaque id like `customer:C-42`; never a name, an address or a number of a person.
    public var id: String
    /// The personal part about this person.
    public var part: SealedPart?

    public init(id: String, part: SealedPart? = nil) {
        self.id = id
        self.part = part
    }
}

/// Personal bytes of an event, sealed under its subject's key or, until sealing exists in a store, in clear.
public struct SealedPart: Hashable, Sendable {
    /// How the bytes are sealed.
    public struct Algorithm: RawRepresentable, Hashable, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Not sealed: the bytes are the serialized personal message.
        public static let unsealed = Algorithm(rawValue: 0)
    }

    public var algorithm: Algorithm
    /// Binds the part to one key: 32 bytes, or none when unsealed.
    public var keyCommitment: [UInt8]
    public var bytes: [UInt8]

    public init(algorithm: Algorithm, keyCommitment: [UInt8] = [], bytes: [UInt8]) {
        self.algorithm = algorithm
        self.keyCommitment = keyCommitment
        self.bytes = bytes
    }

    /// A part in clear.
    public static func unsealed(_ bytes: [UInt8]) -> SealedPart { SealedPart(algorithm: .unsealed, bytes: bytes) }
}

/// Who appended an event, from where and because of what. All optional; none takes part in "same bytes".
public struct Provenance: Hashable, Sendable {
    /// The person or program that acted, as an opaque id.
    public var actor: String?
    /// The system or file the event came from.
    public var source: String?
    /// What belongs together across events.
    public var correlationID: String?
    /// The event that caused this one.
    public var causationID: EventID?
    /// IANA zone of the place it happened in, for display and the business day.
    public var timeZone: String?
    /// The purpose the data is processed for.
    public var purpose: String?

    public init(
        actor: String? = nil, source: String? = nil, correlationID: String? = nil, causationID: EventID? = nil,
        timeZone: String? = nil, purpose: String? = nil
    ) {
        self.actor = actor
        self.source = source
        self.correlationID = correlationID
        self.causationID = causationID
        self.timeZone = timeZone
        self.purpose = purpose
    }
}

/// An event that is not in the log yet.
public struct NewEvent: Hashable, Sendable {
    public var id: EventID
    public var type: EventType
    /// What upcasting keys on.
    public var schemaRevision: UInt16
    /// The entities it is about; no tag twice.
    public var tags: [Tag]
    /// The persons it is about.
    public var subjects: [Subject]
    /// When it happened in the world.
    public var occurredAt: Timestamp
    public var provenance: Provenance
    /// The payload, in clear.
    public var data: [UInt8]

    /// An event; `id` and `occurredAt` are fixed here, not at append, so a retry appends the same bytes.
    public init(
        id: EventID = EventID(), type: EventType, schemaRevision: UInt16 = 1, tags: [Tag] = [],
        subjects: [Subject] = [], occurredAt: Timestamp = .now(), provenance: Provenance = .init(), data: [UInt8] = []
    ) {
        self.id = id
        self.type = type
        self.schemaRevision = schemaRevision
        self.tags = tags
        self.subjects = subjects
        self.occurredAt = occurredAt
        self.provenance = provenance
        self.data = data
    }
}

/// An event of the log, copied out of it.
public struct RecordedEvent: Hashable, Sendable {
    /// Its place in the log.
    public let position: Position
    /// When it was appended.
    public let recordedAt: Timestamp
    /// What was appended.
    public let event: NewEvent

    package init(position: Position, recordedAt: Timestamp, event: NewEvent) {
        self.position = position
        self.recordedAt = recordedAt
        self.event = event
    }
}
