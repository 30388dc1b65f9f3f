@testable import EventLog
import LMDB
@testable import Projection
import Testing
import TestSupport

/// Folds see data of the current schema revision, whatever revision is stored; what is stored never changes.
@Suite struct UpcastingTests {
    private func totals(_ hosted: HostedLog, _ name: String, _ table: UInt8) throws -> [String: [Int64]] {
        try hosted.host.read(name) { reader in
            Dictionary(uniqueKeysWithValues: try reader.totals(table).map { ($0.parts[0], $0.columns) })
        }
    }

    // MARK: Folds

    @Test(
        "rows over mixed revisions are those over current events: built, followed and folded again",
        arguments: [(0, 7), (150, 1), (300, 50)])
    func sameRows(built: Int, batch: Int) async throws {
        let (mixed, current) = Payments.random(300, seed: UInt64(batch))
        #expect(Set(mixed.map(\.schemaRevision)) == [1, 2, 3])
        let model = Payments.model()
        var digests: [String] = []
        for events in [mixed, current] {
            let hosted = try HostedLog([model], after: Array(events[..<built]))
            defer { hosted.close() }
            if built > 0 { try await hosted.settle() } else { try await hosted.follow() }
            for start in stride(from: built, to: events.count, by: batch) {
                try await hosted.log.append(Array(events[start..<min(start + batch, events.count)]))
                if start % 3 == 0 { try await hosted.settle() }
            }
            try await hosted.settle()
            digests.append(try hosted.host.digest(of: model.name).digest)
            digests.append(try hosted.freshDigest(of: model))
            #expect(try totals(hosted, model.name, Payments.revisions) == ["3": [300, 1_500]])
            let sum = current.reduce(0) { $0 + Int64($1.data[0]) + Int64($1.data[1]) << 8 }
            #expect(try totals(hosted, model.name, Payments.amounts) == ["all": [300, sum]])
            // Nothing that is stored has changed.
            #expect(try hosted.log.events().map(\.event) == events)
            let sound = try hosted.log.verify()
            #expect(sound.head == Position(300))
        }
        #expect(Set(digests).count == 1)
    }

    @Test("read models side by side each see what their own upcasters make of an event")
    func sideBySide() async throws {
        let first = Payments.madeOf([Upcaster(Payments.paid, from: 1) { data in data.copy() + [0xA, 0xB, 0xC] }])
        let models = [
            Payments.sizes(named: "stored", upcasters: .none), Payments.model(),
            Payments.sizes(named: "first", upcasters: first),
            Payments.sizes(named: "seen", upcasters: Payments.upcasters),
        ]
        let events = [
            Payments.event(1, "account:a", revision: 1), Payments.event(2, "account:b", revision: 2),
            Payments.event(3, "account:a", revision: 3), Payments.event(4, "account:a", revision: 1),
        ]
        for built in [0, 2, 4] {
            let hosted = try HostedLog(models, after: Array(events[..<built]))
            defer { hosted.close() }
            if built > 0 { try await hosted.settle() } else { try await hosted.follow() }
            if built < events.count { try await hosted.log.append(Array(events[built...])) }
            try await hosted.settle()
            #expect(try totals(hosted, "stored", Payments.revisions) == ["1": [2, 2], "2": [1, 2], "3": [1, 5]])
            #expect(try totals(hosted, "first", Payments.revisions) == ["2": [3, 10], "3": [1, 5]])
            #expect(try totals(hosted, "seen", Payments.revisions) == ["3": [4, 20]])
            #expect(try totals(hosted, "payments", Payments.amounts) == ["all": [4, 1_000]])
        }
    }

