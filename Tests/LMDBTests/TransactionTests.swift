@testable import LMDB
import Testing
import TestSupport

@Suite struct TransactionTests {
    private let directory: TemporaryDirectory
    private let environment: Environment
    private let values: Database
    private let numbered: Database

    init() throws {
        directory = try TemporaryDirectory()
        environment = try Environment(
            path: directory.path,
            databases: [DatabaseDefinition("values"), DatabaseDefinition("numbered", integerKeys: true)])
        values = environment.database("values")
        numbered = environment.database("numbered")
    }

    private struct Refused: Error {}

    @Test("what was put is read back, and a second put replaces the first")
    func roundTrip() throws {
        try environment.write { transaction in
            try transaction.put("one", in: values, for: "a")
            try transaction.put("", in: values, for: "empty")
            try transaction.append("ten", in: numbered, for: 10)
        }
        try environment.write { transaction in try transaction.put("two", in: values, for: "a") }
        let transaction = try environment.beginRead()
        let found = try [
            transaction.text(for: "a", in: values), transaction.text(for: "empty", in: values),
            transaction.text(for: "b", in: values), transaction.text(for: 10, in: numbered),
            transaction.text(for: 11, in: numbered),
        ]
        #expect(found == ["two", "", nil, "ten", nil])
        let count = try transaction.count(of: values)
        #expect(count == 2)
    }

    @Test("a large value comes back byte for byte")
    func largeValue() throws {
        let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try environment.write { transaction in
            try transaction.put(large.rawSpan, in: values, for: Array("large".utf8).rawSpan)
        }
        let transaction = try environment.beginRead()
        guard let stored = try transaction.value(in: values, for: Array("large".utf8).rawSpan) else {
            Issue.record("the value is missing")
            return
        }
        let isSame = stored.sameBytes(as: large.rawSpan)
        #expect(isSame)
    }

    @Test("a deletion says whether there was something to delete, and clearing leaves nothing")
    func deletes() throws {
        let found = try environment.write { transaction in
            for key in ["a", "b", "c"] { try transaction.put("x", in: values, for: key) }
            return try [
                transaction.delete(Array("b".utf8).rawSpan, in: values),
                transaction.delete(Array("b".utf8).rawSpan, in: values),
            ]
        }
        #expect(found == [true, false])
        #expect(try environment.entries(of: values) == ["a=x", "c=x"])
        try environment.write { transaction in try transaction.clear(values) }
        #expect(try environment.entries(of: values).isEmpty)
    }

    @Test("an error in the body undoes everything and is passed on")
    func errorUndoes() throws {
        try environment.write { transaction in try transaction.put("before", in: values, for: "a") }
        #expect(throws: Refused.self) {
            try environment.write { transaction in
                try transaction.put("after", in: values, for: "a")
                try transaction.put("after", in: values, for: "b")
                throw Refused()
            }
        }
        #expect(try environment.entries(of: values) == ["a=before"])
    }

    @Test("a transaction that is let go without commit changed nothing")
    func lettingGoUndoes() throws {
        do {
            let transaction = try environment.beginWrite()
            try transaction.put("x", in: values, for: "a")
            let seen = try transaction.text(for: "a", in: values)
            #expect(seen == "x")
        }
        #expect(try environment.entries(of: values).isEmpty)
        try environment.write { transaction in try transaction.put("y", in: values, for: "a") }
        #expect(try environment.entries(of: values) == ["a=y"])
    }

    @Test("a read transaction keeps seeing the state it began with")
    func snapshotIsolation() throws {
        try environment.write { transaction in try transaction.put("old", in: values, for: "a") }
        let early = try environment.beginRead()
        try environment.write { transaction in
            try transaction.put("new", in: values, for: "a")
            try transaction.put("new", in: values, for: "b")
        }
        let late = try environment.beginRead()
        let seenEarly = try [early.text(for: "a", in: values), early.text(for: "b", in: values)]
        let seenLate = try [late.text(for: "a", in: values), late.text(for: "b", in: values)]
        #expect(seenEarly == ["old", nil])
        #expect(seenLate == ["new", "new"])
    }

    @Test("what is not committed yet is not seen outside")
    func uncommittedIsInvisible() throws {
        let transaction = try environment.beginWrite()
        try transaction.put("x", in: values, for: "a")
        #expect(try environment.text(for: "a", in: values) == nil)
        try transaction.commit()
        #expect(try environment.text(for: "a", in: values) == "x")
    }

    @Test("appending a key that is not the greatest is refused", arguments: ["b", "a", ""])
    func appendOutOfOrder(key: String) throws {
        try environment.write { transaction in try transaction.append("1", in: values, for: "b") }
        let error = #expect(throws: LMDBError.self) {
            try environment.write { transaction in try transaction.append("2", in: values, for: key) }
        }
        // LMDB has no empty keys at all.
        #expect(error?.kind == (key.isEmpty ? .badValueSize : .keyExists))
        try environment.write { transaction in try transaction.append("3", in: values, for: "c") }
        #expect(try environment.entries(of: values) == ["b=1", "c=3"])
    }

    @Test("appending an integer that is not the greatest is refused", arguments: [1, 255, 256] as [UInt64])
    func appendIntegerOutOfOrder(key: UInt64) throws {
        try environment.write { transaction in try transaction.append("1", in: numbered, for: 256) }
        let error = #expect(throws: LMDBError.self) {
            try environment.write { transaction in try transaction.append("2", in: numbered, for: key) }
        }
        #expect(error?.kind == .keyExists)
        try environment.write { transaction in try transaction.append("3", in: numbered, for: 257) }
        #expect(try environment.entries(of: numbered) == ["256=1", "257=3"])
    }

    @Test("a key holds 511 bytes and no more")
    func longestKey() throws {
        let longest = String(repeating: "k", count: 511)
        try environment.write { transaction in try transaction.put("x", in: values, for: longest) }
        #expect(try environment.text(for: longest, in: values) == "x")
        let error = #expect(throws: LMDBError.self) {
            try environment.write { transaction in try transaction.put("x", in: values, for: longest + "k") }
        }
        #expect(error?.kind == .badValueSize)
    }
}
