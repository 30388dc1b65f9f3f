internal import EventLog
internal import LMDB
internal import Projection

/// What the rows keep of one order: its history in order of occurrence, and whose it is.
struct OrderState: EntityState {
    /// What lines come to in one currency.
    struct Amount: Equatable {
        let currency: String
        /// Minor units.
        var net: Int64

        static func == (left: Amount, right: Amount) -> Bool {
            left.net == right.net && left.currency.sameBytes(as: right.currency)
        }
    }

    /// One change of the order.
    struct Step {
        enum Kind: UInt8 {
            case placed = 1
            case changed
            case cancelled
            case delivered
            case returned
        }

        let kind: Kind
        /// Microseconds UTC.
        let at: Int64
        /// What was placed, what it consists of from now on, or what came back; in the order of the lines.
        var amounts: [Amount] = []
        /// What these lines cost us, in the order of the lines that say so.
        var costs: [Amount] = []
        /// Whether every line says what it costs us.
        var hasAllCosts = false
        /// Thousandths of the unit that something is sold in.
        var quantity: Int64 = 0
        /// Why, as a short code.
        var reason = ""
    }

    var customer = ""
    var channel = ""
    var origin = ""
    var dimensions = Dimensions()
    private(set) var steps: [Step] = []

    init() {}

    mutating func append(_ step: Step) { steps.append(step) }

    /// When it was placed; nil while nobody has placed it.
    var placedAt: Int64? { steps.first { $0.kind == .placed }?.at }

    // MARK: Stored form

    func encode(into bytes: inout [UInt8]) {
        bytes.append(prefixed: customer)
        bytes.append(prefixed: channel)
        bytes.append(prefixed: origin)
        dimensions.encode(into: &bytes)
        bytes.append(varint: UInt64(steps.count))
        for step in steps {
            bytes.append(step.kind.rawValue)
            bytes.append(zigzag: step.at)
            bytes.append(prefixed: step.reason)
            bytes.append(zigzag: step.quantity)
            Self.append(step.amounts, to: &bytes)
            bytes.append(step.hasAllCosts ? 1 : 0)
            Self.append(step.costs, to: &bytes)
        }
    }

    private static func append(_ amounts: [Amount], to bytes: inout [UInt8]) {
        bytes.append(varint: UInt64(amounts.count))
        for amount in amounts {
            bytes.append(prefixed: amount.currency)
            bytes.append(zigzag: amount.net)
        }
    }

    init(decoding reader: inout ByteReader) throws {
        customer = try reader.text()
        channel = try reader.text()
        origin = try reader.text()
        dimensions = try Dimensions(decoding: &reader)
        for _ in 0..<(try reader.count()) {
            guard let kind = Step.Kind(rawValue: try reader.u8()) else { throw MalformedBytes("a kind of order step") }
            var step = Step(kind: kind, at: try reader.zigzag())
            step.reason = try reader.text()
            step.quantity = try reader.zigzag()
            step.amounts = try Self.amounts(from: &reader)
            step.hasAllCosts = try reader.u8() == 1
            step.costs = try Self.amounts(from: &reader)
            steps.append(step)
        }
    }

    private static func amounts(from reader: inout ByteReader) throws -> [Amount] {
        var amounts: [Amount] = []
        for _ in 0..<(try reader.count()) {
            amounts.append(Amount(currency: try reader.text(), net: try reader.zigzag()))
        }
        return amounts
    }
}

extension [OrderState.Amount] {
    /// Adds to the amount of a currency, which it begins when there is none.
    mutating func add(_ net: Int64, in currency: RawSpan) throws {
        for index in indices where self[index].currency.sameBytes(as: currency) {
            self[index].net = try sum(self[index].net, net)
            return
        }
        append(OrderState.Amount(currency: currency.text(), net: net))
    }
}

/// An order between two of its changes.
struct OrderSituation {
    let placedAt: Int64
    private(set) var status = OrderStatus.placed
    /// What the customer has ordered, as last changed.
    private(set) var ordered: [OrderState.Amount]
    private(set) var quantity: Int64
    /// What came back, all returns together.
    private(set) var returned: [OrderState.Amount] = []
    /// What the customer has ordered costs us, as last changed; nothing unless all lines say it.
    private(set) var costs: [OrderState.Amount]
    /// Whether every line says what it costs us.
    private(set) var hasAllCosts: Bool
    /// What the things cost us that came back, as far as the lines of the returns say it.
    private(set) var returnedCosts: [OrderState.Amount] = []
    /// Whether anything came back, worth something or not.
    private(set) var cameBack = false
    private(set) var deliveredAt: Int64?
    private(set) var closedAt: Int64?
    /// Why it was cancelled or came back.
    private(set) var reason = ""

    /// As it was placed.
    init(_ placing: OrderState.Step) {
        placedAt = placing.at
        ordered = placing.amounts
        quantity = placing.quantity
        costs = placing.hasAllCosts ? placing.costs : []
        hasAllCosts = placing.hasAllCosts
    }

    /// How it stood after all changes; nil while nobody has placed it.
    init?(_ order: OrderState) throws {
        guard let placing = order.steps.first(where: { $0.kind == .placed }) else { return nil }
        self.init(placing)
        for step in order.steps { try apply(step) }
    }

    /// Applies a change. The first placing counts, and what was changed before it does not; a cancellation is final:
    /// what comes after it changes nothing.
    mutating func apply(_ step: OrderState.Step) throws {
        if status == .cancelled { return }
        switch step.kind {
        case .placed: break
        case .changed:
            if step.at < placedAt { return }
            ordered = step.amounts
            quantity = step.quantity
            costs = step.hasAllCosts ? step.costs : []
            hasAllCosts = step.hasAllCosts
        case .cancelled:
            status = .cancelled
            closedAt = max(step.at, placedAt)
            reason = step.reason
        case .delivered:
            if deliveredAt == nil { deliveredAt = max(step.at, placedAt) }
            if status == .placed {
                status = .delivered
                closedAt = deliveredAt
            }
        case .returned:
            status = .returned
            cameBack = true
            closedAt = max(step.at, placedAt)
            reason = step.reason
            for amount in step.amounts {
                try amount.currency.withRawSpan { try returned.add(amount.net, in: $0) }
            }
            for cost in step.costs {
                try cost.currency.withRawSpan { try returnedCosts.add(cost.net, in: $0) }
            }
        }
    }
}
