public import LMDB

/// A proof to keep and to hand on that an entry is in a log: where it stands, the hashes beside its path, and the
/// signed checkpoint they lead to. It is text of the form C2SP tlog-proof, in files named `.tlog-proof`.
///
/// It says nothing of the entry itself. Who checks it hashes the entry (``MerkleHash/leaf(_:)``), verifies the
/// signatures of ``checkpoint`` with keys known beforehand, reads its text as a ``TreeCheckpoint``, looks at the
/// origin, and then asks ``MerkleProof/verifyInclusion(leaf:index:size:proof:root:)``.
public struct TransparencyLogProof: Hashable, Sendable {
    private static let firstLine = "c2sp.org/tlog-proof@v1"
    /// The most hashes a proof has: a tree of 2^64 leaves has no longer path.
    private static let hashCount = 64

    /// The place of the entry in the log, from 0.
    public let index: UInt64
    /// Bytes for the reader that nobody has signed; nil when there are none.
    public let extra: [UInt8]?
    /// The hashes beside the path, the leaf's sibling first.
    public let hashes: [Hash256]
    /// The signed checkpoint that the hashes lead to.
    public let checkpoint: SignedNote

    /// A proof of these parts; nothing is checked. Without a byte `extra` is the same as nil.
    public init(index: UInt64, extra: [UInt8]? = nil, hashes: [Hash256], checkpoint: SignedNote) {
        self.index = index
        self.extra = extra.flatMap { $0.isEmpty ? nil : $0 }
        self.hashes = hashes
        self.checkpoint = checkpoint
    }

    /// Reads a proof; whether it proves anything is not checked. ``encoded`` gives the same bytes again.
    ///
    /// - Throws: ``NoteError`` with the line, counted from 1, and what was expected there; lines of the checkpoint are
    ///   counted from its own beginning.
    public init(parsing text: String) throws(NoteError) {
        var lines = NoteLines(text)
        guard let first = lines.next(), first.dropping(Self.firstLine)?.isEmpty ?? false else {
            throw .malformed(.proof, line: 1, expected: Self.firstLine)
        }
        var line = lines.next()
        var extra: [UInt8]?
        if let value = line?.dropping("extra ") {
            guard let bytes = Base64.decode(value), !bytes.isEmpty else {
                throw .malformed(.proof, line: lines.number, expected: "extra <base64 of a byte or more>")
            }
            extra = bytes
            line = lines.next()
        }
        guard let value = line?.dropping("index "), let index = UInt64(decimal: value) else {
            throw .malformed(.proof, line: extra == nil ? 2 : 3, expected: "index <decimal digits, below 2^64>")
        }
        let hashes = try Self.hashes(&lines)
        let checkpoint = try SignedNote(parsing: lines.rest)
        _ = try TreeCheckpoint(parsing: checkpoint.text)
        self.init(index: index, extra: extra, hashes: hashes, checkpoint: checkpoint)
    }

    /// The proof as it is stored and sent.
    public var encoded: String {
        var text = Self.firstLine + "\n"
        if let extra { text += "extra \(Base64.encode(extra))\n" }
        text += "index \(index)\n"
        for hash in hashes { text += hash.base64 + "\n" }
        return text + "\n" + checkpoint.encoded
    }

    /// Reads the hashes and the empty line behind them.
    private static func hashes(_ lines: inout NoteLines) throws(NoteError) -> [Hash256] {
        var hashes: [Hash256] = []
        while let line = lines.next(), !line.isEmpty {
            guard hashes.count < hashCount, let hash = Hash256(base64: line) else {
                throw .malformed(
                    .proof, line: lines.number,
                    expected: "the base64 of a hash of 32 bytes, \(hashCount) at most, or an empty line")
            }
            hashes.append(hash)
        }
        return hashes
    }
}
