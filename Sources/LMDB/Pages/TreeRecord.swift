/// What LMDB keeps about one tree of pages, a database.
///
///      0  4  0; in the free list's record, the page size
///      4  2  flags
///      6  2  depth: levels of pages
///      8  8  branch pages
///     16  8  leaf pages
///     24  8  overflow pages
///     32  8  entries
///     40  8  root page
struct TreeRecord: Equatable {
    /// The length of a record.
    static let length = 48
    /// The flag of a tree whose keys are native integers.
    static let integerKeys: UInt16 = 0x08
    /// The flag of a tree that lies in a file without a folder of its own; only the free list's record has it.
    private static let noFolder: UInt16 = 0x4000
    /// No tree is deeper.
    private static let maximumDepth = 32

    /// The sort of keys and values, as `mdb_dbi_open` takes it.
    let flags: UInt16
    /// Levels of pages; 0 when there is no entry.
    let depth: Int
    /// Pages and entries by kind.
    let counts: TreeCounts
    /// The topmost page, or none.
    let root: PageNumber

    /// The record in `bytes` at `offset`.
    init(_ bytes: RawSpan, at offset: Int) {
        flags = bytes.u16(at: offset + 4)
        depth = Int(bytes.u16(at: offset + 6))
        counts = TreeCounts(
            branchPages: bytes.u64(at: offset + 8), leafPages: bytes.u64(at: offset + 16),
            overflowPages: bytes.u64(at: offset + 24), entries: bytes.u64(at: offset + 32))
        root = PageNumber(bytes.u64(at: offset + 40))
    }

    /// Whether the keys are integers.
    var hasIntegerKeys: Bool { flags & Self.integerKeys != 0 }

    /// Checks what can be told without looking at the tree. `name` is what the tree is called in messages.
    func check(_ name: String, isFreeList: Bool = false, lastPage: PageNumber) throws(PageFault) {
        let known = isFreeList ? flags & ~Self.noFolder : flags
        guard known == Self.integerKeys || (known == 0 && !isFreeList) else {
            throw PageFault("says that \(name) has flags \(hex(flags)), which nothing here writes")
        }
        guard depth <= Self.maximumDepth else {
            throw PageFault("says that \(name) is \(depth) levels deep; \(Self.maximumDepth) are possible")
        }
        guard root != .none else {
            guard depth == 0, counts == TreeCounts() else {
                throw PageFault("says that \(name) has no root, but \(depth) levels, \(counts)")
            }
            return
        }
        guard depth > 0 else { throw PageFault("says that \(name) has no level, but root page \(root)") }
        guard root >= .firstOfTrees, root <= lastPage else {
            throw PageFault("says that \(name) has root page \(root); pages 2 to \(lastPage) are possible")
        }
    }
}

/// How many pages of each kind a tree has, and how many entries.
package struct TreeCounts: Equatable, Sendable, CustomStringConvertible {
    /// Pages that name other pages.
    package internal(set) var branchPages: UInt64 = 0
    /// Pages with entries.
    package internal(set) var leafPages: UInt64 = 0
    /// Pages with values too long for a leaf.
    package internal(set) var overflowPages: UInt64 = 0
    /// Keys with their values.
    package internal(set) var entries: UInt64 = 0

    package var description: String {
        "\(branchPages) branch pages, \(leafPages) leaf pages, \(overflowPages) overflow pages, \(entries) entries"
    }
}

/// Flags as they are written in C headers.
func hex(_ flags: UInt16) -> String { "0x" + String(flags, radix: 16) }