    @Test("a step that fails stops the read model before the event, and says which type, revision and position")
    func failing() async throws {
        let model = Payments.model()
        let hosted = try HostedLog([model, Ledger.model])
        defer { hosted.close() }
        try await hosted.follow()
        try await hosted.log.append([
            Payments.event(1, "account:a", revision: 1), Payments.event(2, "account:a", revision: 2),
            Payments.event(Payments.odd, "account:a", revision: 1), Payments.event(3, "account:a", revision: 1),
        ])
        let failure = ProjectionFailure(
            model: "payments", position: Position(3),
            reason: "Paid at position 3 cannot be taken from schema revision 1 to the next: this payment is odd")
        await #expect(throws: ProjectionUnavailable.stopped(failure)) {
            try await hosted.host.wait(for: Position(4), of: ["payments"], seconds: 60)
        }
        #expect(try totals(hosted, "payments", Payments.revisions) == ["3": [2, 10]])
        // The others go on.
        try await hosted.host.wait(for: Position(4), of: ["ledger"], seconds: 60)
        #expect(throws: failure) { try hosted.freshDigest(of: model) }
    }

    // MARK: Readers of copies and views

    @Test("a copy is taken to the current revision; all else in it stays, and so does the copy that was asked")
    func copies() throws {
        for revision in 1...4 as ClosedRange<UInt16> {
            let event = Payments.event(7, "account:a", at: 5, revision: revision)
            let recorded = RecordedEvent(
                position: Position(9), recordedAt: Timestamp(microseconds: 8), event: event)
            let seen = try recorded.upcast(by: Payments.upcasters)
            var expected = event
            expected.data = Payments.data(7, revision: 3)
            expected.schemaRevision = max(3, revision)
            #expect(seen.event == expected)
            #expect(seen.position == recorded.position && seen.recordedAt == recorded.recordedAt)
            #expect(recorded.event == event)
            #expect(try recorded.upcast(by: .none) == recorded)
        }
        let other = RecordedEvent(
            position: Position(1), recordedAt: .now(), event: Ledger.event(1, "account:a"))
        #expect(try other.upcast(by: Payments.upcasters) == other)
    }

    @Test("an event that a read lends is lent with current data where there is an upcaster")
    func lending() throws {
        let events = [
            Payments.event(1, "account:a", revision: 1), Payments.event(2, "account:a", revision: 3),
            Ledger.event(9, "account:a"),
        ]
        let hosted = try HostedLog(after: events)
        defer { hosted.close() }
        func seen(by upcasters: Upcasters) throws -> [RecordedEvent] {
            var seen: [RecordedEvent] = []
            try hosted.log.read { view in
                seen.append(try upcasters.lendUpcast(view, of: hosted.log) { hosted.log.recorded($0) })
                return true
            }
            return seen
        }
        let stored = try hosted.log.events()
        #expect(try seen(by: .none) == stored)
        let current = try seen(by: Payments.upcasters)
        let copies = try stored.map { try $0.upcast(by: Payments.upcasters) }
        #expect(current == copies)
        #expect(current[0].event.data == Payments.data(1, revision: 3))
    }

    // MARK: Upcasters

    private func made(_ froms: [UInt16]) -> String {
        do {
            let upcasters = try Upcasters(froms.map { Upcaster(Payments.paid, from: $0) { $0.copy() } })
            return "to \(upcasters.currentRevision(of: Payments.paid) ?? 0)"
        } catch {
            return error.reason
        }
    }

    @Test(
        "for each type there is one step from one revision to the next",
        arguments: [
            ([], "to 0"), ([1], "to 2"), ([3, 1, 2], "to 4"), ([7], "to 8"), ([65_534], "to 65535"),
            ([1, 1], "two upcasters take Paid from schema revision 1; expected one"),
            ([2, 1, 2], "two upcasters take Paid from schema revision 2; expected one"),
            (
                [1, 3],
                "no upcaster takes Paid from schema revision 2, but one from 3; expected one for each revision between"
            ),
            ([65_535], "an upcaster takes Paid from schema revision 65535, the last one"),
        ] as [([UInt16], String)])
    func chains(froms: [UInt16], outcome: String) {
        #expect(made(froms) == outcome)
    }

    @Test("types have chains of their own, and none costs nothing")
    func severalTypes() throws {
        let copy: @Sendable (RawSpan) throws -> [UInt8] = { $0.copy() }
        let upcasters = try Upcasters([
            Upcaster(Ledger.noted, from: 2, copy), Upcaster(Ledger.cleared, from: 1, copy),
            Upcaster(Ledger.noted, from: 1, copy),
        ])
        #expect(upcasters.currentRevision(of: Ledger.noted) == 3)
        #expect(upcasters.currentRevision(of: Ledger.cleared) == 2)
        #expect(upcasters.currentRevision(of: Ledger.passedOver) == nil)
        #expect(!upcasters.isEmpty && Upcasters.none.isEmpty)
        #expect(try Upcasters([]).isEmpty)
        #expect(upcasters.currentRevisions(of: [Ledger.passedOver, Ledger.noted]) == [0, 3])
        #expect(upcasters.currentRevisions(of: [Ledger.passedOver]) == [])
    }

    @Test("data older than the first step, or of a step that makes too much of it, is refused")
    func refused() throws {
        let large = Payments.madeOf([
            Upcaster(Payments.paid, from: 1) { _ in [UInt8](repeating: 0, count: Limits.eventBytes + 1) }
        ])
        func failure(_ upcasters: Upcasters, revision: UInt16) -> String? {
            let event = RecordedEvent(
                position: Position(4), recordedAt: .now(), event: Payments.event(1, "account:a", revision: revision))
            do {
                _ = try event.upcast(by: upcasters)
                return nil
            } catch {
                return "\(error)"
            }
        }
        #expect(failure(Payments.upcasters, revision: 3) == nil)
        #expect(
            failure(Payments.upcasters, revision: 0)
                == "Paid at position 4 cannot be taken from schema revision 0 to the next: no upcaster takes it; the "
                + "first one takes revision 1")
        let bytes = Limits.eventBytes
        #expect(
            failure(large, revision: 1)
                == "Paid at position 4 cannot be taken from schema revision 1 to the next: it would have \(bytes + 1) "
                + "bytes; at most \(bytes) fit")
    }
}
