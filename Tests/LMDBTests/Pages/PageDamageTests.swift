import Foundation
@testable import LMDB
import Testing
import TestSupport

/// Every kind of damage is found, at its page and in its words.
@Suite(.timeLimit(.minutes(5))) struct PageDamageTests {
    private let file: SampleFile
    private let map: PageMap

    init() throws {
        file = try SampleFile()
        map = PageMap(file.sound)
    }

    /// What is found after `change`.
    private func damage(_ change: (inout [UInt8]) -> Void) throws -> PageDamage {
        var bytes = file.sound
        change(&bytes)
        return try #require(try file.damage(in: bytes))
    }

    private func damage<Value: FixedWidthInteger>(storing value: Value, at offset: Int) throws -> PageDamage {
        try damage { $0.store(littleEndian: value, at: offset) }
    }

    /// The leaf of `tree` in the middle.
    private func leaf(of tree: String) throws -> Int {
        let leaves = try #require(map.leaves[tree])
        return leaves[leaves.count / 2]
    }

    private func page(_ damage: PageDamage) -> Int { Int(damage.page.rawValue) }

    // MARK: Meta pages

    @Test(
        "a number in a meta page that cannot be right is damage of that page",
        arguments: [
            (0, "names itself"), (10, "is a page with flags"), (16, "does not begin as LMDB's meta pages do"),
            (20, "has format version"), (40, "says that pages have"), (44, "says that the free list has flags"),
            (46, "says that the free list"), (85, "says that the free list has root page"),
            (92, "says that the main database has flags"), (94, "says that the main database"),
            (133, "says that the main database has root page"), (139, "is the last one"), (144, "is of transaction"),
        ])
    func metaPages(offset: Int, what: String) throws {
        let place = map.newestMeta * map.pageSize + offset
        let damage = try damage { $0[place] ^= 0x55 }
        #expect(page(damage) == map.newestMeta)
        #expect(damage.what.contains(what), "\(damage)")
    }

    @Test("an older meta page that became the newer one by its number is damage")
    func metaPagesThatDoNotFollow() throws {
        let older = 1 - map.newestMeta
        let damage = try damage { $0[older * map.pageSize + 145] = 1 }
        #expect(page(damage) == older)
        #expect(damage.what.contains("the other one"))
    }

    @Test("a file that is cut off is damage of the first page that is needed and missing")
    func cutOff() throws {
        let damage = try damage { $0.removeLast($0.count / 2) }
        #expect(damage.page.rawValue >= file.sound.count / 2 / map.pageSize)
        #expect(damage.what.contains("after the end of the file"), "\(damage)")
        #expect(page(try self.damage { $0.removeLast($0.count - 100) }) == 0)
        #expect(page(try self.damage { $0 = [] }) == 0)
    }

    // MARK: Pages

    @Test("a page of zeros is found as such, with its tree, its keys and the page that names it")
    func zeroPage() throws {
        let zeroed = try leaf(of: "events")
        let damage = try damage { bytes in
            for offset in zeroed * map.pageSize..<(zeroed + 1) * map.pageSize { bytes[offset] = 0 }
        }
        #expect(page(damage) == zeroed)
        #expect(damage.what == "names itself 0")
        #expect(damage.database == "events")
        let leaves = try #require(map.leaves["events"])
        let next = leaves[leaves.count / 2 + 1]
        let first = firstKey(of: zeroed)
        let end = firstKey(of: next)
        #expect(damage.keys?.text == "keys from \(first) to before \(end)")
        let root = try #require(map.branches["events"]?.first)
        #expect(
            damage.description
                == "\(file.path): page \(zeroed) of events, keys from \(first) to before \(end), named by page "
                + "\(root): names itself 0")
    }

    private func firstKey(of page: Int) -> UInt64 {
        let start = page * map.pageSize
        return map.bytes.rawSpan.u64(at: start + Int(map.bytes.rawSpan.u16(at: start + 16)) + 8)
    }

    @Test("a page in the place of another is found by its number")
    func strayPage() throws {
        let (place, stray) = (try leaf(of: "names"), try leaf(of: "events"))
        let damage = try damage { bytes in
            for offset in 0..<map.pageSize {
                bytes[place * map.pageSize + offset] = file.sound[stray * map.pageSize + offset]
            }
        }
        #expect(page(damage) == place)
        #expect(damage.what == "names itself \(stray)")
    }

    @Test("a leaf in the place of a branch is found, and the other way round")
    func wrongLevel() throws {
        let leaf = try leaf(of: "names")
        let found = try damage(storing: UInt16(1), at: map.offset(.pageFlags, leaf))
        #expect(page(found) == leaf)
        #expect(found.what == "is a branch page; a leaf page belongs here")
        let branch = try #require(map.branches["names"]?.last)
        let other = try damage(storing: UInt16(0x22), at: map.offset(.pageFlags, branch))
        #expect(page(other) == branch)
        #expect(other.what == "is a page with flags 0x22; a branch page belongs here")
    }

    @Test("bounds and nodes that do not fit into the page are found")
    func nodesOutOfPlace() throws {
        let leaf = try leaf(of: "names")
        let header = PageHeader(map.bytes.rawSpan.extracting(leaf * map.pageSize..<(leaf + 1) * map.pageSize))
        let changes: [(field: PageMap.Field, value: Int, what: String)] = [
            (.lower, header.lower + 1, "has node offsets up to"), (.lower, 0, "has node offsets up to"),
            (.lower, 0xFFFF, "has node offsets up to"), (.upper, 0, "has node offsets up to"),
            (.upper, 0xFFFE, "has nodes from byte"), (.lower, header.lower - 2, "overlap or leave gaps"),
            (.upper, header.upper - 2, "overlap or leave gaps"), (.nodeOffset, 0, "has node 0 at byte"),
            (.nodeOffset, 0xFFFE, "has node 0 at byte"), (.nodeOffset, map.pageSize - 2, "has node 0 at byte"),
            (.keyLength, 0, "has a key of 0 bytes"), (.keyLength, 512, "has a key of 512 bytes"),
            (.keyLength, 0xFFFF, "has a key of"), (.dataLength, 0xFFFE, "has node 0 end at byte"),
        ]
        for (field, value, what) in changes {
            let damage = try damage(storing: UInt16(value), at: map.offset(field, leaf))
            #expect(page(damage) == leaf, "\(field) \(value)")
            #expect(damage.what.contains(what), "\(field) \(value): \(damage)")
        }
    }

    @Test("nodes that overlap are found even if their lengths add up")
    func overlappingNodes() throws {
        let leaf = try leaf(of: "names")
        let second = map.offset(.nodeOffset, leaf, 1)
        let damage = try damage(storing: map.bytes.rawSpan.u16(at: map.offset(.nodeOffset, leaf)), at: second)
        #expect(page(damage) == leaf)
        #expect(damage.what == "has nodes that overlap or leave gaps")
    }

    // MARK: Keys

    @Test("keys out of order are found in leaves and in branches", arguments: ["events", "names"])
    func keyOrder(tree: String) throws {
        for page in [try leaf(of: tree), try #require(map.branches[tree]?.last)] {
            let (left, right) = (map.offset(.nodeOffset, page, 1), map.offset(.nodeOffset, page, 2))
            let found = try damage { bytes in
                for index in 0..<2 { bytes.swapAt(left + index, right + index) }
            }
            #expect(self.page(found) == page)
            #expect(found.what.contains("not after"), "\(found)")
        }
    }

    @Test("a leaf whose keys belong elsewhere is found")
    func keyOutsideItsSeparators() throws {
        let leaf = try leaf(of: "events")
        let key = leaf * map.pageSize + Int(map.bytes.rawSpan.u16(at: map.offset(.nodeOffset, leaf))) + 8
        let found = try damage(storing: UInt64(1), at: key)
        #expect(page(found) == leaf)
        #expect(found.what == "has a first key that belongs further left")
        let last = map.places.last { $0.page == leaf && $0.field == .keyLength }
        let lastKey = try #require(last).bytes.lowerBound + 2
        let other = try damage(storing: UInt64.max, at: lastKey)
        #expect(page(other) == map.branches["events"]?.first)
        #expect(other.what.contains("not after the keys to its left"))
    }

    @Test("an integer key of another length is found")
    func integerLength() throws {
        let leaf = try leaf(of: "events")
        let small = try #require(map.places.first { $0.page == leaf && $0.field == .dataLength && map.number($0) > 8 })
        let found = try damage { bytes in
            // One byte of the value becomes one of the key.
            bytes[small.bytes.lowerBound] -= 1
            bytes[small.bytes.lowerBound + 6] = 9
        }
        #expect(page(found) == leaf)
        #expect(found.what.contains("has a key of 9 bytes"))
    }
}
