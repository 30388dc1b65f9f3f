internal import LMDB

/// A size of the log's tree and its root then, written `SIZE:BASE64ROOT`.
struct SizedRoot: Hashable, Sendable, CustomStringConvertible {
    let size: UInt64
    let root: Hash256

    init(size: UInt64, root: Hash256) {
        self.size = size
        self.root = root
    }

    /// Reads what ``description`` writes; nil for anything else.
    init?(_ text: String) {
        let fields = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard fields.count == 2, let size = UInt64(exactDecimal: String(fields[0])),
            let root = Hash256(base64Text: String(fields[1]))
        else { return nil }
        self.init(size: size, root: root)
    }

    var description: String { "\(size):\(root.base64Text)" }
}
