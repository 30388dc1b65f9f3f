/// Which events: all of them, or those that match any of its items.
///
/// Within an item the types are alternatives and the tags must all be there; an item without types (or tags) does not
/// constrain that side. One query type serves reading, following and append conditions (dcb.events).
public struct Query: Hashable, Sendable {
    /// One alternative of a query.
    public struct Item: Hashable, Sendable {
        public let types: [EventType]
        public let tags: [Tag]

        /// - Throws: ``InvalidEvent`` when there is neither a type nor a tag.
        public init(types: [EventType] = [], tags: [Tag] = []) throws(InvalidEvent) {
            guard !types.isEmpty || !tags.isEmpty else {
                throw InvalidEvent("a query item needs a type or a tag; for every event use Query.all")
            }
            self.types = types
            self.tags = tags
        }
    }

    /// The alternatives; empty means every event.
    public let items: [Item]

    /// Every event.
    public static let all = Query(unchecked: [])

    /// Events that match any of `items`.
    ///
    /// - Throws: ``InvalidEvent`` when there is no item, or more than 64.
    public init(_ items: [Item]) throws(InvalidEvent) {
        guard !items.isEmpty else { throw InvalidEvent("a query needs an item; for every event use Query.all") }
        guard items.count <= Limits.queryItems else {
            throw InvalidEvent("a query has \(items.count) items; at most \(Limits.queryItems) are allowed")
        }
        self.items = items
    }

    /// Events of any of `types` that have all of `tags`.
    ///
    /// - Throws: ``InvalidEvent`` when both are empty.
    public init(types: [EventType] = [], tags: [Tag] = []) throws(InvalidEvent) {
        self.items = [try Item(types: types, tags: tags)]
    }

    /// Events that have `tag`.
    public init(tag: Tag) {
        self.items = [Item(unchecked: [], [tag])]
    }

    private init(unchecked items: [Item]) {
        self.items = items
    }

    /// Whether the query matches every event.
    public var matchesEverything: Bool { items.isEmpty }
}

extension Query.Item {
    fileprivate init(unchecked types: [EventType], _ tags: [Tag]) {
        self.types = types
        self.tags = tags
    }
}
