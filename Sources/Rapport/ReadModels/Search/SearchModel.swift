internal import EventLog
internal import LMDB
internal import Projection

/// Customers by name (R39): what ``Rapport/find(_:limit:after:atLeast:)`` looks through.
///
/// The one read model whose rows hold names of persons; nothing else is made of them. Its digest covers them, so it
/// changes when a name is gone from the log, unlike that of every other read model.
///
/// | table | kind | key | value |
/// |---|---|---|---|
/// | `names` | rows | customer | ``SearchRow`` |
enum SearchModel {
    static let name = "search"
    static let names: UInt8 = 1
    static let model = ReadModel(name: name, version: 1, folds: [NameFold()], upcasters: EventCatalogue.upcasters)
}

/// The newest name of a customer.
struct NameState: EntityState {
    private(set) var name = ""
    private var occurredAt = Int64.min
    private var position: UInt64 = 0

    init() {}

    /// Newest wins, by occurredAt, then position; of one event what is said last.
    mutating func set(_ name: String, _ event: borrowing ProjectedEvent) {
        let moment = (event.occurredAt.microseconds, event.position.rawValue)
        guard moment >= (occurredAt, position) else { return }
        (occurredAt, position) = moment
        self.name = name
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(prefixed: name)
        bytes.append(zigzag: occurredAt)
        bytes.append(varint: position)
    }

    init(decoding reader: inout ByteReader) throws {
        name = try reader.text()
        occurredAt = try reader.zigzag()
        position = try reader.varint()
    }
}

/// Keeps the newest name of each customer: of organisations from the data, of persons from the personal part.
struct NameFold: EntityFold {
    let types = [CustomerRegistered.eventType, CustomerProfileChanged.eventType]
    let entityKind = "customer"
    let order = FoldOrder.any

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout NameState) throws {
        let data = event.view.data
        if type == 0 {
            let name = try CustomerRegisteredView(data).organisationName
            if !name.isEmpty { state.set(name.text(), event) }
        } else {
            try CustomerProfileChangedView(data).forEachChanges { change in
                if "name".sameBytes(as: change.field) { state.set(change.value.text(), event) }
            }
        }
        if event.view.subjectCount == 0 { return }
        let part = event.view.unsealedPart(of: event.entity)
        if part.isEmpty { return }
        if type == 0 {
            let name = try CustomerRegisteredPersonalView(part).displayName
            if !name.isEmpty { state.set(name.text(), event) }
        } else {
            try CustomerProfileChangedPersonalView(part).forEachChanges { change in
                if "name".sameBytes(as: change.field) { state.set(change.value.text(), event) }
            }
        }
    }

    func contribute(_ state: NameState, of entity: Tag, to contributions: inout Contributions) {
        var key: [UInt8] = [SearchModel.names]
        key.append(utf8: String(entity.id))
        contributions.put(SearchRow.encode(state.name), at: key)
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
