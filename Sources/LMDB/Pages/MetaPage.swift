/// One of the two pages at the start of a data file, which commits write in turn: the one of the newer transaction says
/// where the trees are.
///
///     page n at n * page size, n = 0 and 1 (64-bit layout, little endian)
///      0  16  page header
///     16   4  magic 0xBEEFC0DE
///     20   4  version 1
///     24   8  fixed map address
///     32   8  map size
///     40  48  free-list database, with the page size
///     88  48  main database
///    136   8  last used page number
///    144   8  transaction id
struct MetaPage {
    private static let magic: UInt32 = 0xBEEF_C0DE
    private static let version: UInt32 = 1
    private static let length = 152

    /// Which of the two it is: page 0 or page 1.
    let number: PageNumber
    /// What it says of itself.
    let header: PageHeader
    /// Bytes of a page.
    let pageSize: Int
    /// The pages that no tree uses.
    let freeList: TreeRecord
    /// The records of the named databases.
    let main: TreeRecord
    /// The last page that was ever used.
    let lastPage: PageNumber
    /// The transaction that wrote the page.
    let transaction: UInt64

    /// Reads page `number`, 0 or 1, of `file`.
    ///
    /// - Throws: ``PageFault`` when it is no meta page of the format that this library reads.
    init(_ file: borrowing PageFile, number: Int, pageSize: Int = 0) throws(PageFault) {
        var buffer = [UInt8](repeating: 0, count: Self.length)
        try file.read(Self.length, at: number * pageSize, into: &buffer)
        let bytes = buffer.rawSpan
        header = PageHeader(bytes)
        guard bytes.u32(at: 16) == Self.magic else { throw PageFault("does not begin as LMDB's meta pages do") }
        guard bytes.u32(at: 20) == Self.version else {
            throw PageFault("has format version \(bytes.u32(at: 20)); this program reads \(Self.version)")
        }
        let size = Int(bytes.u32(at: 40))
        // The offsets in a page have 16 bits.
        guard size >= 512, size <= 32_768, size & (size - 1) == 0, pageSize == 0 || size == pageSize else {
            throw PageFault("says that pages have \(size) bytes")
        }
        self.number = PageNumber(UInt64(number))
        self.pageSize = size
        freeList = TreeRecord(bytes, at: 40)
        main = TreeRecord(bytes, at: 88)
        lastPage = PageNumber(bytes.u64(at: 136))
        transaction = bytes.u64(at: 144)
    }

    /// Checks everything that does not depend on the other meta page or on the file.
    func check() throws(PageFault) {
        try header.check(number, .meta)
        // What a transaction reads, LMDB looks up in the page that goes with its number.
        guard transaction % 2 == number.rawValue || transaction == 0 else {
            throw PageFault("is of transaction \(transaction), which belongs to page \(transaction % 2)")
        }
        guard lastPage >= PageNumber(1) else { throw PageFault("says that page \(lastPage) is the last one") }
        try freeList.check("the free list", isFreeList: true, lastPage: lastPage)
        try main.check("the main database", lastPage: lastPage)
    }
}
