/// Pairs of small numbers and their dense numbers 0, 1, 2 ... The second of a pair has few values: a list for each
/// first one is looked through, which for many rows is faster than hashing.
struct PairTable {
    private(set) var pairs: [(Int, Int)] = []
    /// For each first number: its newest pair + 1.
    private var newest: [Int] = []
    /// For each pair: the one before it with the same first number + 1.
    private var previous: [Int] = []

    mutating func number(of first: Int, _ second: Int) -> Int {
        while newest.count <= first { newest.append(0) }
        var pair = newest[first]
        while pair != 0 {
            if pairs[pair - 1].1 == second { return pair - 1 }
            pair = previous[pair - 1]
        }
        pairs.append((first, second))
        previous.append(newest[first])
        newest[first] = pairs.count
        return pairs.count - 1
    }
}
