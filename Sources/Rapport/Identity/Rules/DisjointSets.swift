/// Numbers in sets that have no member in common: which one each is in, and two sets made one (Tarjan, "Efficiency of a
/// Good But Not Linear Set Union Algorithm", 1975). Practically O(1) for each question.
struct DisjointSets: Sendable {
    private var parents: [Int32] = []
    private var sizes: [Int32] = []

    /// Numbers below `count`, each a set of its own.
    init(count: Int = 0) {
        grow(to: count)
    }

    /// How many numbers there are.
    var count: Int { parents.count }

    /// How many sets there are. O(n).
    var setCount: Int { parents.indices.count { parents[$0] == Int32($0) } }

    /// Makes sets of their own of the numbers up to `count` that are not there yet.
    mutating func grow(to count: Int) {
        while parents.count < count {
            parents.append(Int32(parents.count))
            sizes.append(1)
        }
    }

    /// The number that stands for the set of `number`; the same for all of it until it grows.
    func root(of number: Int32) -> Int32 {
        var number = number
        while parents[Int(number)] != number { number = parents[Int(number)] }
        return number
    }

    /// How many numbers the set has whose root this is.
    func size(of root: Int32) -> Int { Int(sizes[Int(root)]) }

    func areOne(_ first: Int32, _ second: Int32) -> Bool { root(of: first) == root(of: second) }

    /// Makes one set of two; what stands for it is what stood for the larger one.
    @discardableResult
    mutating func unite(_ first: Int32, _ second: Int32) -> Int32 {
        var (large, small) = (root(of: first), root(of: second))
        if large == small { return large }
        if sizes[Int(large)] < sizes[Int(small)] { swap(&large, &small) }
        parents[Int(small)] = large
        sizes[Int(large)] += sizes[Int(small)]
        return large
    }
}
