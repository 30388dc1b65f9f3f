extension PageWalk {
    /// Walks `tree` from its root, and compares it with its record.
    mutating func walk(_ tree: inout Tree, _ progress: Progress) throws {
        if tree.record.root != .none {
            try visit(tree.record.root, level: 1, namedBy: tree.holder, in: &tree, progress)
        }
        guard tree.found == tree.record.counts else {
            let fault = PageFault("says that \(tree.name) has \(tree.record.counts); found were \(tree.found)")
            throw damage(fault, tree.holder, namedBy: nil, in: tree, keys: nil)
        }
    }

    /// Visits `page` and everything below it. The depth of the tree, which was checked, bounds the recursion.
    private mutating func visit(
        _ page: PageNumber, level: Int, namedBy parent: PageNumber, in tree: inout Tree, _ progress: Progress
    ) throws {
        try enter(page, namedBy: parent, in: tree)
        try step(progress)
        let keys = DamagedKeys(first: tree.bound, end: nil, areIntegers: tree.record.hasIntegerKeys)
        var bytes = buffers.popLast() ?? [UInt8](repeating: 0, count: meta.pageSize)
        defer { buffers.append(bytes) }
        do {
            try reader.read(page, into: &bytes)
            let isLeaf = level == tree.record.depth
            let nodes = try NodePage(bytes.rawSpan, page, isLeaf ? .leaf : .branch, tiling: &tiling)
            // LMDB itself leaves a branch with one child in the free list, and nowhere else.
            guard nodes.count >= (isLeaf || tree.role == .freeList ? 1 : 2) else {
                throw PageFault("has \(nodes.count) nodes")
            }
            if isLeaf {
                tree.found.leafPages += 1
                try takeEntries(nodes, page, in: &tree)
            } else {
                tree.found.branchPages += 1
                try visitChildren(nodes, page, level: level, in: &tree, progress)
            }
        } catch let fault as PageFault {
            throw damage(fault, page, namedBy: parent, in: tree, keys: keys)
        }
    }

    private mutating func visitChildren(
        _ nodes: NodePage, _ page: PageNumber, level: Int, in tree: inout Tree, _ progress: Progress
    ) throws {
        for index in 0..<nodes.count {
            if index > 0 { try tree.passSeparator(nodes, index) }
            do {
                try visit(nodes.child(index), level: level + 1, namedBy: page, in: &tree, progress)
            } catch let damage as PageDamage {
                throw index + 1 < nodes.count ? damage.before(nodes.key(index + 1)) : damage
            }
        }
    }

    private mutating func takeEntries(_ nodes: NodePage, _ page: PageNumber, in tree: inout Tree) throws {
        try tree.passLeaf(nodes)
        tree.found.entries += UInt64(nodes.count)
        for index in 0..<nodes.count {
            switch (tree.role, nodes.flags(index)) {
            case (.named, 0): break
            case (.named, NodePage.bigData), (.freeList, NodePage.bigData):
                do throws(PageDamage) {
                    try visitValue(of: index, nodes, namedBy: page, in: &tree)
                } catch {
                    throw index + 1 < nodes.count ? error.before(nodes.key(index + 1)) : error
                }
            case (.freeList, 0):
                try takeFreePages(nodes.stored(index))
            case (.main, NodePage.subDatabase):
                tree.named.append(try namedTree(nodes, index, in: page))
            case (_, let flags):
                throw PageFault("has node \(index) with flags \(hex(flags)), which do not belong into \(tree.name)")
            }
            if tree.role == .freeList { try checkTransaction(nodes, index) }
        }
    }

    /// The tree whose record is entry `index` of the main database.
    private func namedTree(_ nodes: NodePage, _ index: Int, in page: PageNumber) throws(PageFault) -> Tree {
        let name = nodes.key(index).text()
        let stored = nodes.stored(index)
        guard stored.byteCount == TreeRecord.length else {
            throw PageFault("has a record of \(stored.byteCount) bytes for \(name)")
        }
        let record = TreeRecord(stored, at: 0)
        try record.check(name, lastPage: meta.lastPage)
        return Tree(.named, name, record, in: page)
    }

    /// Visits the overflow pages of the value of entry `index`.
    private mutating func visitValue(
        of index: Int, _ nodes: NodePage, namedBy parent: PageNumber, in tree: inout Tree
    ) throws(PageDamage) {
        let first = PageNumber(nodes.stored(index).u64(at: 0))
        let keys = DamagedKeys(
            first: nodes.key(index).copy(), end: nil, areIntegers: tree.record.hasIntegerKeys)
        try enter(first, namedBy: parent, in: tree, keys: keys)
        var bytes = buffers.popLast() ?? [UInt8](repeating: 0, count: meta.pageSize)
        defer { buffers.append(bytes) }
        do throws(PageFault) {
            try reader.read(first, into: &bytes)
            let header = PageHeader(bytes.rawSpan)
            try header.check(first, .overflow)
            let length = nodes.dataLength(index)
            try reachRest(of: first, header.overflowCount, length)
            tree.found.overflowPages += header.overflowCount
            if tree.role == .freeList { try takeFreePages(from: first, length: length) }
        } catch {
            throw damage(error, first, namedBy: parent, in: tree, keys: keys)
        }
    }

    /// Notes the other pages of a value of `length` bytes that says it has `count` pages from `first` on. They may be
    /// more than it needs: a value that is made shorter in the transaction that stored it keeps them.
    private mutating func reachRest(of first: PageNumber, _ count: UInt64, _ length: Int) throws(PageFault) {
        let needed = (PageHeader.length + length - 1) / meta.pageSize + 1
        guard count >= needed else { throw PageFault("says that it has \(count) pages for a value of \(length) bytes") }
        let last = first.rawValue + count - 1
        guard last <= meta.lastPage.rawValue, last < UInt64(reader.pageCount) else {
            throw PageFault("says that it goes on to page \(last)")
        }
        for number in first.rawValue + 1..<last + 1 { try reach(PageNumber(number)) }
    }

    /// Notes that `parent` names `page`, which it alone may do.
    private mutating func enter(
        _ page: PageNumber, namedBy parent: PageNumber, in tree: Tree, keys: DamagedKeys? = nil
    ) throws(PageDamage) {
        do throws(PageFault) {
            guard isPossible(page) else {
                throw PageFault("names page \(page); pages 2 to \(meta.lastPage) are possible")
            }
            try reach(page)
        } catch {
            let below = DamagedKeys(first: tree.bound, end: nil, areIntegers: tree.record.hasIntegerKeys)
            throw damage(error, parent, namedBy: nil, in: tree, keys: keys ?? below)
        }
    }

    private func damage(
        _ fault: PageFault, _ page: PageNumber, namedBy parent: PageNumber?, in tree: Tree, keys: DamagedKeys?
    ) -> PageDamage {
        PageDamage(
            path: reader.file.path, page: page, namedBy: parent, database: tree.name, keys: keys, what: fault.what)
    }
}

extension PageDamage {
    /// The same with `key` as the first one after it, if none is known yet.
    fileprivate func before(_ key: RawSpan) -> PageDamage {
        var damage = self
        if damage.keys?.end == nil { damage.keys?.end = key.copy() }
        return damage
    }
}
