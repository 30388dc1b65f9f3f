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

    /// Fields whose ids are of entities that have another name: who was sent to us is a customer or a lead.
    private static let otherKinds = ["referee": ["customer", "lead"]]

    /// Kinds of entity that fields of the catalogue and tags have the same name for.
    private static let namedKinds: Set<String> = [
        "customer", "lead", "opportunity", "order", "case", "pipeline", "survey", "invitation", "user",
    ]

    /// The tag that an id of a field stood in; nil where it stood in none, or in one that has nothing to do with it.
    private func tag(of field: String, in tags: [Tag]) -> Tag? {
        tags.first { names($0, by: field) && ($0.names(oneOf: [field]) || !isNamed($0, otherThanBy: field)) }
    }

    /// Whether the id of a field is that of the tag.
    private func names(_ tag: Tag, by field: String) -> Bool {
        guard let id = ids[field] else { return false }
        return ([field] + (Self.otherKinds[field] ?? [])).contains { tag.isNamed($0, id) }
    }

    /// Whether any other field names the tag.
    private func isNamed(_ tag: Tag, otherThanBy field: String) -> Bool {
        ids.keys.contains { $0 != field && names(tag, by: $0) }
    }

    /// Whether any field names the tag.
    private func names(_ tag: Tag) -> Bool { ids.keys.contains { names(tag, by: $0) } }

    /// A tag with an id that the data names no more, where nobody knows of which kind the other id in its place is; nil
    /// where there is none.
    func tagLeftBehind(of tags: [Tag], naming other: NamedEntities) -> Tag? {
        for (field, id) in ids.sorted(by: { $0.key < $1.key }) {
            guard !Self.namedKinds.contains(field), let next = other.ids[field], !next.sameBytes(as: id),
                tag(of: field, in: tags) == nil
            else { continue }
            // What the data names in another field is the tag of that.
            if let found = tags.first(where: { String($0.id).sameBytes(as: id) && !names($0) }) { return found }
        }
        return nil
    }

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
            let stood = self.tag(of: kind, in: tags)
            let tag = try Tag(stood.map { String($0.kind) } ?? kind, id)
            if tags.contains(tag) {
                if let stood, !other.names(stood) { tags.removeAll { $0 == stood } }
            } else if let stood {
                // Another field may name now what this one has named.
                if !other.names(stood), let place = tags.firstIndex(of: stood) {
                    tags[place] = tag
                } else {
                    tags.append(tag)
                }
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
