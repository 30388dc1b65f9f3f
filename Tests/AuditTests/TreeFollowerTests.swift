@testable import Audit
import EventLog
import Foundation
import LMDB
import TestSupport
import Testing

@Suite struct TreeFollowerTests {
    @Test("the tree comes to the head, and follows what is appended; closing leaves it durable and free")
    func follows() async throws {
        let fixture = try TreeFixture()
        let log = try fixture.opened()
        try fixture.append(500, to: log)
        let tree = try LogTree(of: log, isWritable: true)
        let follower = TreeFollower(log, tree)
        for round in 1...3 {
            #expect(try await eventually { tree.size == log.head.rawValue })
            let reference = try ReferenceTree(of: log)
            #expect(try tree.root(size: tree.size) == reference.root(tree.size))
            if round < 3 { try fixture.append(round * 1000, to: log) }
        }
        follower.close()
        // As another process would find it.
        let other = try LogTree(of: log, isWritable: false)
        #expect(other.size == 3500)
        #expect(try FileLock.acquire(fixture.path + "/tree/LEASE") != nil)
    }

    @Test("after closing nothing is hashed any more, and closing again does nothing")
    func closes() async throws {
        let fixture = try TreeFixture()
        let log = try fixture.opened()
        let tree = try LogTree(of: log, isWritable: true)
        let follower = TreeFollower(log, tree)
        follower.close()
        try fixture.append(5000, to: log)
        try await Task.sleep(for: .milliseconds(300))
        #expect(tree.size == 0)
        follower.close()
    }

    @Test("a follower that is closed while it has far to go leaves a tree that the next one goes on with")
    func closesOnTheWay() async throws {
        let fixture = try TreeFixture()
        let log = try fixture.opened()
        try fixture.append(66_000, to: log)
        let tree = try LogTree(of: log, isWritable: true)
        TreeFollower(log, tree).close()
        let size = try LogTree(of: log, isWritable: false).size
        #expect(size <= 66_000)
        #expect(size == tree.size)
        let next = TreeFollower(log, tree)
        #expect(try await eventually { tree.size == 66_000 })
        next.close()
        let reference = try ReferenceTree(of: log)
        #expect(try LogTree(of: log, isWritable: false).root(size: 66_000) == reference.root(66_000))
    }

    @Test("roots that are read while the tree grows are those of the log")
    func readWhileGrowing() async throws {
        let fixture = try TreeFixture()
        let log = try fixture.opened()
        let follower = TreeFollower(log, try LogTree(of: log, isWritable: true))
        let reader = try LogTree(of: log, isWritable: false)
        var seen: [UInt64: Hash256] = [:]
        for _ in 0..<20 {
            try fixture.append(700, to: log)
            try reader.refresh()
            let size = reader.size
            seen[size] = try reader.root(size: size)
        }
        #expect(
            try await eventually {
                try reader.refresh()
                return reader.size == 14_000
            })
        seen[reader.size] = try reader.root(size: reader.size)
        follower.close()
        let reference = try ReferenceTree(of: log)
        #expect(seen.allSatisfy { reference.root($0.key) == $0.value })
        #expect(seen[14_000] != nil)
    }

    @Test("whoever needs the tree at the head has it at once, in the process that follows")
    func extendBesideTheFollower() throws {
        let fixture = try TreeFixture()
        let log = try fixture.opened()
        let tree = try LogTree(of: log, isWritable: true)
        let follower = TreeFollower(log, tree)
        for _ in 0..<20 {
            try fixture.append(100, to: log)
            try tree.extend(to: log.head)
            #expect(tree.size == log.head.rawValue)
            #expect(try LogTree(of: log, isWritable: false).size == log.head.rawValue)
        }
        follower.close()
        let reference = try ReferenceTree(of: log)
        #expect(try tree.root(size: 2000) == reference.root(2000))
    }

    @Test("whoever needs the tree at the head in another process waits for the one that follows")
    func extendElsewhere() async throws {
        let fixture = try TreeFixture()
        let log = try fixture.opened()
        try fixture.append(10, to: log)
        let tree = try LogTree(of: log, isWritable: true)
        let follower = TreeFollower(log, tree)
        #expect(try await eventually { tree.size == 10 })
        let other = try LogTree(of: log, isWritable: true)
        try fixture.append(300, to: log)
        try other.extend(to: log.head)
        #expect(other.size == 310)
        let reference = try ReferenceTree(of: log)
        #expect(try other.root(size: 310) == reference.root(310))
        #expect(throws: CancellationError.self) { try other.extend(to: log.head, isCancelled: { true }) }
        follower.close()
    }

    @Test("when the one that follows is gone, the next takes over")
    func takesOver() async throws {
        let fixture = try TreeFixture()
        let log = try fixture.opened()
        let trees = [try LogTree(of: log, isWritable: true), try LogTree(of: log, isWritable: true)]
        let followers = trees.map { TreeFollower(log, $0) }
        try fixture.append(100, to: log)
        #expect(try await eventually { trees.contains { $0.size == 100 } })
        let first = trees[0].size == 100 ? 0 : 1
        followers[first].close()
        try fixture.append(100, to: log)
        #expect(try await eventually { trees[1 - first].size == 200 })
        followers[1 - first].close()
        let reference = try ReferenceTree(of: log)
        #expect(try trees[1 - first].root(size: 200) == reference.root(200))
    }

    @Test("where the tree may not be written nothing follows")
    func readOnly() throws {
        let fixture = try TreeFixture()
        try fixture.withLog { log throws in try fixture.append(10, to: log) }
        let log = try fixture.opened(readOnly: true)
        let tree = try LogTree(of: log, isWritable: true)
        TreeFollower(log, tree).close()
        #expect(tree.size == 0)
        #expect(!FileManager.default.fileExists(atPath: fixture.path + "/tree"))
    }
}
