/// A set of the pages of a file, one bit each.
struct PageSet {
    private var words: [UInt64]
    /// How many pages it holds.
    private(set) var count = 0

    /// No page of those up to `last`.
    init(upTo last: PageNumber) {
        words = [UInt64](repeating: 0, count: Int(last.rawValue / 64) + 1)
    }

    /// Whether `page`, which is not after the last one, is in the set.
    func contains(_ page: PageNumber) -> Bool {
        words[Int(page.rawValue / 64)] & 1 << (page.rawValue % 64) != 0
    }

    /// Adds `page`, which is not after the last one; says whether it was new.
    mutating func insert(_ page: PageNumber) -> Bool {
        if contains(page) { return false }
        words[Int(page.rawValue / 64)] |= 1 << (page.rawValue % 64)
        count += 1
        return true
    }
}
