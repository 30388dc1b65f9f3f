/// What a walk through all pages of a sound data file has found.
package struct PageSummary: Equatable, Sendable {
    /// Bytes of a page.
    package let pageSize: Int
    /// The transaction whose pages they are.
    package let transaction: UInt64
    /// All pages up to the last one that was ever used, the two meta pages among them.
    package let pages: Int
    /// Pages that no tree uses and a later transaction may take.
    package let freePages: Int
    /// Pages that no tree uses and no transaction will take: lost room, no damage.
    package let leakedPages: Int
    /// The tree of the free pages.
    package let freeList: TreeCounts
    /// The tree of the records of the named databases.
    package let main: TreeCounts
    /// The trees of the named databases.
    package let databases: [String: TreeCounts]
}
