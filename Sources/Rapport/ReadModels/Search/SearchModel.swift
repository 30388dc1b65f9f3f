internal import EventLog
internal import Foundation
internal import LMDB
internal import Logging
internal import Projection
internal import Sealing
internal import SwiftProtobuf
internal import Synchronization

/// Makes the blind index of an identifier: tells equal values apart from others, and nothing else of them. Nil where
/// there are no keys.
///
/// - Parameters:
///   - kind: the kind of identifier, as ``IdentifierType/word`` says it.
///   - normalised: one of the forms of ``IdentifierText``.
typealias BlindIndexing = @Sendable (_ kind: String, _ normalised: String) throws -> [UInt8]?

/// Customers by name (R39) and by identifier: what ``Rapport/find(_:limit:after:atLeast:)`` and
/// ``Rapport/customers(with:value:country:atLeast:)`` look through.
///
/// The one read model whose rows hold names of persons and are found by identifiers; nothing else is made of them. What
/// events say is opened when they are folded. Identifiers themselves are kept nowhere: only their blind indexes, by
/// which nobody without the key of the installation tells anything. When a person is erased the rows are written anew
/// without the person's, and stay so, in whatever order events come.
///
/// | table | kind | key | value |
/// |---|---|---|---|
/// | `names` | rows | customer | ``SearchRow`` |
/// | `identifiers` | rows | blind index (16), customer | the position of the first event that says so |
enum SearchModel {
    static let name = "search"
    static let names: UInt8 = 1
    static let identifiers: UInt8 = 2
    /// Bytes of a blind index.
    static let indexLength = 16

    /// - Parameters:
    ///   - opener: opens the personal parts that are folded.
    ///   - index: makes blind indexes of identifiers.
    ///   - prepare: called before each pass of the fold, with the log: brings up to date what `opener` knows of who is
    ///     erased.
    ///   - logger: told of parts that do not open.
    static func model(
        opening opener: any PartOpening, index: @escaping BlindIndexing,
        prepare: @escaping @Sendable (EventLog) throws -> Void = { _ in },
        logger: Logger = Logger(label: "rapport.search")
    ) -> ReadModel {
        ReadModel(
            name: name, version: 3,
            folds: [SearchFold(opener: opener, index: index, unopened: UnopenedParts(logger))],
            upcasters: EventCatalogue.upcasters, forgets: [SubjectErased.eventType], prepare: prepare)
    }
}

