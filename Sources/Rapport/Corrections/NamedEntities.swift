internal import EventLog
internal import Foundation
internal import LMDB

/// The ids that the data of an event names: `customer_id` is the id of a `customer`, `order_id` that of an `order`.
struct NamedEntities {
    /// By the kind of entity, as it stands in tags.
    private let ids: [String: String]

    /// The ids that data of a type of the catalogue names; none where it cannot be read.
    init(of type: any CatalogueEvent.Type, data: [UInt8]) {
        guard let json = try? EventCatalogue.json(of: type, data: data),
            let fields = try? JSONSerialization.jsonObject(with: json) as? [String: Any]
        else {
            self.ids = [:]
            return
        }
        var named: [String: String] = [:]
        for (name, value) in fields {
            guard name.hasSuffix(Self.ending), let id = value as? String, !id.isEmpty else { continue }
            named[String(name.dropLast(Self.ending.count))] = id
        }
        self.ids = named
    }

    /// How protobuf's JSON mapping ends the name of a field `..._id`.
    private static let ending = "Id"

    private var kinds: Set<String> { Set(ids.keys) }

    /// The tags of an event whose data named these entities, and names `other` ones from now on: the tag of an id that
    /// has become another one is replaced, and an entity that the type needs, or the customer, is added where the data
    /// named none. Each tag stands once.
    func tags(_ tags: [Tag], naming other: NamedEntities, of type: EventType) throws -> [Tag] {
        let needed = Set(EventCatalogue.needs(of: type).joined()).union(["customer"])
        var tags = tags
        for kind in kinds.union(other.kinds).sorted() {
            // What is named no more may still be what the event is about.
            guard let id = other.ids[kind] else { continue }
            if let before = ids[kind], before.sameBytes(as: id) { continue }
            let tag = try Tag(kind, id)
            if tags.contains(tag) {
                if let before = ids[kind] { tags.removeAll { $0.isNamed(kind, before) } }
            } else if let place = tags.firstIndex(where: { $0.isNamed(kind, ids[kind]) }) {
                tags[place] = tag
            } else if ids[kind] == nil, needed.contains(kind) {
                tags.append(tag)
            }
        }
        return tags
    }
}

extension Tag {
    /// Whether it is the tag of the entity with this id; of any of the kind where no id is given.
    fileprivate func isNamed(_ kind: String, _ id: String?) -> Bool {
        guard let id else { return names(oneOf: [kind]) }
        return text.sameBytes(as: "\(kind):\(id)")
    }
}
