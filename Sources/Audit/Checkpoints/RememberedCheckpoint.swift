public import LMDB
public import Transparency

/// A checkpoint that somebody has kept outside the data directory: what the operator of the log cannot have changed.
public struct RememberedCheckpoint: Hashable, Sendable {
    /// How many events the log had.
    public let size: UInt64
    /// The root of its tree then.
    public let root: Hash256
    /// Where the checkpoint comes from, for messages: a file, an argument.
    public let source: String

    /// A checkpoint known by its numbers.
    public init(size: UInt64, root: Hash256, source: String) {
        self.size = size
        self.root = root
        self.source = source
    }

    /// Reads a checkpoint in any of the forms it is kept in: a signed note, its text alone, a tlog-proof or a bundle
    /// with the checkpoint at its end, or `SIZE:BASE64ROOT`.
    ///
    /// Signatures are not checked: whoever remembers a checkpoint trusts the place it was kept in.
    ///
    /// - Throws: `NoteError` with what was expected where.
    public init(_ text: String, source: String) throws(NoteError) {
        let short = text.utf8.last == UInt8(ascii: "\n") ? String(text.unicodeScalars.dropLast()) : text
        if let sized = SizedRoot(short) {
            self.init(size: sized.size, root: sized.root, source: source)
            return
        }
        let checkpoint = try TreeCheckpoint(parsing: Self.body(in: text))
        self.init(size: checkpoint.size, root: checkpoint.root, source: source)
    }

    /// `SIZE:BASE64ROOT`: the shortest form to write down.
    public var shortForm: String { SizedRoot(size: size, root: root).description }

    private static let proofStart = "c2sp.org/tlog-proof@v1\n"

    /// The text of the checkpoint in one of the longer forms.
    private static func body(in text: String) throws(NoteError) -> String {
        let bytes = Array(text.utf8)
        if bytes.starts(with: proofStart.utf8) { return try TransparencyLogProof(parsing: text).checkpoint.text }
        if bytes.starts(with: (BundleFormat.version + "\n").utf8) {
            return try SignedNote(parsing: checkpoint(endingBundle: bytes)).text
        }
        let lineEnd = UInt8(ascii: "\n")
        let isNote = zip(bytes, bytes.dropFirst()).contains { $0 == lineEnd && $1 == lineEnd }
        return isNote ? try SignedNote(parsing: text).text : text
    }

    /// What stands behind the first line `checkpoint` of a bundle. No line before it begins so.
    private static func checkpoint(endingBundle bytes: [UInt8]) throws(NoteError) -> String {
        let mark = Array("\n\(BundleFormat.checkpoint)\n".utf8)
        guard let found = bytes.rawSpan.firstRange(of: mark.rawSpan) else {
            throw .malformed(.note, line: 1, expected: "a bundle with the line \(BundleFormat.checkpoint)")
        }
        return String(decoding: bytes[found.upperBound...], as: UTF8.self)
    }
}