/// Keeps the newest name of each customer, of organisations from the data, of persons from the personal part, and the
/// blind indexes of what the customer is recognised by.
///
/// A part that is not opened says nothing: the person is erased, the key is not there, or the part is damaged or was
/// sealed under another one. Where nobody can say whether it opens, as without the key of keys, the fold waits.
struct SearchFold: EntityFold {
    let types = [
        CustomerRegistered.eventType, CustomerProfileChanged.eventType, IdentifierLinked.eventType,
        IdentifierUnlinked.eventType, SubjectErased.eventType,
    ]
    let entityKind = "customer"
    let order = FoldOrder.any
    let opener: any PartOpening
    let index: BlindIndexing
    let unopened: UnopenedParts

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout SearchState) throws {
        if state.isErased { return }
        switch type {
        case 0: try registered(event, &state)
        case 1: try changed(event, &state)
        case 2: try linked(event, &state)
        case 3:
            let link = try IdentifierUnlinkedView(event.view.data).linkEventID.text()
            if let id = EventID(link) { state.takeBack(id) }
        default:
            let customer = event.entity.text()
            try SubjectErasedView(event.view.data).forEachSubjectIds { id in
                if customer.sameBytes(as: id) { state.erase() }
            }
        }
    }

    private func registered(_ event: borrowing ProjectedEvent, _ state: inout SearchState) throws {
        let said = SaidAt(event)
        let data = try CustomerRegisteredView(event.view.data)
        state.isKnown = true
        if !data.organisationName.isEmpty { state.set(name: data.organisationName.text(), said) }
        var country: String?
        try data.forEachAttributes { attribute in
            if SearchState.countryField.sameBytes(as: attribute.name) { country = attribute.value.text() }
        }
        if let country { state.set(country: country, said) }
        guard let bytes = try part(of: event, type: 0) else { return }
        let personal = try CustomerRegisteredPersonalView(bytes.rawSpan)
        if !personal.displayName.isEmpty { state.set(name: personal.displayName.text(), said) }
        try personal.forEachIdentifiers { identifier in
            let made = try indexes(of: identifier.value.text(), identifier.type, country)
            state.add(.registration, identifier.type, made, said)
        }
    }

    private func changed(_ event: borrowing ProjectedEvent, _ state: inout SearchState) throws {
        let said = SaidAt(event)
        state.isKnown = true
        var changes = ProfileChanges()
        try CustomerProfileChangedView(event.view.data).forEachChanges { changes.add($0) }
        if let bytes = try part(of: event, type: 1) {
            try CustomerProfileChangedPersonalView(bytes.rawSpan).forEachChanges { changes.add($0) }
        }
        if let name = changes.name { state.set(name: name, said) }
        if let country = changes.country { state.set(country: country, said) }
        for (kind, value) in changes.identifiers {
            let made = try indexes(of: value, kind, changes.country)
            state.add(.field, kind, made, said)
        }
    }

    private func linked(_ event: borrowing ProjectedEvent, _ state: inout SearchState) throws {
        guard let bytes = try part(of: event, type: 2) else { return }
        let personal = try IdentifierLinkedPersonalView(bytes.rawSpan)
        let kind = personal.identifier.type
        let made = try indexes(of: personal.identifier.value.text(), kind, nil)
        state.add(.link(event.view.id), kind, made, SaidAt(event))
    }

    /// What the event says of the customer at hand; nil where it says nothing, or nothing may be known of it.
    private func part(of event: borrowing ProjectedEvent, type: Int) throws -> [UInt8]? {
        if let correction = event.parts {
            let customer = event.entity.text()
            if let part = correction.event.subjects.first(where: { $0.id.sameBytes(as: customer) })?.part {
                let context = SealingContext(correction.event)
                guard let bytes = try open(part, of: customer, in: context, at: correction.position) else { return nil }
                guard let amended = try? EventCorrectedPersonal(serializedBytes: bytes) else { return nil }
                return Self.isReadable(amended.data, as: type) ? Array(amended.data) : nil
            }
        }
        if event.view.subjectCount == 0 { return nil }
        guard let part = event.view.part(of: event.entity) else { return nil }
        let context = event.sealingContext(as: types[type])
        return try open(part, of: event.entity.text(), in: context, at: event.position)
    }

    /// Whether a personal part that somebody has given in a correction is one of the type.
    private static func isReadable(_ part: Data, as type: Int) -> Bool {
        switch type {
        case 0: (try? CustomerRegisteredPersonal(serializedBytes: part)) != nil
        case 1: (try? CustomerProfileChangedPersonal(serializedBytes: part)) != nil
        default: (try? IdentifierLinkedPersonal(serializedBytes: part)) != nil
        }
    }

    /// What a part says; nil where nothing may be known of it, or it does not open.
    private func open(
        _ part: SealedPart, of customer: String, in context: SealingContext, at position: Position
    ) throws -> [UInt8]? {
        do {
            guard case .bytes(let bytes) = try opener.open(part, of: customer, in: context) else { return nil }
            return bytes
        } catch let reason as UnopenedPart {
            unopened.tell(position, reason)
            return nil
        } catch {
            throw FoldUnavailable(error)
        }
    }

    /// The blind indexes of all forms of a value; none where there are no keys.
    private func indexes(of value: String, _ kind: IdentifierType, _ country: String?) throws -> [[UInt8]] {
        try IdentifierText(value, kind, country: country).forms.compactMap { form in
            guard let made = try waiting({ try index(kind.word, form) }) else { return nil }
            precondition(made.count == SearchModel.indexLength, "a blind index has \(SearchModel.indexLength) bytes")
            return made
        }
    }

    /// An error here is none of the event.
    private func waiting<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw FoldUnavailable(error)
        }
    }

    func contribute(_ state: SearchState, of entity: Tag, to contributions: inout Contributions) {
        let customer = String(entity.id)
        if state.hasName {
            var key: [UInt8] = [SearchModel.names]
            key.append(utf8: customer)
            contributions.put(SearchRow.encode(state.name), at: key)
        }
        for (made, position) in state.firstPositions {
            var key: [UInt8] = [SearchModel.identifiers]
            key.append(contentsOf: made)
            key.append(utf8: customer)
            var value: [UInt8] = []
            value.append(varint: position)
            contributions.put(value, at: key)
        }
    }
}

/// Parts that do not open, each told once.
final class UnopenedParts: Sendable {
    private let told = Mutex<Set<Position>>([])
    private let logger: Logger
    /// More than these are not told.
    private static let most = 1_000

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// The part of the event at `position` does not open.
    func tell(_ position: Position, _ reason: UnopenedPart) {
        let isNew = told.withLock { told in told.count < Self.most && told.insert(position).inserted }
        guard isNew else { return }
        logger.error(
            "a personal part does not open; nobody is found by it",
            metadata: ["position": "\(position)", "reason": "\(reason)"])
    }
}

/// What a change of a profile says that customers are found by; of a field that stands in it twice the last word
/// counts.
struct ProfileChanges {
    private(set) var name: String?
    private(set) var country: String?
    /// In the order in which they stand in the event.
    private(set) var identifiers: [(kind: IdentifierType, value: String)] = []

    mutating func add(_ change: borrowing FieldChangeView) {
        let field = change.field.text()
        if field.sameBytes(as: "name") {
            name = change.value.text()
        } else if field.sameBytes(as: SearchState.countryField) {
            country = change.value.text()
        } else if let kind = IdentifierType(field: field) {
            identifiers.append((kind, change.value.text()))
        }
    }
}

/// A customer's name as it is shown, and as it is searched for.
struct SearchRow: ~Escapable {
    let name: RawSpan
    /// ``SearchText``; empty where the name is already in that form.
    let folded: RawSpan

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) throws {
        var reader = ByteReader(bytes)
        name = try reader.textBytes()
        let rest = try reader.textBytes()
        folded = rest.isEmpty ? name : rest
    }

    static func encode(_ name: String) -> [UInt8] {
        let folded = SearchText.fold(name)
        var bytes: [UInt8] = []
        bytes.append(prefixed: name)
        bytes.append(prefixed: folded.sameBytes(as: name) ? "" : folded)
        return bytes
    }
}
