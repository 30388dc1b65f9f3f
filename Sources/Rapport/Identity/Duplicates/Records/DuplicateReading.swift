internal import EventLog
internal import Projection

/// Reads what a log says of customers and leads, as far as duplicates are found by it: one pass over the events of a
/// few types. A chunk of the log is copied at a time, and its parts are opened on all cores.
///
/// Persons who are erased or whose data must not be used say nothing, and neither do leads that were converted: they
/// are the customers that they became. A personal part that does not open says nothing. Events count for the ids that
/// they are stored under, or were amended to; the exceptions of an unmerge move none of what is compared here.
struct DuplicateReading {
    /// The types that say such things.
    private static let types = [
        CustomerRegistered.eventType, CustomerProfileChanged.eventType, IdentifierLinked.eventType,
        IdentifierUnlinked.eventType, LeadCaptured.eventType,
    ]

    /// Events that are copied at a time.
    private static let chunk = 16_384
    /// Statements that one core decodes at a time.
    private static let share = 256
    /// Records that one core makes at a time.
    private static let shareOfRecords = 512
    private static let leads = ["lead"]
    private static let customers = ["customer"]
    /// The place of those of whom nothing is to be known.
    private static let silent = -1

    private let decoder: DuplicateDecoder
    private let hindsight: HindsightView
    private let hasHappened: (Timestamp) -> Bool
    /// Of whom nothing is to be known, and why.
    private let withholding: (String) -> Withheld?
    private let conversions: Conversions
    /// Where the facts of an id stand, or that it is silent, so that each is asked about once.
    private var places: [Tag: Int] = [:]
    private var ids: [Tag] = []
    private var facts: [DuplicateFacts] = []

    /// Reads up to `position`.
    ///
    /// - Parameters:
    ///   - conversions: which leads became customers by then.
    ///   - withholding: says of an id, as it stands in tags, why nothing is to be known of it.
    init(
        _ crm: some CRMState, to position: Position, _ conversions: Conversions,
        withholding: @escaping (String) -> Withheld?
    ) throws {
        decoder = DuplicateDecoder(personal: crm.reader.personal)
        hindsight = try crm.history.view(in: crm.log, asOf: position)
        hasHappened = { crm.hasHappened(at: $0) }
        self.withholding = withholding
        self.conversions = conversions
        let query = try Query(types: Self.types)
        var next = Position(1)
        while next <= position {
            // Nothing else is read while a read lends events.
            let events = try crm.log.events(query, from: next, to: position, limit: Self.chunk)
            try take(events)
            guard events.count == Self.chunk, let last = events.last else { return }
            next = last.position.next
        }
    }

    /// How many ids were left out because their data must not be used; the erased are not counted.
    var withheldCount: Int {
        places.count { $0.value == Self.silent && withholding($0.key.text) == .restricted }
    }

    /// One record for each person and lead of whom something is known, in byte order of their ids.
    func records(by identity: IdentityView) -> [DuplicateRecord] {
        let (ids, facts) = (ids, facts)
        var members: [Tag: [Int]] = [:]
        for (place, id) in ids.enumerated() { members[identity.canonical(of: id), default: []].append(place) }
        let persons = members.sorted { $0.key < $1.key }
        let shares = SharedWork.outputs(of: persons.count, inSharesOf: Self.shareOfRecords) {
            range -> [DuplicateRecord] in
            persons[range].compactMap { person -> DuplicateRecord? in
                var record = DuplicateRecord(id: person.key)
                let places = person.value.count > 1 ? person.value.sorted { ids[$0] < ids[$1] } : person.value
                for place in places { record.add(facts[place], of: ids[place]) }
                return record.saysSomething ? record : nil
            }
        }
        return shares.flatMap { $0 }
    }

    // MARK: Events

    private mutating func take(_ events: [RecordedEvent]) throws {
        let utterances = self.utterances(in: events)
        let decoder = self.decoder
        let shares = SharedWork.outputs(of: utterances.count, inSharesOf: Self.share) {
            range -> Result<[DuplicateStatement], any Error> in
            let result: Result<[DuplicateStatement], any Error> = Result {
                try utterances[range].map { try decoder.decode($0) }
            }
            return result
        }
        var number = 0
        for share in shares {
            for statement in try share.get() {
                facts[utterances[number].place].take(statement)
                number += 1
            }
        }
    }

    /// Who is spoken of, in the order of the log.
    private mutating func utterances(in events: [RecordedEvent]) -> [DuplicateDecoder.Utterance] {
        var utterances: [DuplicateDecoder.Utterance] = []
        utterances.reserveCapacity(events.count)
        for stored in events {
            let seen = SeenEvent(stored, through: hindsight)
            guard !seen.isAnnulled, hasHappened(seen.recorded.event.occurredAt) else { continue }
            let kinds = stored.event.type == LeadCaptured.eventType ? Self.leads : Self.customers
            for tag in seen.recorded.event.tags where tag.names(oneOf: kinds) {
                guard let place = self.place(of: tag) else { continue }
                utterances.append(
                    DuplicateDecoder.Utterance(stored: stored, seen: seen, tag: tag, place: place))
            }
        }
        return utterances
    }

    /// Where the facts of an id stand; nil where nothing is to be known of it.
    private mutating func place(of tag: Tag) -> Int? {
        if let known = places[tag] { return known == Self.silent ? nil : known }
        let isConverted = tag.names(oneOf: Self.leads) && !conversions.others(than: tag).isEmpty
        if isConverted || withholding(tag.text) != nil {
            places[tag] = Self.silent
            return nil
        }
        let place = facts.count
        places[tag] = place
        ids.append(tag)
        facts.append(DuplicateFacts())
        return place
    }
}
