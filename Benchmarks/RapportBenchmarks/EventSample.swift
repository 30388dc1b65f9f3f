import EventLog

/// Events of the benchmarks' workload: 220 bytes of payload, three tags.
struct EventSample {
    private let customers: Int
    private let opportunities: UInt32
    private var random = SplitMix(state: 1)
    private let type = try? EventType("benchmark.Measured")

    /// With so many opportunities hardly two events have the same; each is a key of its own in the index.
    init(customers: Int, opportunities: UInt32 = 10_000_000) {
        self.customers = customers
        self.opportunities = opportunities
    }

    mutating func randomCustomer() -> Tag {
        tag("customer", "C-\(Int.random(in: 0..<customers, using: &random))")
    }

    mutating func next(_ count: Int) -> [NewEvent] {
        guard let type else { return [] }
        return (0..<count).map { _ in
            let data = [UInt8](repeating: UInt8.random(in: 0...255, using: &random), count: 220)
            return NewEvent(
                type: type,
                tags: [
                    randomCustomer(), randomOpportunity(), tag("region", "R-\(Int.random(in: 0..<8, using: &random))"),
                ], data: data)
        }
    }

    /// Makes new events of events that were appended. They keep customer, region and payload, so this costs less than
    /// ``next(_:)``.
    mutating func renew(_ events: inout [NewEvent]) {
        for index in events.indices {
            events[index].id = EventID()
            events[index].tags[1] = randomOpportunity()
        }
    }

    private mutating func randomOpportunity() -> Tag {
        tag("opportunity", "O-\(UInt32.random(in: 0..<opportunities, using: &random))")
    }

    private func tag(_ kind: String, _ id: String) -> Tag {
        guard let tag = try? Tag(kind, id) else { preconditionFailure("a tag of letters and digits") }
        return tag
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): fast, and the same in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
