public import EventLog
internal import LMDB
internal import Projection

/// One order, as it stands.
public struct OrderEntry: Codable, Sendable, Hashable {
    /// What an order comes to in one currency, in minor units.
    public struct Amount: Codable, Sendable, Hashable {
        /// Empty for an amount without a currency.
        public let currency: String
        /// What the customer pays, as the order was last changed.
        public let net: Int64
        /// What was given back.
        public let returned: Int64
    }

    /// The opaque id of the order.
    public let orderID: String
    /// After all that has happened to it so far.
    public let status: OrderStatus
    /// The opaque id of who ordered; nil, as other texts, where nobody has said.
    public let customer: String?
    /// Where it was ordered, as `web` or `shop`.
    public let channel: String?
    /// What it came from, as a tag.
    public let origin: String?
    /// The first placing, which is the one that counts.
    public let placedAt: Timestamp
    /// The first delivery, also when things came back since; nil while there was none.
    public let deliveredAt: Timestamp?
    /// When it was delivered, cancelled or given back last.
    public let closedAt: Timestamp?
    /// Why it was cancelled or given back.
    public let reason: String?
    /// Thousandths of the units that things are sold in.
    public let quantityMilli: Int64
    /// By currency.
    public let amounts: [Amount]
    /// Region, sales point and the like by name, as given when it was placed.
    public let attributes: [String: String]
    /// The event that placed it; nil in lists of orders, whose rows do not have it.
    public internal(set) var position: Position?
}

/// What one customer has ordered.
public struct OrderSummary: Codable, Sendable, Hashable {
    /// The opaque id of who ordered; of a person with several ids the one that stands for all.
    public let customer: String
    /// All orders of the customer, as they stand.
    public let counts: OrderCounts
    /// By currency.
    public let values: [OrderValues]
    /// The earliest order, cancelled or not.
    public let firstPlacedAt: Timestamp
    /// The latest order, cancelled or not.
    public let lastPlacedAt: Timestamp
    /// The position that the answer is of.
    public let position: Position
}

extension CRMState {
    /// A page of orders, those placed first before others. O(page × log n).
    ///
    /// - Parameters:
    ///   - status: only these; nil takes all.
    ///   - cursor: where an earlier page ended.
    /// - Throws: ``ForeignCursor``.
    public func orders(
        status: OrderStatus? = nil, limit: Int = usualPageSize, after cursor: ListCursor? = nil,
        atLeast position: Position? = nil
    ) async throws -> ListPage<OrderEntry> {
        try await wait(for: position, of: OrderModel.name)
        return try rows.read(OrderModel.name) { reader in
            let prefixes = (status.map { [$0] } ?? OrderStatus.allCases).map { [OrderModel.orders, $0.code] }
            let list = TimedList(scope: RowKey.make(OrderModel.orders, [status?.rawValue ?? ""]), prefixes: prefixes)
            return try list.page(limit, after: cursor, reader) { try OrderEntry(of: .order($0), reader) }
        }
    }

    /// A page of a customer's orders, those placed first before others; any id of a person with several gives those of
    /// the person. O(page × log n).
    ///
    /// - Throws: ``ForeignCursor``.
    public func orders(
        of customer: String, limit: Int = usualPageSize, after cursor: ListCursor? = nil,
        atLeast position: Position? = nil
    ) async throws -> ListPage<OrderEntry> {
        try await wait(for: position, of: OrderModel.name)
        let asked = try Tag.customer(customer)
        return try rows.read(OrderModel.name) { reader in
            let canonical = try history.identity(in: log, asOf: reader.position).canonical(of: asked)
            let list = TimedList(
                scope: CustomerOrderRow.prefix(of: asked.id), prefixes: [CustomerOrderRow.prefix(of: canonical.id)])
            return try list.page(limit, after: cursor, reader) { try OrderEntry(of: .order($0), reader) }
        }
    }

    /// What a customer has ordered, under any id; nil when nothing. O(orders of the customer × log n).
    public func orderSummary(of customer: String, atLeast position: Position? = nil) async throws -> OrderSummary? {
        try await wait(for: position, of: OrderModel.name)
        let asked = try Tag.customer(customer)
        return try rows.read(OrderModel.name) { reader in
            let canonical = try history.identity(in: log, asOf: reader.position).canonical(of: asked)
            return try OrderSummary(of: canonical, reader)
        }
    }
}

extension OrderSummary {
    /// What the customer of a tag has ordered; nil when nothing.
    init?(of tag: Tag, _ reader: borrowing ModelReader) throws {
        let prefix = CustomerOrderRow.prefix(of: tag.id)
        var orders: [(placedAt: Int64, id: String)] = []
        try reader.forEachRow(prefix: prefix) { key, _ in
            orders.append(
                (TimedKey.time(of: key, prefix: prefix.count), TimedKey.id(of: key, prefix: prefix.count)))
            return true
        }
        guard let first = orders.first, let last = orders.last else { return nil }
        var counts = [Int64](repeating: 0, count: OrderModel.Count.count)
        var values: [String: [Int64]] = [:]
        for order in orders {
            let state = try reader.state(OrderState.self, of: .order(order.id))
            try state.flatMap { try OrderChanges.of($0) }?.changes.addUp(counts: &counts, values: &values)
        }
        self.init(
            customer: String(tag.id), counts: OrderCounts(counts),
            values: try values.keys.sorted().map { try OrderValues($0, values[$0] ?? []) },
            firstPlacedAt: Timestamp(microseconds: first.placedAt),
            lastPlacedAt: Timestamp(microseconds: last.placedAt), position: reader.position)
    }
}

extension OrderEntry {
    /// The order of a tag; nil when it is not there, or nobody has placed it.
    init?(of tag: Tag, _ reader: borrowing ModelReader) throws {
        guard let order = try reader.state(OrderState.self, of: tag), let last = try OrderSituation(order) else {
            return nil
        }
        var amounts = last.ordered.map { Amount(currency: $0.currency, net: $0.net, returned: 0) }
        for amount in last.returned {
            if let known = amounts.firstIndex(where: { $0.currency.sameBytes(as: amount.currency) }) {
                amounts[known] = Amount(currency: amount.currency, net: amounts[known].net, returned: amount.net)
            } else {
                amounts.append(Amount(currency: amount.currency, net: 0, returned: amount.net))
            }
        }
        func known(_ text: String) -> String? { text.isEmpty ? nil : text }
        self.init(
            orderID: String(tag.id), status: last.status, customer: known(order.customer),
            channel: known(order.channel), origin: known(order.origin),
            placedAt: Timestamp(microseconds: last.placedAt),
            deliveredAt: last.deliveredAt.map { Timestamp(microseconds: $0) },
            closedAt: last.closedAt.map { Timestamp(microseconds: $0) }, reason: known(last.reason),
            quantityMilli: last.quantity, amounts: amounts.sorted { $0.currency < $1.currency },
            attributes: Dictionary(order.dimensions.pairs.map { ($0.name, $0.value) }) { $1 })
    }
}
