import EventLog
import Foundation
import Rapport
import Sealing
import Testing
import TestSupport

/// Who is shown what of personal values.
@Suite(.timeLimit(.minutes(5))) struct PersonalReaderTests {
    private static func names(_ opened: [OpenedEvent], of id: String) throws -> [String] {
        try opened.compactMap { try SealedCRM.name(in: $0, of: id) }
    }

    @Test("what the log holds is sealed; a reader sees the bytes, and of others nothing where one is asked about")
    func opens() throws {
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        let given = [try SealedCRM.registered("C-1", "王小明"), try SealedCRM.registered("C-2", "Ada")]
        try crm.log.appendBlocking(given)
        let stored = try crm.log.events()
        #expect(stored.flatMap(\.event.subjects).allSatisfy { $0.part?.algorithm == .aes256GCM })
        let all = try crm.reader.opened(stored, asking: "test")
        #expect(all.map(\.recorded.event.subjects) == given.map(\.subjects))
        #expect(all.map(\.recorded.position) == [Position(1), Position(2)])
        #expect(all.allSatisfy { $0.withheld.isEmpty })
        let one = try crm.reader.opened(stored, of: "customer:C-2", asking: "test")
        #expect(try Self.names(one, of: "C-2") == ["Ada"])
        #expect(one[0].recorded.event.subjects == [Subject(id: "customer:C-1")] && one[0].withheld.isEmpty)
        #expect(try crm.reader.opened([], asking: "test") == [])
    }

    @Test("each access is noted once in an hour, under the name of whoever asks, before anything is shown")
    func notes() async throws {
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([try SealedCRM.registered("C-1", "Ada"), try SealedCRM.registered("C-2", "Bo")])
        #expect(try crm.accessLog.accesses(to: "customer:C-1").rows == [])
        let support = crm.reading(as: "user:7", for: "support")
        for _ in 0..<3 { _ = try await support.profile(of: "C-1", atLeast: crm.log.head) }
        _ = try await support.state(asOf: Position(1)).profile(of: "C-1")
        _ = try support.timeline(.init(of: .customer("C-1"))).opened(by: support.reader)
        _ = try await crm.profile(of: "C-1")
        let found = try crm.accessLog.accesses(to: "customer:C-1").rows
        #expect(Set(found.map(\.actor)) == [PersonalReader.thisProcess, "user:7"])
        let first = try #require(found.last)
        #expect(first.purpose == "support" && first.question == "profile" && first.subject == "customer:C-1")
        #expect(first.hour.microseconds % 3_600_000_000 == 0 && first.hour <= first.recordedAt)
        #expect(try crm.accessLog.accesses(to: "customer:C-2").rows == [])
        #expect(try crm.accessLog.accesses(by: "user:7").rows.map(\.subject) == ["customer:C-1"])
    }

    @Test("of an erased person nothing is shown, however it is stored and whatever moment is asked about")
    func erased() async throws {
        let crm = try SealedCRM()
        try withLog(crm.directory) { try $0.appendBlocking([try SealedCRM.registered("C-1", "in clear")]) }
        let open = try crm.opened()
        defer { open.close() }
        try open.log.appendBlocking([try SealedCRM.registered("C-1", "sealed"), try SealedCRM.registered("C-2", "Bo")])
        let before = try #require(try await open.profile(of: "C-1", atLeast: open.log.head))
        #expect(before.value(of: "name") == "sealed" && before.withheld.isEmpty)
        let known = try open.reader.opened(open.log.events(), asking: "test")
        #expect(try Self.names(known, of: "C-1") == ["in clear", "sealed"])

        try open.log.appendBlocking([try SealedCRM.erased("C-1")])
        let opened = try open.reader.opened(open.log.events(), asking: "test")
        #expect(try Self.names(opened, of: "C-1") == [] && Self.names(opened, of: "C-2") == ["Bo"])
        #expect(opened.map(\.withheld) == [["customer:C-1": .erased], ["customer:C-1": .erased], [:], [:]])
        let after = try #require(try await open.profile(of: "C-1", atLeast: open.log.head))
        let past = try #require(try await open.state(asOf: Position(2)).profile(of: "C-1"))
        for profile in [after, past] {
            #expect(profile.withheld == ["customer:C-1": .erased])
            #expect(profile.fields.map(\.name) == ["channel"])
            #expect(profile.events == before.events && profile.firstSeen == before.firstSeen)
        }
        let timeline = try open.timeline(.init(of: .customer("C-1"), oldestFirst: true))
        #expect(timeline.total == 3)
        #expect(try timeline.opened(by: open.reader).map(\.withheld["customer:C-1"]) == [.erased, .erased, nil])
        #expect(try open.reader.noteAccess(to: ["customer:C-1"], asking: "find") == ["customer:C-1": .erased])
    }

    @Test("while use is restricted only who may shows values: for the person's own request, or by another law")
    func restricted() throws {
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([try SealedCRM.registered("C-1", "Ada")])
        let stored = try crm.log.events()
        func withheld(_ reader: PersonalReader) throws -> Withheld? {
            let event = try reader.opened(stored, asking: "test")[0]
            #expect((event.part(of: "customer:C-1") == nil) == (event.withheld["customer:C-1"] != nil))
            return event.withheld["customer:C-1"]
        }
        #expect(try withheld(crm.reader) == nil)
        try crm.log.appendBlocking([try SealedCRM.restricted("C-1")])
        #expect(try withheld(crm.reader) == .restricted)
        #expect(try withheld(crm.reading(as: "user:7", for: "support").reader) == .restricted)
        #expect(try withheld(crm.reading(as: "user:7", for: PersonalReader.accessRequest).reader) == .restricted)
        #expect(try withheld(crm.reading(as: "user:7", for: "trial", mayReadRestricted: true).reader) == nil)
        #expect(try crm.reader.noteAccess(to: ["customer:C-1"], asking: "find") == ["customer:C-1": .restricted])
        try crm.log.appendBlocking([try SealedCRM.restricted("C-1", isOn: false)])
        #expect(try withheld(crm.reader) == nil)
        let ended = Timestamp.now().advanced(byMicroseconds: -1)
        try crm.log.appendBlocking([try SealedCRM.restricted("C-1", until: ended)])
        #expect(try withheld(crm.reader) == nil, "its time is over")
    }

    @Test("a missing key is an alarm, told once, and no erasure; without any key there is one alarm for all")
    func missingKeys() async throws {
        let crm = try SealedCRM()
        func append(_ ids: ClosedRange<Int>) throws {
            let open = try crm.opened()
            defer { open.close() }
            try open.log.appendBlocking(ids.map { try SealedCRM.registered("C-\($0)", "Ada") })
        }
        func alarms() -> [String] { crm.alarms.heard.filter { $0.contains("of personal data") } }
        try append(1...2)
        try FileManager.default.removeItem(atPath: crm.directory.path + "/keys")
        func withheld() throws -> [Withheld?] {
            let open = try crm.opened()
            defer { open.close() }
            let reader = open.reader
            return try (0..<2).flatMap { _ in
                try reader.opened(open.log.events(), asking: "test").map { $0.withheld.values.first }
            }
        }
        #expect(try withheld() == [.keyMissing, .keyMissing, .keyMissing, .keyMissing])
        #expect(alarms() == ["there are no keys of personal data here, and the persons are not erased"])
        #expect(throws: KeysElsewhere.self, "new keys would not open what is there") { try append(3...3) }
        let logID = try crm.opened().log.logID
        let key = try LocalMasterKey(bytes: [UInt8](repeating: 7, count: 32), name: "test")
        try KeyStore(in: crm.directory.path, logID: logID, masterKey: .key(key), creating: true).close()
        try append(3...3)
        #expect(try withheld() == [.keyMissing, .keyMissing, nil, .keyMissing, .keyMissing, nil])
        let alarm = "the key of personal data is missing, and the person is not erased"
        #expect(alarms().dropFirst() == ["\(alarm) customer:C-1", "\(alarm) customer:C-2"])
    }

    @Test("another master key opens nothing, and is an error: it is never taken for an erasure")
    func wrongMasterKey() throws {
        let crm = try SealedCRM()
        do {
            let open = try crm.opened()
            defer { open.close() }
            try open.log.appendBlocking([try SealedCRM.registered("C-1", "Ada")])
        }
        let other = try crm.opened(keyByte: 8)
        defer { other.close() }
        let stored = try other.log.events()
        #expect(throws: MasterKeyRefusal.self) { try other.reader.opened(stored, asking: "test") }
        #expect(try other.accessLog.accesses(to: "customer:C-1").rows == [], "nothing was shown")
    }

    @Test("a part that is not what was sealed is an error that says where it stands")
    func damagedPart() throws {
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([try SealedCRM.registered("C-1", "Ada")])
        // The part of one event in another one: sealed under the right key, and yet not what belongs there.
        var forged = try #require(try crm.log.event(at: Position(1))).event
        forged.id = EventID()
        try crm.log.appendBlocking([forged])
        let stored = try crm.log.events()
        let error = #expect(throws: DamagedPart.self) { try crm.reader.opened(stored, asking: "test") }
        #expect(error?.position == Position(2) && error?.subject == "customer:C-1")
        #expect(try crm.accessLog.accesses(to: "customer:C-1").rows == [], "nothing was shown")
    }

    @Test("who asks must have an id that can be noted", arguments: ["", "a\nb", String(repeating: "x", count: 251)])
    func unfitActors(actor: String) throws {
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([try SealedCRM.registered("C-1", "Ada")])
        let stored = try crm.log.events()
        #expect(throws: UnfitEvent.self) { try crm.reading(as: actor).reader.opened(stored, asking: "test") }
    }

    @Test("what nobody can note is not shown: when the access log is closed")
    func notLogged() throws {
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([try SealedCRM.registered("C-1", "Ada")])
        let stored = try crm.log.events()
        #expect(try crm.reader.opened(stored, asking: "test")[0].withheld == [:])
        crm.accessLog.close()
        #expect(
            try crm.reading(as: "user:8").reader.opened(stored, asking: "test")[0].withheld.values.first == .notLogged)
    }

    @Test("a part about nobody whom an erasure could name is refused", arguments: ["person\u{7F}1", "Ada", "a:", ":b"])
    func unnameable(id: String) throws {
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        let event = NewEvent(
            type: try EventType("shop.Opened"), subjects: [Subject(id: id, part: .unsealed([1, 2]))])
        #expect(throws: UnfitEvent.self) { try crm.log.appendBlocking([event]) }
        #expect(crm.log.head == .zero)
    }

    @Test("a profile from which nothing is withheld does not say so; in JSON the reason stands by the person's id")
    func profileJSON() async throws {
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([try SealedCRM.registered("C-1", "Ada")])
        func json() async throws -> String {
            let profile = try #require(try await crm.profile(of: "C-1", atLeast: crm.log.head))
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            let data = try encoder.encode(profile)
            #expect(try JSONDecoder().decode(CustomerProfile.self, from: data) == profile)
            return String(decoding: data, as: UTF8.self)
        }
        #expect(!(try await json()).contains("withheld"))
        try crm.log.appendBlocking([try SealedCRM.erased("C-1")])
        #expect(try await json().contains(#""withheld":{"customer:C-1":"erased"}"#))
    }

    /// The log alone: what is appended is not sealed.
    private func withLog(_ directory: TemporaryDirectory, _ body: (EventLog) throws -> Void) throws {
        let log = try EventLog(at: directory.path)
        defer { log.close() }
        try body(log)
    }
}
