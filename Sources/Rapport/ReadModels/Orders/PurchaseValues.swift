internal import EventLog
internal import LMDB
internal import Projection

/// What an order is worth in questions about customers.
public enum PurchaseMeasure: String, Codable, Sendable, Hashable, CaseIterable {
    /// What the customer pays, less what was given back.
    case net
    /// The same, less what it costs us; only of orders all lines of which say that.
    case margin
}

/// Orders that do not count as others do, or not at all.
public struct PurchaseGaps: Codable, Sendable, Hashable {
    /// Orders that nobody is known to have placed: they are left out.
    public let ordersWithoutCustomer: Int64
    /// Orders without any amount: they count, and are worth nothing.
    public let ordersWithoutAmount: Int64
    /// Orders with amounts in other currencies only: they are left out.
    public let ordersInOtherCurrencies: Int64
    /// Orders whose cost is not known, where margins are asked for: they count, and are worth nothing.
    public let ordersWithoutCost: Int64
}

/// Orders are in several currencies, whose amounts are never added.
public struct SeveralCurrencies: Error, Hashable, Sendable, CustomStringConvertible {
    /// By their bytes; empty for amounts without one.
    public let currencies: [String]

    public var description: String {
        let names = currencies.map { $0.isEmpty ? "'' (none)" : $0 }.joined(separator: ", ")
        return "orders are in several currencies, whose amounts are not added: expected one of \(names)"
    }
}

/// No order is in the currency that is asked about.
public struct UnknownCurrency: Error, Hashable, Sendable, CustomStringConvertible {
    /// As it was asked for.
    public let currency: String
    /// By their bytes.
    public let known: [String]

    public var description: String {
        "no order is in the currency '\(currency)'; expected one of \(known.joined(separator: ", "))"
    }
}

/// Tells what orders are worth in one currency, and counts those of which it cannot.
struct PurchaseValues {
    private let asked: String?
    private let measure: PurchaseMeasure
    /// Those of the orders so far; few.
    private var currencies: [String] = []
    private var withoutAmount: Int64 = 0
    private var inOtherCurrencies: Int64 = 0
    private var withoutCost: Int64 = 0

    /// - Parameter currency: nil takes the only one there is.
    init(currency: String?, _ measure: PurchaseMeasure) {
        asked = currency
        self.measure = measure
    }

    /// What an order was worth just before `end`, in minor units; nil for one that does not count. O(changes).
    ///
    /// - Parameters:
    ///   - row: of an order that was placed at `placedAt`, before `end`; both in microseconds UTC.
    ///   - end: what happened from then on is not looked at.
    /// - Throws: `SumOverflow`.
    mutating func value(of row: RawSpan, placedAt: Int64, before end: Int64) throws -> Int64? {
        var (hasAmount, isWanted, lacksCost) = (false, false, false)
        var value: Int64 = 0
        try CustomerOrderRow.forEachAmount(row, placedAt: placedAt, before: end) { currency, amount in
            hasAmount = true
            let name = note(currency)
            guard asked.map({ $0.sameBytes(as: name) }) ?? true else { return }
            isWanted = true
            let net = try OrderAmounts.difference(amount.net, amount.returned)
            switch (measure, amount.cost) {
            case (.net, _): value = net
            case (.margin, let cost?): value = try OrderAmounts.difference(net, cost)
            case (.margin, nil): lacksCost = true
            }
        }
        guard hasAmount else {
            withoutAmount += 1
            return 0
        }
        guard isWanted else {
            inOtherCurrencies += 1
            return nil
        }
        if lacksCost { withoutCost += 1 }
        return value
    }

    /// Whether an order that lies before the time asked about would count. O(changes).
    ///
    /// - Parameters: as those of ``value(of:placedAt:before:)``.
    mutating func isWanted(_ row: RawSpan, placedAt: Int64, before end: Int64) throws -> Bool {
        var others = self
        let value = try others.value(of: row, placedAt: placedAt, before: end)
        // It stands in no gap, but a currency that it is in has to be told apart from others.
        currencies = others.currencies
        return value != nil
    }

    /// The name of a currency, which is remembered.
    private mutating func note(_ currency: RawSpan) -> String {
        if let known = currencies.first(where: { $0.sameBytes(as: currency) }) { return known }
        let name = currency.text()
        currencies.append(name)
        return name
    }

    /// The currency of the values; nil where no order has an amount and none was asked for.
    ///
    /// - Throws: ``SeveralCurrencies`` when none was asked for, ``UnknownCurrency`` when there are others only,
    ///   whenever orders were placed.
    func currency(_ reader: borrowing ModelReader) throws -> String? {
        let known = currencies.sorted { $0.compareBytes(to: $1) < 0 }
        guard let asked else {
            guard known.count < 2 else { throw SeveralCurrencies(currencies: known) }
            return known.first
        }
        if known.isEmpty || known.contains(where: { $0.sameBytes(as: asked) }) { return asked }
        // An order before or behind the time asked about may be in it.
        var everOrdered = self
        try BuyerRows.forEachOrder(before: .max, reader) { _, placedAt, row in
            _ = try everOrdered.value(of: row, placedAt: placedAt, before: .max)
        }
        let ever = everOrdered.currencies.sorted { $0.compareBytes(to: $1) < 0 }
        guard ever.contains(where: { $0.sameBytes(as: asked) }) else {
            throw UnknownCurrency(currency: asked, known: ever)
        }
        return asked
    }

    /// What was counted so far.
    func gaps(ordersWithoutCustomer: Int64) -> PurchaseGaps {
        PurchaseGaps(
            ordersWithoutCustomer: ordersWithoutCustomer, ordersWithoutAmount: withoutAmount,
            ordersInOtherCurrencies: inOtherCurrencies, ordersWithoutCost: withoutCost)
    }
}

/// A list of customers in order of a value, the greatest first; of equal ones by the bytes of their ids.
struct CustomerRanking {
    /// What was asked for, in bytes: cursors of another scope are refused.
    let scope: [UInt8]

    /// The place of a customer in the list, as bytes in its order.
    static func key(_ value: Int64, _ customer: String) -> [UInt8] {
        var key: [UInt8] = []
        // Greater values first: the complement in the order of unsigned numbers.
        key.append(bigEndian: ~(UInt64(bitPattern: value) ^ 1 << 63))
        key.append(utf8: customer)
        return key
    }

    /// A page of some customers in any order. O(n log n).
    ///
    /// - Throws: ``ForeignCursor``.
    func page<Customer, Row>(
        _ customers: [Customer], _ limit: Int, after cursor: ListCursor?, at position: Position,
        key: (Customer) -> [UInt8], row: (Customer) throws -> Row
    ) throws -> ListPage<Row> {
        let size = pageSize(limit)
        let last = try cursor?.key(in: scope, atLeast: 9)
        var left = customers.map { (key: key($0), customer: $0) }
        if let last { left.removeAll { !last.lexicographicallyPrecedes($0.key) } }
        left.sort { $0.key.lexicographicallyPrecedes($1.key) }
        let next = left.count > size ? ListCursor(after: left[size - 1].key, in: scope) : nil
        return ListPage(rows: try left.prefix(size).map { try row($0.customer) }, next: next, position: position)
    }
}
