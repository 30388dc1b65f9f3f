@testable import LMDB

/// What lies where in a sound data file: a reading of its own, with which the walk is compared.
struct PageMap {
    /// A number in the file that LMDB relies on.
    struct Place {
        let field: Field
        let page: Int
        /// Where in the file, and how long.
        let bytes: Range<Int>
    }

    enum Field: CaseIterable {
        case magic, version, pageSize, lastPage, transaction
        case treeFlags, treeDepth, treeCount, treeRoot
        case pageNumber, pageFlags, lower, upper, nodeOffset, child, entryFlags, keyLength, dataLength
        case valuePage, valuePageCount
        case freeCount, freePage, freedBy

        /// Whether a change may be one that makes sense: a length may take in the odd byte that fills up a node, and a
        /// value may be shorter than the overflow pages that it has; a free page may be missing from the list.
        var mayPass: Bool { [.keyLength, .dataLength, .freeCount, .freedBy].contains(self) }
    }

    let bytes: [UInt8]
    let pageSize: Int
    /// The page that describes the file: 0 or 1.
    let newestMeta: Int
    private(set) var places: [Place] = []
    /// Pages of each tree by kind, in the order of the keys. The free list is called "free", the main database "main".
    private(set) var leaves: [String: [Int]] = [:]
    private(set) var branches: [String: [Int]] = [:]
    /// The first page of each value in overflow pages.
    private(set) var values: [String: [Int]] = [:]
    private(set) var freePages: Set<Int> = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        pageSize = Int(bytes.rawSpan.u32(at: 40))
        newestMeta = bytes.rawSpan.u64(at: 144) > bytes.rawSpan.u64(at: pageSize + 144) ? 0 : 1
        for page in 0...1 { addMeta(page) }
        let meta = newestMeta * pageSize
        addTree("free", recordAt: meta + 40, page: newestMeta)
        addTree("main", recordAt: meta + 88, page: newestMeta)
    }

    /// The offset in the file of the number that is `field` of `page`, the `index`th of its kind.
    func offset(_ field: Field, _ page: Int, _ index: Int = 0) -> Int {
        places.filter { $0.page == page && $0.field == field }[index].bytes.lowerBound
    }

    func number(_ place: Place) -> UInt64 {
        place.bytes.reversed().reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
    }

    private mutating func add(_ field: Field, _ page: Int, _ offset: Int, _ length: Int) {
        places.append(Place(field: field, page: page, bytes: offset..<offset + length))
    }

    private mutating func addMeta(_ page: Int) {
        let start = page * pageSize
        let numbers: [(Field, Int, Int)] = [
            (.pageNumber, 0, 8), (.pageFlags, 10, 2), (.magic, 16, 4), (.version, 20, 4), (.pageSize, 40, 4),
            (.transaction, 144, 8),
        ]
        for (field, offset, length) in numbers { add(field, page, start + offset, length) }
        if page == newestMeta { add(.lastPage, page, start + 136, 8) }
    }

    private mutating func addTree(_ name: String, recordAt record: Int, page: Int) {
        add(.treeFlags, page, record + 4, 2)
        add(.treeDepth, page, record + 6, 2)
        for index in 0..<4 { add(.treeCount, page, record + 8 + 8 * index, 8) }
        add(.treeRoot, page, record + 40, 8)
        let root = bytes.rawSpan.u64(at: record + 40)
        if root != .max { addNodes(name, Int(root)) }
    }

    private mutating func addNodes(_ tree: String, _ page: Int) {
        let start = page * pageSize
        let isLeaf = bytes.rawSpan.u16(at: start + 10) == 2
        if isLeaf { leaves[tree, default: []].append(page) } else { branches[tree, default: []].append(page) }
        let numbers: [(Field, Int, Int)] = [
            (.pageNumber, 0, 8), (.pageFlags, 10, 2), (.lower, 12, 2), (.upper, 14, 2),
        ]
        for (field, offset, length) in numbers { add(field, page, start + offset, length) }
        for index in 0..<(Int(bytes.rawSpan.u16(at: start + 12)) - 16) / 2 {
            add(.nodeOffset, page, start + 16 + 2 * index, 2)
            let node = start + Int(bytes.rawSpan.u16(at: start + 16 + 2 * index))
            add(.keyLength, page, node + 6, 2)
            if isLeaf {
                addEntry(tree, page, node)
            } else {
                add(.child, page, node, 6)
                let child = Int(bytes.rawSpan.u32(at: node)) | Int(bytes.rawSpan.u16(at: node + 4)) << 32
                addNodes(tree, child)
            }
        }
    }

    private mutating func addEntry(_ tree: String, _ page: Int, _ node: Int) {
        add(.dataLength, page, node, 4)
        add(.entryFlags, page, node + 4, 2)
        let flags = bytes.rawSpan.u16(at: node + 4)
        let key = node + 8..<node + 8 + Int(bytes.rawSpan.u16(at: node + 6))
        if tree == "main" {
            let name = bytes.rawSpan.text(key)
            addTree(name, recordAt: key.upperBound, page: page)
        } else if flags == 1 {
            add(.valuePage, page, key.upperBound, 8)
            let value = Int(bytes.rawSpan.u64(at: key.upperBound))
            values[tree, default: []].append(value)
            add(.pageNumber, value, value * pageSize, 8)
            add(.pageFlags, value, value * pageSize + 10, 2)
            add(.valuePageCount, value, value * pageSize + 12, 4)
            if tree == "free" { addFreePages(value, value * pageSize + 16) }
        } else if tree == "free" {
            addFreePages(page, key.upperBound)
        }
        if tree == "free" { add(.freedBy, page, key.lowerBound, 8) }
    }

    private mutating func addFreePages(_ page: Int, _ list: Int) {
        add(.freeCount, page, list, 8)
        for index in 0..<Int(bytes.rawSpan.u64(at: list)) {
            add(.freePage, page, list + 8 + 8 * index, 8)
            freePages.insert(Int(bytes.rawSpan.u64(at: list + 8 + 8 * index)))
        }
    }
}
