internal import Glibc

/// The two meta pages of a data file, read with plain file access.
struct MetaPages {
    private let path: String
    private let first: MetaPage
    private let second: MetaPage

    /// Reads both meta pages of `file`, in their order.
    ///
    /// - Throws: ``PageDamage`` when one of them is not of LMDB's format.
    init(_ file: borrowing PageFile) throws(PageDamage) {
        path = file.path
        first = try Self.page(0, of: file)
        second = try Self.page(1, of: file, pageSize: first.pageSize)
    }

    /// The page of the newer transaction: the one that says where the trees are.
    var newest: MetaPage { first.transaction >= second.transaction ? first : second }

    /// The same, after a check of all that can be told without looking at the trees. Nobody writes to the file.
    func checked() throws(PageDamage) -> MetaPages {
        for page in [first, second] { try Self.check(page, path) }
        let older = first.transaction >= second.transaction ? second : first
        // In a new file, both are of transaction 0.
        guard older.transaction &+ 1 == newest.transaction || newest.transaction == 0 else {
            let what = "is of transaction \(newest.transaction), the other one of \(older.transaction)"
            throw Self.damage(newest.number, PageFault(what), path)
        }
        guard older.lastPage <= newest.lastPage else {
            let what = "says that page \(newest.lastPage) is the last one, and was page \(older.lastPage) before"
            throw Self.damage(newest.number, PageFault(what), path)
        }
        return self
    }

    /// Whether the newer page is sound, and the older one of the transaction before it. What else is in the older one
    /// nobody uses, and a commit that failed may have left there.
    private var fit: Bool {
        let older = first.transaction >= second.transaction ? second : first
        guard (try? newest.check()) != nil else { return false }
        return older.transaction &+ 1 == newest.transaction || newest.transaction == 0
    }

    /// The meta page of `transaction`, whose pages a read transaction keeps, after a check of it; nil when a later
    /// transaction may have written over it while it was read.
    static func page(of transaction: UInt64, in file: borrowing PageFile) throws(PageDamage) -> MetaPage? {
        let number = Int(transaction % 2)
        let pageSize = try page(0, of: file).pageSize
        let wanted = try page(number, of: file, pageSize: pageSize)
        // Read last: as long as the next transaction has not written this one, the one after that, which writes over
        // the page that is wanted, cannot have begun.
        let other = try page(1 - number, of: file, pageSize: pageSize)
        guard wanted.transaction == transaction,
            other.transaction &+ 1 == transaction || (transaction == 0 && other.transaction == 0)
        else { return nil }
        try check(wanted, file.path)
        return wanted
    }

    private static func page(
        _ number: Int, of file: borrowing PageFile, pageSize: Int = 0
    ) throws(PageDamage) -> MetaPage {
        do throws(PageFault) {
            return try MetaPage(file, number: number, pageSize: pageSize)
        } catch {
            throw damage(PageNumber(UInt64(number)), error, file.path)
        }
    }

    private static func check(_ page: MetaPage, _ path: String) throws(PageDamage) {
        do throws(PageFault) {
            try page.check()
        } catch {
            throw damage(page.number, error, path)
        }
    }

    private static func damage(_ page: PageNumber, _ fault: PageFault, _ path: String) -> PageDamage {
        PageDamage(
            path: path, page: page, namedBy: nil, database: nil, keys: nil, what: fault.what,
            errorNumber: fault.errorNumber)
    }
}

// MARK: - Before a file is mapped

extension MetaPages {
    /// Refuses a data file that LMDB would crash on, *before* the file is mapped. A file that is missing or empty is
    /// fine: LMDB makes it.
    ///
    /// `mdb_env_open` accepts a truncated file and the first read past its end is SIGBUS, so the size is checked here.
    /// A sound file may lack pages at its end, too: those that a transaction took and gave back, which are never
    /// written. They are in the free list, so a short file is sound when every page it lacks is there.
    static func check(dataFile path: String) throws(LMDBError) {
        guard let file = try PageFile(path), try file.byteCount() > 0 else { return }
        var pages = try pages(of: file)
        // Where somebody commits between the reads of the two, they do not fit until they are read again.
        var attempts = 0
        while !pages.fit {
            attempts += 1
            guard attempts < Self.attemptsToRead else { throw LMDBError(.corrupted, "open", path: path) }
            usleep(100)
            pages = try Self.pages(of: file)
        }
        let newest = pages.newest
        guard newest.lastPage.rawValue < UInt64(Int.max / newest.pageSize) else {
            throw LMDBError(.corrupted, "open", path: path)
        }
        let needed = (Int(newest.lastPage.rawValue) + 1) * newest.pageSize
        // Asked last: a commit by another process meanwhile makes the file longer, never shorter.
        let actual = try file.byteCount()
        guard actual < needed else { return }
        guard (try? lacksOnlyFreePages(file, byteCount: actual, newest)) != nil else {
            throw LMDBError(.truncated(expectedBytes: needed, actualBytes: actual), "open", path: path)
        }
    }

    private static let attemptsToRead = 100

    private static func pages(of file: borrowing PageFile) throws(LMDBError) -> MetaPages {
        do throws(PageDamage) {
            return try MetaPages(file)
        } catch {
            throw LMDBError(error.errorNumber.map { .system($0) } ?? .foreign, "open", path: file.path)
        }
    }

    /// A free list that cannot be read is as good as none.
    private static func lacksOnlyFreePages(
        _ file: consuming PageFile, byteCount: Int, _ meta: MetaPage
    ) throws {
        try meta.check()
        var walk = try PageWalk(file, byteCount: byteCount, meta: meta)
        try walk.walkFreeList()
        try walk.checkMissingPages()
    }
}
