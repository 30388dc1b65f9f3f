/// A walk through all pages of a data file that checks what LMDB relies on without looking: it maps nothing and reads
/// nothing through LMDB, so that damage is an error and not a crash.
///
/// - Both meta pages have LMDB's format, and follow each other.
/// - Each page that is reached names itself and is of the kind that its place asks for; the leaves are as deep as the
///   record of their tree says; the nodes fill the end of their page and lie nowhere else.
/// - Keys ascend, within a page and from page to page, and every separator stands between its neighbours.
/// - A value in overflow pages has as many as it needs.
/// - No page has two uses; every page that the file lacks is free. Pages and entries are as many as the records say.
///
/// The bytes of values are not looked at: their owners have checksums.
///
/// Memory does not grow with the file, apart from two bits for each page. Every page in use is read once, of a long
/// value only the first.
package struct PageWalk: ~Copyable {
    /// Told now and then how many pages of how many were seen; what it throws ends the walk.
    package typealias Progress = (_ seen: Int, _ all: Int) throws -> Void

    /// The meta page of the snapshot that is walked.
    let meta: MetaPage
    /// The file.
    var reader: PageReader
    /// The pages seen in use so far.
    var reached: PageSet
    /// The pages of the free list so far.
    private(set) var free: PageSet
    /// Reused from page to page.
    var tiling: NodeTiling
    /// Room for pages, to be used again.
    var buffers: [[UInt8]] = []
    /// How many pages are seen before the progress is told.
    private var nextStep = pagesPerStep
    private static let pagesPerStep = 16_384

    /// A walk through `file` as `meta` describes it. That one has passed its own check.
    init(_ file: consuming PageFile, byteCount: Int, meta: MetaPage) throws(PageDamage) {
        self.meta = meta
        reader = PageReader(file, pageSize: meta.pageSize, byteCount: byteCount)
        tiling = NodeTiling(pageSize: meta.pageSize)
        // Every page that the file lacks is free, and has eight bytes in the file that say so.
        guard meta.lastPage.rawValue < UInt64(reader.pageCount) + UInt64(byteCount / 8) else {
            throw PageDamage(
                path: reader.file.path, page: meta.number, namedBy: nil, database: nil, keys: nil,
                what: "says that page \(meta.lastPage) is the last one; the file has \(reader.pageCount) pages")
        }
        reached = PageSet(upTo: meta.lastPage)
        free = PageSet(upTo: meta.lastPage)
    }

    /// Walks all trees, the free list first.
    mutating func walkAll(_ progress: Progress) throws -> PageSummary {
        let freeList = try walkFreeList(progress)
        var main = Tree(.main, "the main database", meta.main, in: meta.number)
        try walk(&main, progress)
        var databases: [String: TreeCounts] = [:]
        for var tree in main.named {
            try walk(&tree, progress)
            databases[tree.name] = tree.found
        }
        try checkMissingPages()
        let pages = Int(meta.lastPage.rawValue) + 1
        return PageSummary(
            pageSize: meta.pageSize, transaction: meta.transaction, pages: pages, freePages: free.count,
            leakedPages: pages - 2 - reached.count - free.count, freeList: freeList, main: main.found,
            databases: databases)
    }

    /// Walks the free list only.
    @discardableResult
    mutating func walkFreeList(_ progress: Progress = { _, _ in }) throws -> TreeCounts {
        var tree = Tree(.freeList, "the free list", meta.freeList, in: meta.number)
        try walk(&tree, progress)
        return tree.found
    }

    /// Checks that the pages after the end of the file are free. A page that a transaction has taken and given back is
    /// never written.
    func checkMissingPages() throws(PageDamage) {
        guard reader.pageCount <= meta.lastPage.rawValue else { return }
        for number in UInt64(reader.pageCount)...meta.lastPage.rawValue where !free.contains(PageNumber(number)) {
            throw PageDamage(
                path: reader.file.path, page: PageNumber(number), namedBy: nil, database: nil, keys: nil,
                what: "lies after the end of the file, and is not free")
        }
    }

    /// Tells the progress, if it is time.
    mutating func step(_ progress: Progress) throws {
        guard reached.count >= nextStep else { return }
        nextStep = reached.count + Self.pagesPerStep
        try progress(reached.count, Int(meta.lastPage.rawValue) + 1)
    }

    /// Whether `page` may be in use.
    func isPossible(_ page: PageNumber) -> Bool { page >= .firstOfTrees && page <= meta.lastPage }

    /// Notes that `page`, which is possible, is used for one thing and no other.
    mutating func reach(_ page: PageNumber) throws(PageFault) {
        guard !free.contains(page) else { throw PageFault("names page \(page), which is in the free list") }
        guard reached.insert(page) else { throw PageFault("names page \(page), which is in use elsewhere") }
    }

    /// Notes that the free list has `page`, which is possible.
    mutating func addFree(_ page: PageNumber) throws(PageFault) {
        guard !reached.contains(page) else { throw PageFault("lists page \(page) as free, which is in use") }
        guard free.insert(page) else { throw PageFault("lists page \(page) as free, which is so elsewhere") }
    }
}
