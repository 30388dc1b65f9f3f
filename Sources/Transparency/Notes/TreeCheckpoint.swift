public import LMDB

/// What a log says of itself: its size and the root of its tree, as in C2SP tlog-checkpoint v1.0.0.
///
/// It counts when it is the text of a ``SignedNote`` whose signatures were verified.
public struct TreeCheckpoint: Sendable {
    /// Which log speaks: by convention a URL without its scheme, and the name of the log's key.
    public let origin: String
    /// The number of leaves.
    public let size: UInt64
    /// The root over all of them.
    public let root: Hash256
    /// Further lines that were signed with it. This package writes none and gives them no meaning.
    public let extensions: [String]

    /// A checkpoint without further lines.
    ///
    /// - Precondition: ``isOrigin(_:)`` holds of `origin`.
    public init(origin: String, size: UInt64, root: Hash256) {
        precondition(Self.isOrigin(origin), "an origin is a line of its own, not \(origin.debugDescription)")
        self.origin = origin
        self.size = size
        self.root = root
        extensions = []
    }

    /// Whether a log can be named so: a line that is not empty and has no control characters below U+0020. What names a
    /// key does.
    public static func isOrigin(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 }
    }

    /// Reads the text of a checkpoint: three lines or more, none of them empty. ``body`` gives the same bytes again.
    ///
    /// - Throws: ``NoteError`` with the line, counted from 1, and what was expected there.
    public init(parsing body: String) throws(NoteError) {
        var lines = NoteLines(body)
        origin = String(try Self.line(&lines, expected: "the origin of the log"))
        guard let size = UInt64(decimal: try Self.line(&lines, expected: "the size of the tree")) else {
            throw .malformed(
                .checkpoint, line: lines.number, expected: "the size of the tree in decimal digits, below 2^64")
        }
        guard let root = Hash256(base64: try Self.line(&lines, expected: "the root of the tree")) else {
            throw .malformed(.checkpoint, line: lines.number, expected: "the base64 of a root of 32 bytes")
        }
        guard size > 0 || root == MerkleHash.emptyRoot else {
            throw .malformed(.checkpoint, line: lines.number, expected: "the root of no leaves, SHA-256 of nothing")
        }
        var extensions: [String] = []
        while !lines.isAtEnd { extensions.append(String(try Self.line(&lines, expected: "a further line"))) }
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// The text that is signed: origin, size and root, a line each, and the further lines.
    public var body: String {
        var body = "\(origin)\n\(size)\n\(root.base64)\n"
        for line in extensions { body += line + "\n" }
        return body
    }

    private static func line(_ lines: inout NoteLines, expected: String) throws(NoteError) -> Substring {
        guard let line = lines.next() else {
            throw .malformed(.checkpoint, line: lines.number + 1, expected: expected + " and a line end")
        }
        guard isOrigin(String(line)) else {
            throw .malformed(
                .checkpoint, line: lines.number, expected: expected + ", not empty and without control characters")
        }
        return line
    }
}

extension TreeCheckpoint: Hashable {
    /// Byte for byte: origins that only look the same are not.
    public static func == (left: TreeCheckpoint, right: TreeCheckpoint) -> Bool {
        left.size == right.size && left.root == right.root && left.origin.sameBytes(as: right.origin)
            && left.extensions.elementsEqual(right.extensions) { $0.sameBytes(as: $1) }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(size)
        hasher.combine(root)
    }
}
