import Foundation
import LMDB
import Synchronization
import Testing
import TestSupport

@Suite struct FileWatchTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test("changes are told, the last one too")
    func tellsChanges() throws {
        let path = directory.path + "/watched"
        try DurableFile.replace(path, with: [0])
        let seen = Mutex<Set<[UInt8]>>([])
        let watch = FileWatch(path) {
            guard let content = try? DurableFile.read(path) else { return }
            seen.withLock { _ = $0.insert(content) }
        }
        for version: UInt8 in 1...3 {
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.write(contentsOf: [version])
            try file.close()
            let deadline = Date(timeIntervalSinceNow: 10)
            while Date() < deadline, !seen.withLock({ $0.contains([version]) }) { usleep(1000) }
            let isTold = seen.withLock { $0.contains([version]) }
            #expect(isTold, "version \(version)")
        }
        withExtendedLifetime(watch) {}
    }
}
