internal import EventLog
internal import LMDB
internal import Projection

/// What else than orders makes customers worth more or less: whom they sent, what they suggested, what they cost.
struct OtherValues {
    /// Somebody sent somebody.
    struct Referral {
        /// The tag of the customer who did.
        let customer: Tag
        /// The opaque id of who was sent: a customer or a lead.
        let referee: String
    }

    /// An adopted suggestion.
    struct Benefit {
        let customer: Tag
        /// Nil where the last decision estimates none.
        let amount: VoiceState.Amount?
    }

    /// A cost of service.
    struct Cost {
        let customer: Tag
        let amount: VoiceState.Amount?
        /// Empty where nothing was said.
        let driver: String
    }

    /// In order of time, then of the customer and the event.
    private(set) var referrals: [Referral] = []
    private(set) var benefits: [Benefit] = []
    private(set) var costs: [Cost] = []
    /// Decisions about suggestions that the customer is not known to have made.
    private(set) var decidedUnknown: Int64 = 0

    /// Bytes of a key before the time, in the tables of referrals and costs.
    private static let prefixLength = 1

    /// What was known before `end`, in microseconds UTC. O(referrals + suggestions + costs).
    init(before end: Int64, _ reader: borrowing ModelReader) throws {
        try reader.forEachRow(prefix: [VoiceModel.referrals]) { key, row in
            if TimedKey.time(of: key, prefix: Self.prefixLength) >= end { return false }
            let customer = try Self.customer(key, prefix: Self.prefixLength)
            referrals.append(Referral(customer: customer, referee: try ReferralRow.referee(row)))
            return true
        }
        for status in VoiceStatus.allCases {
            try reader.forEachRow(prefix: VoiceRow.prefix(status)) { key, row in
                if TimedKey.time(of: key, prefix: VoiceRow.prefixLength) >= end { return false }
                let facts = try VoiceFacts(row)
                guard try facts.kind == .suggestion else { return true }
                guard let last = try facts.details(by: end &- 1).lastDecision, last.isAdopted else { return true }
                let customer = try Self.customer(key, prefix: VoiceRow.prefixLength)
                benefits.append(Benefit(customer: customer, amount: last.benefit))
                return true
            }
        }
        try reader.forEachRow(prefix: [VoiceModel.costs]) { key, row in
            if TimedKey.time(of: key, prefix: Self.prefixLength) >= end { return false }
            let cost = try ServiceCostRow.read(row)
            let customer = try Self.customer(key, prefix: Self.prefixLength)
            costs.append(Cost(customer: customer, amount: cost.amount, driver: cost.driver))
            return true
        }
        try reader.forEachRow(prefix: [VoiceModel.unmatched]) { key, row in
            if TimedKey.time(of: key, prefix: Self.prefixLength) >= end { return false }
            guard row.byteCount == 1 else { throw MalformedBytes("what belongs to nothing that a customer told") }
            if row.u8(at: 0) == VoiceModel.Unmatched.decidedUnknown.rawValue { decidedUnknown += 1 }
            return true
        }
    }

    /// The tag of the customer of a key.
    private static func customer(_ key: RawSpan, prefix: Int) throws -> Tag {
        let names = try VoiceRow.names(in: key, prefix: prefix)
        return Tag(unchecked: "customer:" + names.customer)
    }

    /// When anything of it happened last, in microseconds UTC; nil without anything. O(suggestions + log n).
    static func latest(_ reader: borrowing ModelReader) throws -> Int64? {
        var latest: Int64?
        for table in [VoiceModel.referrals, VoiceModel.costs] {
            guard let key = try reader.lastKey(prefix: [table]) else { continue }
            let time = TimedKey.time(of: key.rawSpan, prefix: Self.prefixLength)
            latest = max(latest ?? time, time)
        }
        for status in VoiceStatus.allCases {
            try reader.forEachRow(prefix: VoiceRow.prefix(status)) { key, row in
                let facts = try VoiceFacts(row)
                guard try facts.kind == .suggestion, let last = try facts.details(by: .max).lastDecision else {
                    return true
                }
                // A decision may be said to have come before the suggestion.
                let time = max(last.at, TimedKey.time(of: key, prefix: VoiceRow.prefixLength))
                latest = max(latest ?? time, time)
                return true
            }
        }
        return latest
    }

    /// The only currency of benefits and costs; nil without amounts.
    ///
    /// - Throws: ``SeveralCurrencies``.
    func currency() throws -> String? {
        var known: [String] = []
        for amount in benefits.compactMap(\.amount) + costs.compactMap(\.amount)
        where !known.contains(where: { $0.sameBytes(as: amount.currency) }) {
            known.append(amount.currency)
        }
        guard known.count < 2 else {
            throw SeveralCurrencies(currencies: known.sorted { $0.compareBytes(to: $1) < 0 })
        }
        return known.first
    }
}
