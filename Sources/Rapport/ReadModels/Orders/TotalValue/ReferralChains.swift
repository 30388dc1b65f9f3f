/// Who sent whom, among people who are numbered: each was sent by one, so they stand in chains, and in circles where
/// people sent each other.
struct ReferralChains {
    /// By number: who sent them first; nil for who came by themselves.
    private(set) var senders: [Int?]

    init(count: Int) { senders = Array(repeating: nil, count: count) }

    /// Notes a referral, unless somebody has sent that person before.
    ///
    /// - Returns: whether it is the first one.
    mutating func add(_ referee: Int, sentBy sender: Int) -> Bool {
        guard senders[referee] == nil else { return false }
        senders[referee] = sender
        return true
    }

    /// Calls `body` with everybody who is credited for an amount of `referee`, and with the credit: half of the amount
    /// for who sent them, half of that for who sent these, and so on, rounded towards 0 each time, until nothing is
    /// left: after 63 hops at most. Nobody is credited twice or for the own amount: a chain ends where it comes back.
    func forEachCredit(
        of amount: Int64, by referee: Int, _ body: (_ sender: Int, _ credit: Int64) throws -> Void
    ) rethrows {
        var credited = [referee]
        var credit = amount / 2
        var next = senders[referee]
        while credit != 0, let sender = next, !credited.contains(sender) {
            try body(sender, credit)
            credited.append(sender)
            credit /= 2
            next = senders[sender]
        }
    }

    /// How many circles there are. O(people).
    var circles: Int64 {
        // By number: in which walk somebody was met, 0 for not yet.
        var walks = [Int](repeating: 0, count: senders.count)
        var circles: Int64 = 0
        for start in senders.indices where walks[start] == 0 {
            var next: Int? = start
            while let person = next, walks[person] == 0 {
                walks[person] = start + 1
                next = senders[person]
            }
            if let person = next, walks[person] == start + 1 { circles += 1 }
        }
        return circles
    }
}
