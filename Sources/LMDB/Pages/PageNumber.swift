/// The number of a page in a data file: page n lies at n times the page size.
package struct PageNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number itself.
    package let rawValue: UInt64

    /// The page with this number, whether or not the file has one.
    package init(_ rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// What stands for "no page" where a tree has no root.
    static let none = PageNumber(.max)

    /// The first page that is not a meta page.
    static let firstOfTrees = PageNumber(2)

    package static func < (left: PageNumber, right: PageNumber) -> Bool { left.rawValue < right.rawValue }

    package var description: String { "\(rawValue)" }
}
