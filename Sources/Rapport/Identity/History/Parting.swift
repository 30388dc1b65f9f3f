/// The persons that some ids are, by merges in position order. O((ids + merges) * log(ids)).
struct Parting {
    /// One person.
    struct Part {
        /// The id that stands for it.
        let canonical: Int32
        var others: [Int32] = []
        /// Its merges, in the order given.
        var edges: [Int32] = []
    }

    /// In the order of the first id of each.
    let parts: [Part]

    /// - Parameters:
    ///   - members: all ids, each once.
    ///   - merges: the number of each, and which of the ids it names.
    init(_ members: [Int32], _ merges: [(number: Int32, survivor: Int32, absorbed: Int32)]) {
        var places: [Int32: Int] = [:]
        places.reserveCapacity(members.count)
        for (place, member) in members.enumerated() { places[member] = place }
        var sets = Sets(count: members.count)
        for merge in merges {
            guard let survivor = places[merge.survivor], let absorbed = places[merge.absorbed] else { continue }
            sets.unite(survivor, absorbed)
        }
        var parts: [Part] = []
        var partOfRoot: [Int: Int] = [:]
        for place in members.indices {
            let root = sets.root(of: place)
            let canonical = sets.canonical(of: root)
            let part = partOfRoot[root] ?? parts.count
            if part == parts.count {
                partOfRoot[root] = part
                parts.append(Part(canonical: members[canonical]))
            }
            if place != canonical { parts[part].others.append(members[place]) }
        }
        for merge in merges {
            guard let survivor = places[merge.survivor], let part = partOfRoot[sets.root(of: survivor)] else {
                continue
            }
            parts[part].edges.append(merge.number)
        }
        self.parts = parts
    }

    /// Disjoint sets, united by size (Tarjan, "Efficiency of a Good But Not Linear Set Union Algorithm", 1975); each
    /// knows which of its elements stands for it.
    private struct Sets {
        private var parents: [Int]
        private var sizes: [Int]
        private var canonicals: [Int]

        init(count: Int) {
            parents = Array(0..<count)
            sizes = Array(repeating: 1, count: count)
            canonicals = Array(0..<count)
        }

        mutating func root(of element: Int) -> Int {
            var element = element
            while parents[element] != element {
                parents[element] = parents[parents[element]]
                element = parents[element]
            }
            return element
        }

        func canonical(of root: Int) -> Int { canonicals[root] }

        mutating func unite(_ survivor: Int, _ absorbed: Int) {
            let (first, second) = (root(of: survivor), root(of: absorbed))
            if first == second { return }
            let canonical = canonicals[first]
            let (large, small) = sizes[first] >= sizes[second] ? (first, second) : (second, first)
            parents[small] = large
            sizes[large] += sizes[small]
            canonicals[large] = canonical
        }
    }
}
