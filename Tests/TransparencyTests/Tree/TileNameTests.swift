import Testing
import Transparency

/// Where published tiles lie, and which there are.
@Suite struct TileNameTests {
    @Test(
        "the index is written in groups of three digits",
        arguments: [
            (0, "000"), (1, "001"), (67, "067"), (255, "255"), (256, "256"), (999, "999"), (1000, "x001/000"),
            (1_234_067, "x001/x234/067"), (1_000_000, "x001/x000/000"), (999_999, "x999/999"),
            (.max, "x018/x446/x744/x073/x709/x551/615"),
        ] as [(UInt64, String)])
    func places(index: UInt64, place: String) {
        #expect(TileName(level: 0, index: index).path == "tile/0/" + place)
        #expect(TileName(level: 0, index: index).entriesPath == "tile/entries/" + place)
        #expect(TileName(level: 0, index: index, width: 255).entriesPath == "tile/entries/\(place).p/255")
        #expect(TileName(level: 12, index: index, width: 1).path == "tile/12/\(place).p/1")
    }

    @Test("a tile is full with 256 hashes")
    func fullness() {
        #expect(TileName(level: 3, index: 5).isFull)
        #expect(TileName(level: 3, index: 5, width: 256) == TileName(level: 3, index: 5))
        #expect(!TileName(level: 3, index: 5, width: 255).isFull)
    }

    /// The example of the specification.
    @Test("a tree of 70,000 leaves has 273 full tiles of leaves and a partial one of 112, and so on")
    func seventyThousand() {
        let widths = (0...4).map { TileName.widths(size: 70_000, level: $0) }
        let full = widths.map { $0.full }
        let partial = widths.map { $0.partial }
        #expect(full == [273, 1, 0, 0, 0])
        #expect(partial == [112, 17, 1, 0, 0])
        let names = Array(TileName.names(forSize: 70_000))
        #expect(names.count == 277)
        #expect(names[272].path == "tile/0/272")
        #expect(
            names.suffix(4).map(\.path) == ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"])
    }

    @Test(
        "a tile goes into one above when it is full",
        arguments: [
            (0, []), (1, ["tile/0/000.p/1"]), (255, ["tile/0/000.p/255"]), (256, ["tile/0/000", "tile/1/000.p/1"]),
            (257, ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]),
        ] as [(UInt64, [String])])
    func smallTrees(size: UInt64, paths: [String]) {
        #expect(TileName.names(forSize: size).map(\.path) == paths)
    }

    @Test("the tiles of a level hold each of its complete subtrees once")
    func everySubtreeOnce() {
        for size in [0, 1, 300, 511, 512, 513, 65_535, 65_536, 65_537, 131_072] as [UInt64] {
            var next: [Int: UInt64] = [:]
            for tile in TileName.names(forSize: size) {
                #expect(tile.index * 256 == next[tile.level, default: 0], "\(tile.path) of \(size)")
                next[tile.level, default: 0] += UInt64(tile.width)
            }
            let expected: [UInt64] = [size, size / 256, size / 65_536, size / 16_777_216]
            #expect((0...3).map { next[$0, default: 0] } == expected)
            #expect(next.keys.allSatisfy { $0 < 4 })
        }
    }

    @Test("even the largest tree has names, one by one")
    func largestTree() {
        let widths = [0, 7, 8, 63, Int.max].map { TileName.widths(size: .max, level: $0) }
        let full = widths.map { $0.full }
        let partial = widths.map { $0.partial }
        #expect(full == [UInt64.max >> 8, 0, 0, 0, 0])
        #expect(partial == [255, 255, 0, 0, 0])
        #expect(TileName.names(forSize: .max).prefix(2).map(\.path) == ["tile/0/000", "tile/0/001"])
    }
}
