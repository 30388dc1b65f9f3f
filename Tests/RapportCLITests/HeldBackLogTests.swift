import Logging
import Synchronization
import Testing

@testable import RapportCLI

@Suite struct HeldBackLogTests {
    /// What a log has told.
    private final class Listener: Sendable {
        private let lines = Mutex<[String]>([])

        var heard: [String] { lines.withLock { $0 } }

        func hear(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test func aLineIsToldOnceAndNotBeforeItIsAskedFor() {
        let listener = Listener()
        let log = HeldBackLog(patience: 3600) { listener.hear($0) }
        log.add("the disk is full")
        log.add("the index is behind")
        log.add("the disk is full")
        #expect(listener.heard == [])
        log.tell()
        log.add("the disk is full")
        log.tell()
        #expect(listener.heard == ["the disk is full", "the index is behind"])
    }

    @Test(.timeLimit(.minutes(5))) func aCommandThatGoesOnTellsAfterAWhile() async throws {
        let listener = Listener()
        let log = HeldBackLog(patience: 0.01) { listener.hear($0) }
        log.add("following failed")
        while listener.heard.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        #expect(listener.heard == ["following failed"])
    }

    @Test func whatIsLoggedIsOneLine() {
        let listener = Listener()
        let log = HeldBackLog(patience: 3600) { listener.hear($0) }
        let logger = Logger(label: "rapport.log") { _ in HeldBackLogHandler(output: log) }
        logger.info("opened")
        logger.error("append failed", metadata: ["error": "the disk is full", "appends": "2"])
        log.tell()
        #expect(listener.heard == ["error: append failed, appends: 2, error: the disk is full"])
    }

    @Test func aNoticeThatIsLetThroughIsToldAtOnce() {
        let listener = Listener()
        let log = HeldBackLog(patience: 3600) { listener.hear($0) }
        let logger = Logger(label: "test") { _ in HeldBackLogHandler(output: log, logLevel: .notice) }
        logger.info("opened")
        logger.notice("made a key", metadata: ["file": "k"])
        logger.warning("the index is behind")
        #expect(listener.heard == ["made a key"])
    }
}
