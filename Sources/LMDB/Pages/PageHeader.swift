/// What a page can be.
enum PageKind: UInt16, CustomStringConvertible {
    case branch = 0x01
    case leaf = 0x02
    case overflow = 0x04
    case meta = 0x08

    var description: String {
        switch self {
        case .branch: "a branch page"
        case .leaf: "a leaf page"
        case .overflow: "an overflow page"
        case .meta: "a meta page"
        }
    }
}

/// How every page begins; of the pages of an overflow value, only the first.
///
///      0  8  page number
///      8  2  not used here
///     10  2  flags
///     12  2  branch, leaf: lower, the end of the node offsets; overflow: how many pages, 4 bytes
///     14  2  branch, leaf: upper, the start of the nodes
struct PageHeader {
    /// The length of a header.
    static let length = 16

    /// The number that the page gives itself.
    let number: PageNumber
    /// What it is.
    let flags: UInt16
    /// Where the offsets of the nodes end.
    let lower: Int
    /// Where the nodes begin.
    let upper: Int
    /// How many pages the value takes that begins here.
    let overflowCount: UInt64

    /// The header in the first bytes of a page.
    init(_ bytes: RawSpan) {
        number = PageNumber(bytes.u64(at: 0))
        flags = bytes.u16(at: 10)
        lower = Int(bytes.u16(at: 12))
        upper = Int(bytes.u16(at: 14))
        overflowCount = UInt64(bytes.u32(at: 12))
    }

    /// Checks that the page is the one that was asked for.
    func check(_ expected: PageNumber, _ kind: PageKind) throws(PageFault) {
        guard number == expected else { throw PageFault("names itself \(number)") }
        guard flags == kind.rawValue else {
            let found = PageKind(rawValue: flags)?.description ?? "a page with flags \(hex(flags))"
            throw PageFault("is \(found); \(kind) belongs here")
        }
    }
}
