/// A branch or leaf page in which every node lies where it should: whoever has one can read its nodes without a check.
///
/// After the header come the 16-bit offsets of the nodes, in the order of their keys; the nodes themselves fill the end
/// of the page without gaps, in any order, each from an even offset.
///
///     node
///      0  4  leaf: length of the data; branch: the child's page number, its low 32 bits
///      4  2  leaf: flags; branch: the child's page number, its high 16 bits
///      6  2  length of the key
///      8 ..  key; in a leaf then the data or, if they are overflow pages, the number of the first one, 8 bytes
struct NodePage: ~Escapable {
    /// An entry whose data are in overflow pages.
    static let bigData: UInt16 = 0x01
    /// An entry of the main database whose data are the record of another one.
    static let subDatabase: UInt16 = 0x02
    /// LMDB takes no longer key.
    private static let longestKey = 511
    private static let nodeHeader = 8

    private let bytes: RawSpan
    private let isLeaf: Bool
    /// The number of nodes.
    let count: Int

    /// Checks `bytes`, which should be page `number`.
    ///
    /// - Parameter tiling: of the same page size; it is there so that not every page makes a new one.
    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, _ number: PageNumber, _ kind: PageKind, tiling: inout NodeTiling) throws(PageFault) {
        self.bytes = bytes
        isLeaf = kind == .leaf
        let header = PageHeader(bytes)
        count = (header.lower - PageHeader.length) / 2
        try header.check(number, kind)
        guard header.lower & 1 == 0, header.lower >= PageHeader.length, header.lower <= header.upper else {
            throw PageFault("has node offsets up to byte \(header.lower) and nodes from byte \(header.upper)")
        }
        guard header.upper <= bytes.byteCount else { throw PageFault("has nodes from byte \(header.upper)") }
        try checkNodes(from: header.upper, &tiling)
    }

    private func checkNodes(from upper: Int, _ tiling: inout NodeTiling) throws(PageFault) {
        tiling.begin(at: upper)
        for index in 0..<count {
            let start = offset(index)
            guard start >= upper, start & 1 == 0, start + Self.nodeHeader <= bytes.byteCount else {
                throw PageFault("has node \(index) at byte \(start); nodes begin at \(upper), at even offsets")
            }
            let keyLength = Int(bytes.u16(at: start + 6))
            // The first key of a branch is never looked at.
            guard keyLength <= Self.longestKey, keyLength > 0 || (!isLeaf && index == 0) else {
                throw PageFault("has a key of \(keyLength) bytes in node \(index)")
            }
            let length = Self.nodeHeader + keyLength + storedLength(start)
            let end = start + length + length & 1
            guard end <= bytes.byteCount else { throw PageFault("has node \(index) end at byte \(end)") }
            tiling.add(start..<end)
        }
        guard tiling.isExact else { throw PageFault("has nodes that overlap or leave gaps") }
    }

    private func offset(_ index: Int) -> Int { Int(bytes.u16(at: PageHeader.length + 2 * index)) }

    /// Bytes that follow the key of the node at `start`.
    private func storedLength(_ start: Int) -> Int {
        guard isLeaf else { return 0 }
        return bytes.u16(at: start + 4) & Self.bigData != 0 ? 8 : Int(bytes.u32(at: start))
    }

    /// The key of node `index`.
    @_lifetime(copy self)
    func key(_ index: Int) -> RawSpan {
        let start = offset(index)
        return bytes.extracting(start + Self.nodeHeader..<start + Self.nodeHeader + Int(bytes.u16(at: start + 6)))
    }

    /// In a branch, the page that node `index` leads to.
    func child(_ index: Int) -> PageNumber {
        let start = offset(index)
        return PageNumber(UInt64(bytes.u32(at: start)) | UInt64(bytes.u16(at: start + 4)) << 32)
    }

    /// In a leaf, the flags of node `index`.
    func flags(_ index: Int) -> UInt16 { bytes.u16(at: offset(index) + 4) }

    /// In a leaf, the length of the data of node `index`, wherever they are.
    func dataLength(_ index: Int) -> Int { Int(bytes.u32(at: offset(index))) }

    /// In a leaf, what follows the key of node `index`: the data, or the number of their first page.
    @_lifetime(copy self)
    func stored(_ index: Int) -> RawSpan {
        let start = offset(index)
        let data = start + Self.nodeHeader + Int(bytes.u16(at: start + 6))
        return bytes.extracting(data..<data + storedLength(start))
    }
}

/// Whether pieces of a page cover the space from some byte to its end exactly once.
///
/// Each piece flips a mark at its start and one at its end. If only the marks at the two ends of the space are left,
/// each byte is covered an odd number of times; if the lengths also add up to the length of the space, that number is
/// one.
struct NodeTiling {
    private let pageSize: Int
    private var marks: [UInt64]
    private var rest = 0

    /// For pages of `pageSize` bytes, whose pieces begin and end at even offsets.
    init(pageSize: Int) {
        self.pageSize = pageSize
        marks = [UInt64](repeating: 0, count: pageSize / 128 + 1)
    }

    /// Begins anew, with the space from `start` to the end of the page.
    mutating func begin(at start: Int) {
        for index in marks.indices { marks[index] = 0 }
        rest = pageSize - start
        flip(start)
        flip(pageSize)
    }

    /// Counts in a piece that lies in the page.
    mutating func add(_ piece: Range<Int>) {
        rest -= piece.count
        flip(piece.lowerBound)
        flip(piece.upperBound)
    }

    /// Whether the pieces so far are just enough.
    var isExact: Bool { rest == 0 && marks.allSatisfy { $0 == 0 } }

    private mutating func flip(_ offset: Int) {
        marks[offset / 128] ^= 1 << UInt64(offset / 2 % 64)
    }
}
