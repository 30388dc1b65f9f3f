public import EventLog
internal import LMDB
internal import Projection
internal import SwiftProtobuf

/// Customers who are recognised by a value.
public struct FoundByIdentifier: Codable, Sendable, Hashable {
    /// One of them.
    public struct Customer: Codable, Sendable, Hashable {
        /// The opaque id of the customer; of a person with several ids the one that stands for all.
        public let customerID: String
        /// The first event that says so.
        public let position: Position
        /// The id of that event.
        public let eventID: EventID
        /// The id that the event is about, where it is another one of the person than ``customerID``; else nil.
        public internal(set) var foundAs: String?
    }

    /// Customers who are not shown although they may be the ones.
    public struct WithheldMatches: Codable, Sendable, Hashable {
        /// How many they are.
        public let count: Int
        /// Why they are not shown.
        public let reason: Withheld
    }

    /// By id; several where they share the value.
    public let customers: [Customer]
    /// Those who are not shown because nobody can note it; nil where there are none. Their values were not opened, so
    /// that they are the ones is not confirmed. Persons whose data must not be used are not among them.
    public let withheld: WithheldMatches?
    /// The position that the answer is of.
    public let position: Position
}

extension CRMState {
    /// Customers who are recognised by an identifier: one that they were registered with, one that was linked to them,
    /// or one that stands in the field `email`, `phone` or `wechat` of their profile now.
    ///
    /// Values are compared in the forms that ``IdentifierText`` describes: e-mail addresses without regard to case,
    /// phone numbers with or without the calling code, other ids as they are. Each hit is opened to be confirmed, which
    /// is noted as access to the person's data; where it is withheld, as of a person whose data is restricted under one
    /// of their ids, there is no hit. A person with several ids is one hit.
    ///
    /// O(forms × log n + hits).
    ///
    /// - Parameters:
    ///   - kind: the kind of identifier; `unspecified` is refused.
    ///   - value: the whole value.
    ///   - country: of a phone number without a calling code where it is at home, as ISO 3166-1 alpha-2: `DE`.
    /// - Throws: ``EmptyIdentifier`` when the value says nothing; `MasterKeyRefusal` when the keys cannot be used;
    ///   ``DamagedPart``; `ProjectionUnavailable`.
    public func customers(
        with kind: IdentifierType, value: String, country: String? = nil, atLeast position: Position? = nil
    ) async throws -> FoundByIdentifier {
        try await wait(for: position, of: SearchModel.name)
        let wanted = IdentifierText(value, kind, country: country)
        guard !wanted.forms.isEmpty else { throw EmptyIdentifier() }
        let personal = reader.personal
        let indexes = try wanted.forms.compactMap { try personal.blindIndex(kind.word, $0) }
        let read: (candidates: [IdentifierCandidate], position: Position) = try rows.read(SearchModel.name) { rows in
            (try IdentifierCandidate.all(with: indexes, in: rows), rows.position)
        }
        let identity = try history.identity(in: log, asOf: read.position)
        // Whoever is restricted under another id is neither looked at nor noted.
        let withholding = try reader.withholding(in: identity)
        let candidates = read.candidates.filter { withholding($0.subject) == nil }
        // No rows are lent meanwhile: one note for all, before any value is opened.
        let withheld = try reader.noteAccess(to: candidates.map(\.subject), asking: Self.lookup)
        var found: [Tag: FoundByIdentifier.Customer] = [:]
        var confirmed = ""
        for candidate in candidates where withheld[candidate.subject] == nil {
            // Of each id the first event counts, of each person the first of these.
            guard !confirmed.sameBytes(as: candidate.customerID),
                let id = try confirm(candidate, kind, wanted, asOf: read.position)
            else { continue }
            confirmed = candidate.customerID
            let tag = try Tag.customer(candidate.customerID)
            let canonical = identity.canonical(of: tag)
            if let known = found[canonical], known.position <= candidate.position { continue }
            found[canonical] = FoundByIdentifier.Customer(
                customerID: String(canonical.id), position: candidate.position, eventID: id,
                foundAs: canonical == tag ? nil : candidate.customerID)
        }
        let unlogged = withheld.values.count { $0 == .notLogged }
        return FoundByIdentifier(
            customers: found.sorted { $0.key < $1.key }.map(\.value),
            withheld: unlogged == 0 ? nil : FoundByIdentifier.WithheldMatches(count: unlogged, reason: .notLogged),
            position: read.position)
    }

