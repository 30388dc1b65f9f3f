internal import Foundation
internal import LMDB
internal import Transparency

/// The hashes of one generation of the tree: a file for every eighth level.
///
/// `tree/hashes-<generation>/level-0` holds the leaf hashes, `level-8` the hash of each complete run of 256 leaves,
/// `level-16` that of each complete run of 256 of those, and so on: the hashes that the tiles of C2SP tlog-tiles are
/// made of, one behind the other. All levels between are computed from the level below them that has a file.
final class TreeFiles: Sendable {
    /// Leaves of a tile, and hashes of one level that make one of the next file.
    static let width: UInt64 = 256
    /// Levels of the tree from one file to the next.
    static let levels = 8
    /// Enough for 2^64 leaves.
    static let fileCount = 8

    let generation: UInt64
    private let files: [HashFile]

    /// Opens the files of a generation; nil when one is not there.
    init?(in folder: String, generation: UInt64, isWritable: Bool) throws {
        let path = folder + "/" + Self.folderName(generation)
        var files: [HashFile] = []
        for number in 0..<Self.fileCount {
            guard let file = try HashFile(path + "/" + Self.fileName(number), isWritable: isWritable) else {
                return nil
            }
            files.append(file)
        }
        self.generation = generation
        self.files = files
    }

    /// Makes the files of a new generation, durably, without hashes.
    init(makingIn folder: String) throws {
        let generation = UInt64.random(in: .min ... .max)
        let path = folder + "/" + Self.folderName(generation)
        try DurableFile.createDirectory(path)
        var files: [HashFile] = []
        for number in 0..<Self.fileCount {
            files.append(try HashFile(making: path + "/" + Self.fileName(number)))
        }
        try DurableFile.syncDirectory(of: path + "/" + Self.fileName(0))
        self.generation = generation
        self.files = files
    }

    private static let folderPrefix = "hashes-"

    private static func folderName(_ generation: UInt64) -> String {
        folderPrefix + String(generation, radix: 36)
    }

    private static func fileName(_ number: Int) -> String { "level-\(number * levels)" }

    /// Removes what other generations have left in `folder`. Who reads in them goes on doing so.
    func removeOthers(in folder: String, keeping kept: UInt64? = nil) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix(Self.folderPrefix) && name != Self.folderName(generation) {
            if let kept, name == Self.folderName(kept) { continue }
            try? FileManager.default.removeItem(atPath: folder + "/" + name)
        }
    }

    /// Hashes in a file that a tree of `size` leaves needs.
    private static func count(_ number: Int, size: UInt64) -> UInt64 { size >> UInt64(number * levels) }

    /// Whether the files have all hashes of a tree of `size` leaves.
    func hold(_ size: UInt64) throws -> Bool {
        for (number, file) in files.enumerated() {
            guard try file.count() >= Self.count(number, size: size) else { return false }
        }
        return true
    }

    /// Cuts off what is beyond a tree of `size` leaves.
    func cut(to size: UInt64) throws {
        for (number, file) in files.enumerated() {
            let count = Self.count(number, size: size)
            try file.truncate(to: count)
        }
    }

    /// Makes durable what a tree of `new` leaves has and one of `old` leaves has not.
    func sync(from old: UInt64, to new: UInt64) throws {
        for (number, file) in files.enumerated()
        where Self.count(number, size: old) != Self.count(number, size: new) { try file.sync() }
    }

    /// The bytes of `count` hashes of level 8 · `number`, from `index` on.
    func read(_ number: Int, from index: UInt64, count: Int) throws -> [UInt8] {
        try files[number].read(from: index, count: count)
    }

    /// Writes hashes of level 8 · `number`, from `index` on.
    func write(_ hashes: RawSpan, _ number: Int, at index: UInt64) throws {
        try files[number].write(hashes, at: index)
    }

    /// Adds the hashes of level 16 and above that a tree of `new` leaves has and one of `old` leaves has not. Those of
    /// level 8 are there.
    func addUpperLevels(from old: UInt64, to new: UInt64) throws {
        var nodes: [Hash256] = []
        for number in 2..<Self.fileCount {
            let added = Self.count(number, size: old)..<Self.count(number, size: new)
            for index in added {
                let run = try read(number - 1, from: index * Self.width, count: Int(Self.width))
                let hash = HashRun.root(of: run.rawSpan, nodes: &nodes).bytes
                try write(hash.rawSpan, number, at: index)
            }
        }
    }
}

/// A complete subtree, of the hashes of one of its levels.
enum HashRun {
    /// The hash of the subtree over hashes that stand one behind the other.
    ///
    /// - Parameters:
    ///   - hashes: a power of two of them.
    ///   - nodes: used and overwritten; the same for many runs.
    static func root(of hashes: RawSpan, nodes: inout [Hash256]) -> Hash256 {
        let length = Hash256.byteCount
        var count = hashes.byteCount / length
        if count == 1 { return Hash256(hashes, at: 0) }
        count /= 2
        nodes.removeAll(keepingCapacity: true)
        for index in 0..<count {
            let left = 2 * index * length
            nodes.append(MerkleHash.node(Hash256(hashes, at: left), Hash256(hashes, at: left + length)))
        }
        while count > 1 {
            count /= 2
            for index in 0..<count { nodes[index] = MerkleHash.node(nodes[2 * index], nodes[2 * index + 1]) }
        }
        return nodes[0]
    }
}
