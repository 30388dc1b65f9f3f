/// A page of a data file that is not as LMDB relies on it to be.
///
/// LMDB trusts its pages: reading such a file through it may end the process, or answer wrongly.
package struct PageDamage: Error, Equatable, Sendable {
    /// The data file.
    package let path: String
    /// The page where it showed.
    package let page: PageNumber
    /// The page that names this one; nil for the meta pages, which nothing names.
    package let namedBy: PageNumber?
    /// The tree concerned: a database by its name, `the free list`, or `the main database`, which holds the records of
    /// the others; nil when the file as a whole is.
    package let database: String?
    /// The keys that may be affected.
    package internal(set) var keys: DamagedKeys?
    /// What is wrong with the page.
    package let what: String
    /// The error of the operating system, where the page could not be read.
    package var errorNumber: Int32?
}

extension PageDamage: CustomStringConvertible {
    /// One line: file, page, tree, keys and what is wrong.
    package var description: String {
        var place = "page \(page)"
        if let database { place += " of \(database)" }
        if let keys, let text = keys.text { place += ", \(text)" }
        if let namedBy { place += ", named by page \(namedBy)" }
        return "\(path): \(place): \(what)"
    }
}

/// The keys of a tree that lie below a damaged page.
package struct DamagedKeys: Equatable, Sendable {
    /// The first key that may be among them; nil when there is no bound.
    package internal(set) var first: [UInt8]?
    /// The first key after them; nil when there is no bound.
    package internal(set) var end: [UInt8]?
    /// Whether the keys are 64-bit integers.
    package let areIntegers: Bool

    /// Both bounds in words; nil when there is none.
    package var text: String? {
        let bounds = [first.map { "from \(text(of: $0))" }, end.map { "before \(text(of: $0))" }].compactMap { $0 }
        return bounds.isEmpty ? nil : "keys " + bounds.joined(separator: " to ")
    }

    private func text(of key: [UInt8]) -> String {
        if areIntegers, key.count == 8 { return "\(key.rawSpan.u64(at: 0))" }
        if key.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return "\"\(key.rawSpan.text())\"" }
        return "0x" + key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// What is wrong with the page at hand; whoever knows which page that is makes a ``PageDamage`` of it.
struct PageFault: Error {
    /// A clause whose subject is the page.
    let what: String
    /// The error of the operating system, where the page could not be read.
    var errorNumber: Int32?

    init(_ what: String) {
        self.what = what
    }
}
