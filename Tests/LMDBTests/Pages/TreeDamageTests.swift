import Foundation
@testable import LMDB
import Testing
import TestSupport

/// Damage that shows between pages: in who names whom, in long values, in the free list and in what records say.
@Suite(.timeLimit(.minutes(5))) struct TreeDamageTests {
    private let file: SampleFile
    private let map: PageMap

    init() throws {
        file = try SampleFile()
        map = PageMap(file.sound)
    }

    private func damage<Value: FixedWidthInteger>(storing value: Value, at offset: Int) throws -> PageDamage {
        var bytes = file.sound
        bytes.store(littleEndian: value, at: offset)
        return try #require(try file.damage(in: bytes))
    }

    private func page(_ damage: PageDamage) -> Int { Int(damage.page.rawValue) }

    /// The first page of the first value of `tree` that is in overflow pages.
    private func value(_ tree: String) throws -> Int { try #require(map.values[tree]?.first) }

    // MARK: Who names whom

    @Test("a child that cannot be, is free or belongs elsewhere is damage of the page that names it")
    func children() throws {
        let branch = try #require(map.branches["names"]?.first)
        let child = map.offset(.child, branch, 1)
        let free = try #require(map.freePages.min())
        let used = try #require(map.leaves["events"]?.first)
        let last = map.bytes.rawSpan.u64(at: map.newestMeta * map.pageSize + 136)
        let names: [(page: Int, what: String)] = [
            (free, "names page \(free), which is in the free list"),
            (used, "names page \(used), which is in use elsewhere"),
            (0, "names page 0; pages 2 to \(last) are possible"), (0xFFFF_FFFF, "names page 4294967295; pages 2 to"),
            (branch, "names page \(branch), which is in use elsewhere"),
        ]
        for (named, what) in names {
            let damage = try damage(storing: UInt32(named), at: child)
            #expect(page(damage) == branch, "\(damage)")
            #expect(damage.what.contains(what), "\(damage)")
            #expect(damage.database == "names")
            #expect(damage.keys?.first != nil)
        }
    }

    @Test("pages that name each other in a circle end the walk")
    func circle() throws {
        let branches = try #require(map.branches["names"])
        // The first child of a branch below the root is the root.
        let damage = try damage(storing: UInt32(branches[0]), at: map.offset(.child, branches[1]))
        #expect(page(damage) == branches[1])
    }

    // MARK: Long values

    @Test("the pages of a long value are checked, and its key is named")
    func longValues() throws {
        let value = try value("events")
        let start = value * map.pageSize
        let damages = [
            (try damage(storing: UInt64(1), at: start), "names itself 1"),
            (try damage(storing: UInt16(2), at: start + 10), "is a leaf page; an overflow page belongs here"),
            (try damage(storing: UInt32(0), at: start + 12), "says that it has 0 pages for a value of"),
            (try damage(storing: UInt32(1 << 31), at: start + 12), "says that it goes on to page"),
        ]
        for (damage, what) in damages {
            #expect(page(damage) == value, "\(damage)")
            #expect(damage.what.contains(what), "\(damage)")
            #expect(damage.database == "events")
            // Position 8 has the first long value.
            #expect(damage.keys?.text == "keys from 8 to before 9")
        }
    }

    @Test("a long value with a page too many is found, whether or not the page is in use")
    func onePageTooMany() throws {
        let value = try value("events")
        let count = map.bytes.rawSpan.u32(at: value * map.pageSize + 12)
        #expect(try damage(storing: count + 1, at: value * map.pageSize + 12).what.isEmpty == false)
    }

    @Test("an entry that nothing here writes is found")
    func unknownEntries() throws {
        for (tree, flags) in [("names", UInt16(4)), ("names", 2), ("events", 0x10), ("main", 0), ("free", 2)] {
            let leaf = try #require(map.leaves[tree]?.first)
            let found = try damage(storing: flags, at: map.offset(.entryFlags, leaf))
            #expect(page(found) == leaf)
            #expect(found.what.contains("with flags 0x\(String(flags, radix: 16))"), "\(found)")
        }
    }

    // MARK: Records

    @Test("a record that says other numbers than are found, or cannot be, is found where it stands")
    func records() throws {
        let main = try #require(map.leaves["main"]?.first)
        let records = map.places.filter { $0.page == main && $0.field == .treeFlags }
        // By name: events, few, names, none.
        let names = records[2].bytes.lowerBound - 4
        let none = records[3].bytes.lowerBound - 4
        for index in 0..<4 {
            let offset = names + 8 + 8 * index
            let found = try damage(storing: map.bytes.rawSpan.u64(at: offset) + 1, at: offset)
            #expect(page(found) == main)
            #expect(found.what.contains("says that names has") && found.what.contains("found were"), "\(found)")
        }
        let impossible = [
            (try damage(storing: UInt16(0x14), at: names + 4), "says that names has flags 0x14"),
            (try damage(storing: UInt16(33), at: names + 6), "says that names is 33 levels deep"),
            (try damage(storing: UInt16(0), at: names + 6), "says that names has no level"),
            (try damage(storing: UInt64(1), at: names + 40), "says that names has root page 1"),
            (try damage(storing: UInt64.max, at: names + 40), "says that names has no root"),
            (try damage(storing: UInt64(1), at: none + 32), "says that none has no root"),
        ]
        for (found, what) in impossible {
            #expect(page(found) == main, "\(found)")
            #expect(found.what.contains(what), "\(found)")
        }
        let short = try damage(storing: UInt16(2), at: names + 6)
        #expect(page(short) == map.branches["names"]?[1])
    }

    // MARK: The free list

    @Test("a free page that cannot be, is in use or stands twice is damage of the list")
    func freeList() throws {
        let list = try #require(map.places.first { $0.field == .freeCount && map.number($0) > 3 })
        let start = list.bytes.lowerBound
        let used = try #require(map.leaves["few"]?.first)
        let first = map.bytes.rawSpan.u64(at: start + 8)
        let last = map.bytes.rawSpan.u64(at: map.newestMeta * map.pageSize + 136)
        let damages = [
            (try damage(storing: UInt64.max - 1, at: start), "has a list of \(UInt64.max - 1) free pages"),
            (try damage(storing: last + 1, at: start + 8), "lists page \(last + 1) as free"),
            (try damage(storing: UInt64(1), at: start + 8), "lists page 1 as free"),
            (try damage(storing: first, at: start + 16), "lists free page \(first) after \(first)"),
        ]
        for (damage, what) in damages {
            #expect(page(damage) == list.page, "\(damage)")
            #expect(damage.what.contains(what), "\(damage)")
            #expect(damage.database == "the free list")
        }
        // Seen when the page is reached, or before, by the order of the list.
        #expect(try damage(storing: UInt64(used), at: start + 8).what.contains("\(used)"))
        let key = try #require(map.places.last { $0.field == .freedBy })
        let late = try damage(storing: UInt64.max, at: key.bytes.lowerBound)
        #expect(page(late) == key.page)
        #expect(late.what.contains("given up by transaction"))
    }

    // MARK: Beside others

    @Test("an environment that was opened without databases can be walked however damaged its pages are")
    func openedWithoutDatabases() throws {
        let main = try #require(map.leaves["main"]?.first)
        let found = try damage(storing: UInt64(0), at: main * map.pageSize)
        let environment = try Environment(path: file.folder, databases: [], options: .init(readOnly: true))
        let again = #expect(throws: PageDamage.self) { try PageWalk.check(environment) }
        #expect(again == found)
        #expect(page(found) == main)
    }

    @Test("an environment whose meta pages do not belong together is not opened")
    func metaPagesApart() throws {
        let older = 1 - map.newestMeta
        _ = try damage(storing: UInt64(1000 + older), at: older * map.pageSize + 144)
        let refusal = #expect(throws: LMDBError.self) {
            try Environment(path: file.folder, databases: [], options: .init(readOnly: true))
        }
        #expect(refusal?.kind == .corrupted)
    }
}
