/// The name of a tile: up to 256 hashes that follow each other on every eighth level of a tree, as C2SP tlog-tiles
/// v0.1.0 publishes them.
///
/// The n-th hash of tile `index` at `level` is that of the subtree of level 8 · `level` and index 256 · `index` + n,
/// see ``SubtreeHashes``. A full tile never changes. A partial one is at the right-hand edge of its level, belongs to
/// one size of the tree, and goes into no tile above.
public struct TileName: Hashable, Sendable {
    /// The number of hashes in a full tile.
    public static let fullWidth = 256

    /// 0 for leaf hashes, at most 63; trees of up to 2^64 leaves need 0 to 7.
    public let level: Int
    /// Which tile of the level, from 0.
    public let index: UInt64
    /// The number of hashes in it, 1 to 256.
    public let width: Int

    /// The name of a tile.
    ///
    /// - Precondition: level and width are in their ranges.
    public init(level: Int, index: UInt64, width: Int = TileName.fullWidth) {
        precondition((0...63).contains(level), "a tile's level is 0 to 63, not \(level)")
        precondition((1...Self.fullWidth).contains(width), "a tile has 1 to \(Self.fullWidth) hashes, not \(width)")
        self.level = level
        self.index = index
        self.width = width
    }

    /// Whether it has all its hashes, so that it never changes again.
    public var isFull: Bool { width == Self.fullWidth }

    /// Where the tile is published, below the log's prefix: `tile/0/x001/x234/067`, `tile/1/002.p/17` for a partial
    /// one.
    public var path: String { "tile/\(level)/\(place)" }

    /// Where the entries of its leaves are published, below the log's prefix: `tile/entries/x001/x234/067`.
    ///
    /// - Precondition: the level is 0.
    public var entriesPath: String {
        precondition(level == 0, "entries go with tiles of level 0, not \(level)")
        return "tile/entries/\(place)"
    }

    /// How many tiles a tree of `size` leaves has at a level: the full ones, and the width of the partial one behind
    /// them, 0 when there is none.
    ///
    /// - Precondition: `level` is not negative.
    public static func widths(size: UInt64, level: Int) -> (full: UInt64, partial: Int) {
        precondition(level >= 0, "a tile's level is 0 to 63, not \(level)")
        let hashes = level < 8 ? size >> (8 * level) : 0
        return (hashes >> 8, Int(hashes & 0xFF))
    }

    /// The names of all tiles of a tree of `size` leaves, level by level from the leaves, each from left to right. Made
    /// one by one: a large tree has many.
    public static func names(forSize size: UInt64) -> TileNames { TileNames(size: size) }

    /// The index in groups of three digits, and the width where it is partial.
    private var place: String {
        var groups = Self.threeDigits(index % 1000)
        var rest = index / 1000
        while rest > 0 {
            groups = "x\(Self.threeDigits(rest % 1000))/\(groups)"
            rest /= 1000
        }
        return isFull ? groups : "\(groups).p/\(width)"
    }

    private static func threeDigits(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }
}

/// The names of all tiles of a tree, see ``TileName/names(forSize:)``.
public struct TileNames: Sequence, IteratorProtocol, Sendable {
    private let size: UInt64
    private var level = 0
    private var index: UInt64 = 0

    init(size: UInt64) {
        self.size = size
    }

    /// The next name; nil after the last one.
    public mutating func next() -> TileName? {
        while true {
            let (full, partial) = TileName.widths(size: size, level: level)
            if full == 0, partial == 0 { return nil }
            let width = index < full ? TileName.fullWidth : index == full ? partial : 0
            if width > 0 {
                defer { index += 1 }
                return TileName(level: level, index: index, width: width)
            }
            level += 1
            index = 0
        }
    }
}