    private static var lookup: String { "lookup" }

    /// The id of the event, when it says the value that is wanted.
    private func confirm(
        _ candidate: IdentifierCandidate, _ kind: IdentifierType, _ wanted: IdentifierText, asOf position: Position
    ) throws -> EventID? {
        let recorded = try eventToOpen(at: candidate.position, asOf: position)
        let home = candidate.country.isEmpty ? nil : candidate.country
        let opened = try reader.opened([recorded], of: [candidate.subject], person: [], asking: Self.lookup)
        for event in opened {
            let (values, country) = try event.identifiers(of: kind, of: candidate.subject)
            for value in values where IdentifierText(value, kind, country: country ?? home).isSame(as: wanted) {
                return recorded.stored.event.id
            }
        }
        return nil
    }
}

/// A customer whose rows have one of the blind indexes.
private struct IdentifierCandidate {
    let customerID: String
    let position: Position
    /// As it stands in the profile now; empty where it is not known.
    let country: String

    /// As it stands in tags.
    var subject: String { "customer:" + customerID }

    /// By customer, then position, each once.
    static func all(
        with indexes: [[UInt8]], in rows: borrowing ModelReader
    ) throws -> [IdentifierCandidate] {
        // By bytes: texts that are equal otherwise are other ids.
        var places: [[UInt8]: Set<UInt64>] = [:]
        for index in indexes {
            try rows.forEachRow(prefix: [SearchModel.identifiers] + index) { key, value in
                var reader = ByteReader(value)
                let position = try reader.varint()
                places[key.copy(1 + SearchModel.indexLength..<key.byteCount), default: []].insert(position)
                return true
            }
        }
        var candidates: [IdentifierCandidate] = []
        for (id, positions) in places.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let customer = String(decoding: id, as: UTF8.self)
            let state = try rows.state(SearchState.self, of: try Tag.customer(customer))
            for position in positions.sorted() {
                candidates.append(
                    IdentifierCandidate(
                        customerID: customer, position: Position(position), country: state?.country ?? ""))
            }
        }
        return candidates
    }
}

extension OpenedEvent {
    /// The identifiers of a kind that the event gives of a customer, and the country that it names.
    fileprivate func identifiers(
        of kind: IdentifierType, of customer: String
    ) throws -> (values: [String], country: String?) {
        let event = try recorded.upcast().event
        let part = self.part(of: customer)
        if event.type == CustomerRegistered.eventType {
            let attributes = try CustomerRegistered(serializedBytes: event.data).attributes
            let country = attributes.last { $0.name.sameBytes(as: SearchState.countryField) }?.value
            let known = try part.map { try CustomerRegisteredPersonal(serializedBytes: $0).identifiers } ?? []
            return (known.filter { $0.type == kind }.map(\.value), country)
        }
        if event.type == IdentifierLinked.eventType {
            guard let part else { return ([], nil) }
            let identifier = try IdentifierLinkedPersonal(serializedBytes: part).identifier
            return (identifier.type == kind ? [identifier.value] : [], nil)
        }
        guard event.type == CustomerProfileChanged.eventType else { return ([], nil) }
        var changes = try CustomerProfileChanged(serializedBytes: event.data).changes
        if let part { changes += try CustomerProfileChangedPersonal(serializedBytes: part).changes }
        let country = changes.last { $0.field.sameBytes(as: SearchState.countryField) }?.value
        // Of a field that stands in it twice the last word counts.
        let value = changes.last { IdentifierType(field: $0.field) == kind }?.value
        return (value.map { [$0] } ?? [], country)
    }
}

/// A look-up of a value that says nothing.
public struct EmptyIdentifier: Error, Equatable, Sendable, CustomStringConvertible {
    public var description: String {
        "nothing to look up; expected a value of a stated kind, as an e-mail address or a phone number with digits"
    }
}
