/// A tree of pages that is being walked in the order of its keys: what its record says, and what was found so far.
struct Tree {
    /// What a tree is for.
    enum Role {
        /// Pages that no tree uses, by the transaction that gave them up.
        case freeList
        /// The records of the named databases, by name.
        case main
        /// Somebody's entries.
        case named
    }

    /// What it is for.
    let role: Role
    /// What it is called in messages.
    let name: String
    /// What LMDB keeps about it.
    let record: TreeRecord
    /// The page with the record.
    let holder: PageNumber
    /// The pages and entries found so far.
    var found = TreeCounts()
    /// In the main database, the trees whose records were found so far.
    var named: [Tree] = []

    /// The last key of the leaf before, or the separator passed since.
    private(set) var bound: [UInt8]?
    private var isBoundSeparator = false

    init(_ role: Role, _ name: String, _ record: TreeRecord, in holder: PageNumber) {
        self.role = role
        self.name = name
        self.record = record
        self.holder = holder
    }

    /// Checks that the keys of leaf `nodes` ascend, and come after everything before the leaf.
    ///
    /// A separator is not above the keys that follow it, and above those before: so looking at keys and separators in
    /// the order in which a walk meets them checks every leaf against every separator on the way to it.
    mutating func passLeaf(_ nodes: NodePage) throws(PageFault) {
        for index in 0..<nodes.count {
            let key = nodes.key(index)
            try checkLength(key, index)
            if index > 0, compare(nodes.key(index - 1), key) >= 0 {
                throw PageFault("has the key of node \(index) not after the one before it")
            }
        }
        if let bound {
            let order = compare(bound.rawSpan, nodes.key(0))
            guard order < 0 || (order == 0 && isBoundSeparator) else {
                throw PageFault("has a first key that belongs further left")
            }
        }
        setBound(nodes.key(nodes.count - 1), isSeparator: false)
    }

    /// Checks that the key of node `index` of branch `nodes` comes after all keys to its left.
    mutating func passSeparator(_ nodes: NodePage, _ index: Int) throws(PageFault) {
        let key = nodes.key(index)
        try checkLength(key, index)
        if let bound, compare(bound.rawSpan, key) >= 0 {
            throw PageFault("has the key of node \(index) not after the keys to its left")
        }
        setBound(key, isSeparator: true)
    }

    private func checkLength(_ key: RawSpan, _ index: Int) throws(PageFault) {
        guard !record.hasIntegerKeys || key.byteCount == 8 else {
            throw PageFault("has a key of \(key.byteCount) bytes in node \(index); an integer has 8")
        }
    }

    /// Negative, zero or positive, as LMDB orders keys. Integers have their length.
    private func compare(_ left: RawSpan, _ right: RawSpan) -> Int {
        guard record.hasIntegerKeys else { return left.compareBytes(to: right) }
        let (left, right) = (left.u64(at: 0), right.u64(at: 0))
        return left < right ? -1 : left == right ? 0 : 1
    }

    private mutating func setBound(_ key: RawSpan, isSeparator: Bool) {
        if bound == nil { bound = [] }
        bound?.removeAll(keepingCapacity: true)
        bound?.append(key)
        isBoundSeparator = isSeparator
    }
}
