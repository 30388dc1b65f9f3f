@testable import EventLog
import Foundation
import LMDB
import Testing
import TestSupport

/// Logs of formats from before the first release are refused, and left as they are.
@Suite struct OlderFormatTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Gives the log in the directory another number of its format.
    private func forge(format: [UInt8]) throws {
        let store = try LogStore(folder: directory.path + "/log", mapSize: 1 << 30, readOnly: false)
        defer { store.environment.close() }
        let key = Array("format".utf8)
        try store.environment.write { transaction in
            try transaction.put(format.rawSpan, in: store.meta, for: key.rawSpan)
        }
    }

    @Test("a log of an older format is refused with its number and that of today", arguments: [0, 1, 2] as [UInt8])
    func refused(format: UInt8) throws {
        do {
            let log = try EventLog(at: directory.path, options: .small)
            try log.appendBlocking([event("A", "x")])
            log.close()
        }
        try forge(format: [format, 0, 0, 0])
        let file = URL(filePath: directory.path + "/log/data.mdb")
        let bytes = try Data(contentsOf: file)
        for readOnly in [false, true] {
            var options = EventLogOptions.small
            options.readOnly = readOnly
            let error = #expect(throws: UnreadableLog.self) { try EventLog(at: directory.path, options: options) }
            #expect(error?.reason == "its format is \(format), this program reads \(LogStore.format)")
        }
        #expect(try Data(contentsOf: file) == bytes)
    }

    @Test("a format of another length than a number has is refused, too")
    func notANumber() throws {
        do {
            let log = try EventLog(at: directory.path, options: .small)
            log.close()
        }
        try forge(format: [3])
        let error = #expect(throws: UnreadableLog.self) { try EventLog(at: directory.path, options: .small) }
        #expect(error?.reason == "its format is unknown, this program reads \(LogStore.format)")
    }
}
