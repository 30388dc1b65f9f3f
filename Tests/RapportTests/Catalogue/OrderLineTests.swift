import EventLog
import Rapport
import Testing

/// Lines of orders of which a few would be more than a number holds are refused.
@Suite struct OrderLineTests {
    private static let most: Int64 = 100_000_000_000_000

    private static func line(quantity: Int64 = 1000, net: Int64 = 1, cost: Int64 = 1) -> OrderLine {
        var line = OrderLine()
        line.quantityMilli = quantity
        line.net = Money(net, "EUR")
        line.cost = Money(cost, "EUR")
        return line
    }

    /// Makes each of the events that have lines; what each of them is refused for.
    private static func refusals(of lines: [OrderLine]) throws -> [String] {
        let about = [try EntityTag.order("A-1"), try EntityTag.customer("C-1")]
        let attempts: [() throws -> NewEvent] = [
            { try NewEvent(OrderPlaced.with { $0.lines = lines }, about: about) },
            { try NewEvent(OrderChanged.with { $0.lines = lines }, about: about) },
            { try NewEvent(OrderReturned.with { $0.lines = lines }, about: about) },
        ]
        var reasons: [String] = []
        for attempt in attempts {
            do {
                _ = try attempt()
            } catch let error as UnfitEvent {
                reasons.append(error.reason)
            }
        }
        return reasons
    }

    @Test("a quantity, an amount or a cost beyond a hundred million million is refused", arguments: [1, -1] as [Int64])
    func tooMuch(sign: Int64) throws {
        let much = sign * (Self.most + 1)
        for (line, name) in [
            (Self.line(quantity: much), "quantity"), (Self.line(net: much), "net amount"),
            (Self.line(cost: much), "cost"),
        ] {
            let reason =
                "the \(name) of line 2 lies within -100000000000000 to 100000000000000, not "
                + "\(sign * 100_000_000_000_001)"
            #expect(try Self.refusals(of: [Self.line(), line]) == [reason, reason, reason])
        }
    }

    @Test("the smallest and the largest number are refused, not a crash", arguments: [Int64.min, .max])
    func extremes(amount: Int64) throws {
        #expect(try Self.refusals(of: [Self.line(quantity: amount, net: amount, cost: amount)]).count == 3)
    }

    @Test("that much itself is taken, and so are lines without amounts")
    func enough() throws {
        for amount in [Self.most, -Self.most, 0] {
            #expect(try Self.refusals(of: [Self.line(quantity: amount, net: amount, cost: amount)]) == [])
        }
        #expect(try Self.refusals(of: [OrderLine()]) == [])
        #expect(try Self.refusals(of: []) == [])
    }
}
