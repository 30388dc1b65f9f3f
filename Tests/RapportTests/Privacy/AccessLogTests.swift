import EventLog
import Logging
import Synchronization
import Testing
import TestSupport

@testable import Rapport

/// The log of who was shown personal values.
@Suite(.timeLimit(.minutes(5))) struct AccessLogTests {
    /// A clock that a test sets.
    private final class TestClock: Sendable {
        private let time = Mutex(Timestamp.at("2024-05-06T08:59:59Z"))

        var now: Timestamp { time.withLock { $0 } }

        func advance(seconds: Int64) { time.withLock { $0 = $0.advanced(byMicroseconds: seconds * 1_000_000) } }
    }

    private struct Fixture {
        let directory: TemporaryDirectory
        let log: EventLog
        let clock = TestClock()

        init() throws {
            directory = try TemporaryDirectory()
            log = try EventLog(at: directory.path)
        }

        func access() -> AccessLog {
            AccessLog(of: log, logger: Logger(label: "test")) { [clock] in clock.now }
        }

        func stored(in access: AccessLog) throws -> [RecordedEvent] { try access.log(creating: false)?.events() ?? [] }
    }

    private static func note(
        _ subjects: String..., in access: AccessLog, by actor: String = "user:7", asking question: String = "profile"
    ) throws {
        #expect(try access.note(try subjects.map { try EntityTag($0) }, by: actor, for: "support", asking: question))
    }

    @Test("nothing is made before the first note; then one event stands for each actor, person, hour and purpose")
    func oncePerHour() throws {
        let fixture = try Fixture()
        let access = fixture.access()
        defer { access.close() }
        #expect(try access.accesses(to: "customer:C-1").rows == [])
        #expect(try fixture.stored(in: access).isEmpty)
        try Self.note("customer:C-1", in: access)
        try Self.note("customer:C-1", "lead:L-1", "customer:C-1", in: access, asking: "timeline")
        try Self.note("customer:C-1", in: access, by: "user:8")
        fixture.clock.advance(seconds: 1)
        try Self.note("customer:C-1", in: access)
        let stored = try fixture.stored(in: access)
        #expect(stored.map(\.event.type).allSatisfy { $0 == PersonalDataAccessed.eventType })
        let tags = stored.map { $0.event.tags.map(\.text) }
        #expect(
            tags == [
                ["customer:C-1", "actor:user:7"], ["lead:L-1", "actor:user:7"], ["customer:C-1", "actor:user:8"],
                ["customer:C-1", "actor:user:7"],
            ])
        let hours = stored.map(\.event.occurredAt.description)
        #expect(
            hours == ["2024-05-06T08:00:00Z", "2024-05-06T08:00:00Z", "2024-05-06T08:00:00Z", "2024-05-06T09:00:00Z"])
        let found = try access.accesses(to: "customer:C-1").rows
        #expect(found.map(\.actor) == ["user:7", "user:8", "user:7"])
        #expect(found.map(\.hour.description) == [hours[3], hours[2], hours[0]])
        #expect(found.last?.question == "profile" && found.last?.purpose == "support")
        #expect(fixture.log.head == .zero, "the log itself has nothing of it")
    }

    @Test("another purpose in the same hour is another access, whoever notes it; the same one is not")
    func purposes() throws {
        let fixture = try Fixture()
        let purposes: [String?] = ["support", "access request", nil, "\u{E9}", "e\u{301}"]
        for _ in 0..<2 {
            let access = fixture.access()
            defer { access.close() }
            for purpose in purposes + ["support"] {
                #expect(try access.note([.customer("C-1")], by: "user:7", for: purpose, asking: "profile"))
            }
            let found = try access.accesses(to: "customer:C-1").rows.map { $0.purpose.map { Array($0.utf8) } }
            #expect(found == purposes.reversed().map { $0.map { Array($0.utf8) } })
        }
    }

    @Test("who has not seen that it was noted notes the same event, which is known")
    func sameEvent() throws {
        let fixture = try Fixture()
        for question in ["profile", "find"] {
            let access = fixture.access()
            defer { access.close() }
            try Self.note("customer:C-1", in: access, asking: question)
            #expect(try fixture.stored(in: access).count == 1)
            #expect(try access.accesses(to: "customer:C-1").rows.map(\.question) == ["profile"])
        }
    }

    @Test("so many persons as one answer may show are noted in as few appends as they fit")
    func many() throws {
        let fixture = try Fixture()
        let access = fixture.access()
        defer { access.close() }
        let count = Limits.eventsPerAppend + 50
        let subjects = try (1...count).map { try EntityTag.customer("C-\($0)") }
        #expect(try access.note(subjects, by: "user:7", for: nil, asking: "export"))
        var found: [String] = []
        var cursor: ListCursor?
        repeat {
            let page = try access.accesses(by: "user:7", limit: 4000, after: cursor)
            #expect(page.rows.count <= 4000 && page.position == Position(UInt64(count)))
            found += page.rows.map(\.subject)
            cursor = try page.next.map { try #require(ListCursor($0.description)) }
        } while cursor != nil
        #expect(found == subjects.reversed().map(\.text), "the newest first")
        #expect(try access.accesses(to: "customer:C-10050").rows.map(\.position) == [Position(10_050)])
    }

    @Test("pages of any length make up the list; a cursor of another list is refused")
    func pages() throws {
        let fixture = try Fixture()
        let access = fixture.access()
        defer { access.close() }
        for number in 1...7 { try Self.note("customer:C-1", in: access, by: "user:\(number)") }
        try Self.note("customer:C-2", in: access)
        for limit in 1...8 {
            var found: [String] = []
            var cursor: ListCursor?
            repeat {
                let page = try access.accesses(to: "customer:C-1", limit: limit, after: cursor)
                #expect(page.next == nil || page.rows.count == limit)
                found += page.rows.map(\.actor)
                cursor = page.next
            } while cursor != nil
            #expect(found == (1...7).reversed().map { "user:\($0)" })
        }
        let cursor = try #require(try access.accesses(to: "customer:C-1", limit: 1).next)
        #expect(throws: ForeignCursor(cursor: cursor)) { try access.accesses(to: "customer:C-2", after: cursor) }
        #expect(throws: ForeignCursor(cursor: cursor)) { try access.accesses(by: "user:1", after: cursor) }
    }

    @Test("a person whose id is an actor's tag, and ids that only look alike, are told apart")
    func lookAlikes() throws {
        let fixture = try Fixture()
        let access = fixture.access()
        defer { access.close() }
        try Self.note("actor:user:7", "customer:C-1", in: access)
        try Self.note("actor:user:7", in: access, by: "user:8")
        #expect(try access.accesses(to: "actor:user:7").rows.map(\.actor) == ["user:8", "user:7"])
        #expect(try access.accesses(by: "user:7").rows.map(\.subject) == ["customer:C-1", "actor:user:7"])
        let (composed, decomposed) = ("customer:\u{E9}", "customer:e\u{301}")
        try Self.note(composed, in: access)
        try Self.note(decomposed, in: access)
        for subject in [composed, decomposed] {
            let found = try access.accesses(to: subject).rows
            #expect(found.map { Array($0.subject.utf8) } == [Array(subject.utf8)])
        }
    }

    @Test("ids, purposes and questions that cannot be noted are refused, and nothing is")
    func refusals() throws {
        let fixture = try Fixture()
        let access = fixture.access()
        defer { access.close() }
        let customer = try EntityTag.customer("C-1")
        let long = String(repeating: "x", count: 257)
        #expect(throws: UnfitEvent.self) { try access.note([customer], by: "", for: nil, asking: "test") }
        #expect(throws: AppendError.self) { try access.note([customer], by: "user:7", for: long, asking: "test") }
        #expect(throws: AppendError.self) { try access.note([customer], by: "user:7", for: nil, asking: long) }
        #expect(throws: InvalidEvent.self) { try access.accesses(to: "") }
        #expect(throws: UnfitEvent.self) { try access.accesses(by: "") }
        #expect(try fixture.stored(in: access).isEmpty)
    }

    @Test("beside a backup nothing is noted, and it says so; a backup of the access log itself answers")
    func backups() throws {
        let fixture = try Fixture()
        let desk = try TemporaryDirectory()
        try fixture.log.appendBlocking([NewEvent(type: try EventType("shop.Opened"))])
        do {
            let access = fixture.access()
            defer { access.close() }
            try Self.note("customer:C-1", in: access)
            _ = try #require(try access.log(creating: false)).backUp(to: desk.path + "/access")
        }
        _ = try fixture.log.backUp(to: desk.path + "/log")
        let backup = try EventLog(at: desk.path + "/log", options: EventLogOptions(readOnly: true))
        defer { backup.close() }
        let beside = AccessLog(of: backup)
        defer { beside.close() }
        #expect(try !beside.note([.customer("C-1")], by: "user:7", for: nil, asking: "test"))
        #expect(try beside.accesses(to: "customer:C-1").rows == [])
        let copy = try EventLog(at: desk.path + "/access", options: EventLogOptions(readOnly: true))
        defer { copy.close() }
        #expect(try copy.events(Query(tag: .customer("C-1"))).count == 1)
    }

    @Test("when it is closed nothing is noted any more")
    func closed() throws {
        let fixture = try Fixture()
        let access = fixture.access()
        try Self.note("customer:C-1", in: access)
        access.close()
        #expect(try !access.note([.customer("C-2")], by: "user:7", for: nil, asking: "test"))
        let again = fixture.access()
        defer { again.close() }
        #expect(try fixture.stored(in: again).count == 1)
    }
}
