internal import CLMDB
internal import Glibc

/// What LMDB's two meta pages say of a data file, read with plain file access *before* the file is mapped.
///
/// `mdb_env_open` accepts a truncated file and the first read past its end is SIGBUS, so the size is checked here.
/// A sound file may lack pages at its end, too: those that a transaction took and gave back, which are never written.
/// They are in the free list, so a short file is sound when every page it lacks is there.
///
///     page n at n * page size, n = 0 and 1 (64-bit layout, little endian)
///      0  16  page header
///     16   4  magic 0xBEEFC0DE
///     20   4  version 1
///     24   8  fixed map address
///     32   8  map size
///     40  48  free-list database: page size (4) ... root page (8) at its end
///     88  48  main database
///    136   8  last used page number
///    144   8  transaction id
struct MetaPages {
    private static let magic: UInt32 = 0xBEEF_C0DE
    private static let readLength = 152

    private struct Meta {
        let pageSize: Int
        let freeListRoot: UInt64
        let lastPage: UInt64
        let transaction: UInt64
    }

    /// Refuses a data file that LMDB would crash on. A file that is missing or empty is fine: LMDB makes it.
    static func check(dataFile path: String) throws(LMDBError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return }
            throw LMDBError(code: errno, "open", path: path)
        }
        defer { close(descriptor) }
        if try size(descriptor, path) == 0 { return }
        // A commit by another process between the reads makes the newer meta's file longer, never shorter.
        guard let first = meta(descriptor, at: 0),
            let second = meta(descriptor, at: first.pageSize), second.pageSize == first.pageSize
        else { throw LMDBError(.foreign, "open", path: path) }
        let newest = first.transaction >= second.transaction ? first : second
        let needed = (Int(newest.lastPage) + 1) * newest.pageSize
        let actual = try size(descriptor, path)
        guard actual < needed else { return }
        let missing = UInt64(actual / newest.pageSize)...newest.lastPage
        guard FreeList(descriptor, pageSize: newest.pageSize).holds(missing, root: newest.freeListRoot) else {
            throw LMDBError(.truncated(expectedBytes: needed, actualBytes: actual), "open", path: path)
        }
    }

    private static func size(_ descriptor: Int32, _ path: String) throws(LMDBError) -> Int {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw LMDBError(code: errno, "fstat", path: path) }
        return Int(status.st_size)
    }

    private static func meta(_ descriptor: Int32, at offset: Int) -> Meta? {
        guard let bytes = readBytes(descriptor, at: offset, count: readLength) else { return nil }
        let span = bytes.rawSpan
        let pageSize = Int(span.u32(at: 40))
        guard span.u32(at: 16) == magic, span.u32(at: 20) == 1, pageSize >= 512, pageSize <= 65536,
            pageSize & (pageSize - 1) == 0
        else { return nil }
        return Meta(
            pageSize: pageSize, freeListRoot: span.u64(at: 80), lastPage: span.u64(at: 136),
            transaction: span.u64(at: 144))
    }
}

/// Exactly `count` bytes of a file at `offset`; nil when it ends before.
private func readBytes(_ descriptor: Int32, at offset: Int, count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let done = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, count, off_t(offset)) }
    return done == count ? bytes : nil
}

/// LMDB's free-list database, read page by page without mapping the file.
///
/// Page: number (8), pad (2), flags (2), lower (2), upper (2), then u16 offsets of nodes. Node: data size (4) or, in a
/// branch, the child's page (6); flags (2), key size (2), key, data. The data of a free-list node are u64s: a count,
/// then page numbers.
private struct FreeList {
    private let descriptor: Int32
    private let pageSize: Int

    private static let branch: UInt16 = 0x01
    private static let leaf: UInt16 = 0x02
    private static let bigData: UInt16 = 0x01
    private static let noPage = UInt64.max
    /// No LMDB tree is deeper; a loop in a damaged file ends here.
    private static let maximumDepth = 32

    init(_ descriptor: Int32, pageSize: Int) {
        self.descriptor = descriptor
        self.pageSize = pageSize
    }

    /// Whether every page of `pages` is free. A page of the list that cannot be read counts as "no".
    func holds(_ pages: ClosedRange<UInt64>, root: UInt64) -> Bool {
        guard root != Self.noPage, pages.count < 1 << 24 else { return false }
        var found = Set<UInt64>()
        guard collect(root, depth: 0, pages, &found) else { return false }
        return found.count == pages.count
    }

    private func collect(
        _ page: UInt64, depth: Int, _ wanted: ClosedRange<UInt64>, _ found: inout Set<UInt64>
    ) -> Bool {
        guard depth < Self.maximumDepth, let bytes = readBytes(descriptor, at: Int(page) * pageSize, count: pageSize)
        else { return false }
        let span = bytes.rawSpan
        let flags = span.u16(at: 10)
        guard flags & (Self.branch | Self.leaf) != 0 else { return false }
        let count = (Int(span.u16(at: 12)) - 16) / 2
        for index in 0..<max(0, count) {
            let node = Int(span.u16(at: 16 + 2 * index))
            guard node + 8 <= pageSize else { return false }
            if flags & Self.branch != 0 {
                let child = UInt64(span.u32(at: node)) | UInt64(span.u16(at: node + 4)) << 32
                guard collect(child, depth: depth + 1, wanted, &found) else { return false }
            } else {
                guard addNode(span, node, wanted, &found) else { return false }
            }
        }
        return true
    }

    private func addNode(
        _ page: RawSpan, _ node: Int, _ wanted: ClosedRange<UInt64>, _ found: inout Set<UInt64>
    ) -> Bool {
        let size = Int(page.u32(at: node))
        let start = node + 8 + Int(page.u16(at: node + 6))
        if page.u16(at: node + 4) & Self.bigData != 0 {
            guard start + 8 <= pageSize, size < 1 << 30,
                let data = readBytes(descriptor, at: Int(page.u64(at: start)) * pageSize + 16, count: size)
            else { return false }
            return addPages(data.rawSpan, wanted, &found)
        }
        guard start + size <= pageSize else { return false }
        return addPages(page.extracting(start..<start + size), wanted, &found)
    }

    private func addPages(_ data: RawSpan, _ wanted: ClosedRange<UInt64>, _ found: inout Set<UInt64>) -> Bool {
        guard data.byteCount >= 8, data.byteCount >= 8 + Int(min(data.u64(at: 0), 1 << 40)) * 8 else { return false }
        for index in 0..<Int(data.u64(at: 0)) {
            let page = data.u64(at: 8 + 8 * index)
            if wanted.contains(page) { found.insert(page) }
        }
        return true
    }
}
