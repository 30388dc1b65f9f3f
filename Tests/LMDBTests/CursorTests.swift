@testable import LMDB
import Testing
import TestSupport

@Suite struct CursorTests {
    private let directory: TemporaryDirectory
    private let environment: Environment
    private let words: Database
    private let numbers: Database
    private let empty: Database

    init() throws {
        directory = try TemporaryDirectory()
        let environment = try Environment(
            path: directory.path,
            databases: [
                DatabaseDefinition("words"), DatabaseDefinition("numbers", integerKeys: true),
                DatabaseDefinition("empty"),
            ])
        let (words, numbers) = (environment.database("words"), environment.database("numbers"))
        try environment.write { transaction in
            for word in ["kiwi", "apple", "cherry", "fig"] {
                try transaction.put("\(word.count)", in: words, for: word)
            }
            for number: UInt64 in [2, 255, 256, 65_536, .max] {
                try transaction.append("\(number)", in: numbers, for: number)
            }
        }
        (self.environment, self.words, self.numbers) = (environment, words, numbers)
        empty = environment.database("empty")
    }

    @Test("a walk forwards goes in byte order, one backwards the other way")
    func walksBothWays() throws {
        let sorted = ["apple=5", "cherry=6", "fig=3", "kiwi=4"]
        #expect(try environment.entries(of: words) == sorted)
        #expect(try environment.entries(of: words, backwards: true) == sorted.reversed())
    }

    @Test("integer keys are in the order of their numbers, not of their bytes")
    func integersAreInNumericOrder() throws {
        let sorted = ["2=2", "255=255", "256=256", "65536=65536", "\(UInt64.max)=\(UInt64.max)"]
        #expect(try environment.entries(of: numbers) == sorted)
        #expect(try environment.entries(of: numbers, backwards: true) == sorted.reversed())
    }

    @Test("nothing is found in an empty database")
    func emptyDatabase() throws {
        let transaction = try environment.beginRead()
        var cursor = try transaction.cursor(over: empty)
        let found = try [
            cursor.first(), cursor.last(), cursor.next(), cursor.previous(), cursor.seek(Array("a".utf8).rawSpan),
        ]
        #expect(found == [false, false, false, false, false])
    }

    @Test(
        "seeking lands on the first key that is not below",
        arguments: [
            ("", "apple"), ("apple", "apple"), ("applf", "cherry"), ("c", "cherry"), ("fig", "fig"), ("figs", "kiwi"),
            ("kiwi", "kiwi"), ("kiwj", nil),
        ] as [(String, String?)])
    func seeks(sought: String, expected: String?) throws {
        let transaction = try environment.beginRead()
        var cursor = try transaction.cursor(over: words)
        // LMDB has no empty keys; one zero byte is below every word.
        let isFound = try cursor.seek(Array((sought.isEmpty ? "\0" : sought).utf8).rawSpan)
        let found = isFound ? cursor.key.text() : nil
        #expect(found == expected)
    }

    @Test(
        "seeking an integer lands on the first that is not below; finding asks for exactly it",
        arguments: [(0, 2), (2, 2), (3, 255), (256, 256), (257, 65_536), (65_537, .max)] as [(UInt64, UInt64)])
    func seeksIntegers(sought: UInt64, expected: UInt64) throws {
        let transaction = try environment.beginRead()
        var cursor = try transaction.cursor(over: numbers)
        let isFound = try cursor.seek(sought)
        let landed = cursor.integerKey
        #expect(isFound && landed == expected)
        var exact = try transaction.cursor(over: numbers)
        let isThere = try exact.find(sought)
        #expect(isThere == (sought == expected))
    }

    @Test("after a seek a walk goes on from there in either direction")
    func walksOnAfterSeeking() throws {
        let transaction = try environment.beginRead()
        var cursor = try transaction.cursor(over: words)
        var path: [String] = []
        if try cursor.seek(Array("d".utf8).rawSpan) { path.append(cursor.key.text()) }
        if try cursor.previous() { path.append(cursor.key.text()) }
        if try cursor.previous() { path.append(cursor.key.text()) }
        if try cursor.previous() { path.append("before the first") }
        if try cursor.next() { path.append(cursor.key.text()) }
        #expect(path == ["fig", "cherry", "apple", "cherry"])
    }

    @Test("a walk lends entry after entry from the current one on, until it is told to stop or there is no more")
    func walks() throws {
        struct Enough: Error {}
        let transaction = try environment.beginRead()
        var cursor = try transaction.cursor(over: numbers)
        var seen: [String] = []
        var isFound = try cursor.find(255)
        try cursor.walk { key, value in
            seen.append("\(key)=\(value.text())")
            return seen.count < 3
        }
        #expect(isFound && seen == ["255=255", "256=256", "65536=65536"])
        seen = []
        isFound = try cursor.find(256)
        try cursor.walk(backwards: true) { key, value in
            seen.append("\(key)=\(value.text())")
            return true
        }
        #expect(isFound && seen == ["256=256", "255=255", "2=2"])
        isFound = try cursor.first()
        var steps = 0
        do {
            try cursor.walk { _, _ in
                steps += 1
                throw Enough()
            }
            Issue.record("the error was not passed on")
        } catch is Enough {}
        #expect(isFound && steps == 1)
    }

    @Test("a cursor of a write transaction sees what was put before it")
    func seesOwnWrites() throws {
        let found = try environment.write { transaction in
            try transaction.put("4", in: words, for: "date")
            var cursor = try transaction.cursor(over: words)
            guard try cursor.seek(Array("d".utf8).rawSpan) else { return "nothing" }
            return cursor.key.text()
        }
        #expect(found == "date")
    }

    @Test("a snapshot cursor walks the database as it was when the cursor was made")
    func snapshotCursorKeepsItsSnapshot() throws {
        let cursor = try SnapshotCursor(environment, words)
        try environment.write { transaction in try transaction.put("6", in: words, for: "banana") }
        var keys: [String] = []
        while try cursor.next() { keys.append(cursor.withEntry { key, _ in key.text() }) }
        #expect(keys == ["apple", "cherry", "fig", "kiwi"])
    }

    @Test("a pinned value of an immutable environment can be read as long as it is held")
    func pinsValues() throws {
        environment.close()
        let pinned: PinnedValue?
        do {
            let frozen = try Environment(
                path: directory.path, databases: [DatabaseDefinition("words")], options: .init(immutable: true))
            pinned = try PinnedValue(frozen, frozen.database("words"), "kiwi")
            let missing = try PinnedValue(frozen, frozen.database("words"), "lemon")
            #expect(missing == nil)
        }
        let text = try #require(pinned).withBytes { $0.text() }
        #expect(text == "4")
    }
}
