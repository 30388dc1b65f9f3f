import Audit
import EventLog
import LMDB
import TestSupport
import Testing

@Suite struct LeafTests {
    private func sha256(_ bytes: [UInt8]) -> [UInt8] { Hash256.sha256(of: bytes.rawSpan).bytes }

    // MARK: The entry

    @Test("the entry of a leaf is, byte by byte, what the module's page says")
    func entry() throws {
        var expected: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, 7]
        expected += [0, 5, 0x54, 0x3D, 0xF7, 0x29, 0xC0, 0]
        expected += [1, 2, 3, 4, 5, 6, 7, 8, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18]
        expected += [0, 5, 0x54, 0xC3, 0xA9, 0x73, 0x74]
        expected += sha256(LeafSample.envelope)
        expected += sha256([0xD1, 0xD2, 0xD3])
        expected += sha256(LeafSample.parts)
        let opening = try LeafSample.opening(of: LeafSample.event)
        #expect(opening.envelope == LeafSample.envelope)
        #expect(opening.parts == .shown(LeafSample.parts))
        #expect(opening.entry == expected)
        #expect(opening.leafHash.bytes == sha256([0] + expected))
    }

    @Test("an event without data, tags and subjects commits to hashes of nothing")
    func emptyEvent() throws {
        let event = NewEvent(
            id: EventID(high: 1, low: 2), type: EventType(unchecked: "A"), schemaRevision: 3,
            occurredAt: Timestamp(microseconds: 4))
        var envelope: [UInt8] = [2, 0, 3, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]
        envelope += [0, 0, 0, 0, 0, 0, 0, 0]
        var expected: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9]
        expected += [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0x41]
        expected += sha256(envelope) + sha256([]) + sha256([])
        let opening = try LeafSample.opening(of: event, position: 1, recordedAt: 9)
        #expect(opening.entry == expected)
        #expect(opening.parts == .shown([]))
    }

    @Test("a record of the log gives the same hash in place as its opening")
    func inPlace() throws {
        var random = SeededGenerator(seed: 1)
        for position in UInt64(1)...300 {
            let event = LeafSample.randomEvent(&random)
            let record = try LeafSample.record(of: event, position: position)
            let opening = LeafSample.opening(of: record, type: event.type)
            #expect(LeafSample.leafHash(of: record, type: event.type) == opening.leafHash)
        }
    }

    // MARK: What matters

    @Test("every field of an event changes its leaf")
    func everyField() throws {
        let changes: [(String, (inout NewEvent) -> Void)] = [
            ("id", { $0.id = EventID(high: 1, low: 2) }),
            ("type", { $0.type = EventType(unchecked: "Test") }),
            ("schema revision", { $0.schemaRevision += 1 }),
            ("occurredAt", { $0.occurredAt = Timestamp(microseconds: -1) }),
            ("first tag", { $0.tags[0] = LeafTag(unchecked: "aB") }),
            ("second tag", { $0.tags[1] = LeafTag(unchecked: "cdè") }),
            ("order of tags", { $0.tags.swapAt(0, 1) }),
            ("where tags end", { $0.tags = [LeafTag(unchecked: "abc"), LeafTag(unchecked: "dé")] }),
            ("one tag fewer", { $0.tags = [LeafTag(unchecked: "abcdé")] }),
            ("no tags", { $0.tags = [] }),
            ("actor", { $0.provenance.actor = "b" }),
            ("no actor", { $0.provenance.actor = nil }),
            ("source", { $0.provenance.source = "t" }),
            ("correlation", { $0.provenance.correlationID = "d" }),
            ("cause", { $0.provenance.causationID = EventID(high: 3, low: 5) }),
            ("time zone", { $0.provenance.timeZone = "y" }),
            ("purpose", { $0.provenance.purpose = "up" }),
            ("data", { $0.data[2] ^= 1 }),
            ("more data", { $0.data.append(0) }),
            ("no data", { $0.data = [] }),
            ("first subject", { $0.subjects[0].id = "P" }),
            ("second subject", { $0.subjects[1].id = "q" }),
            ("order of subjects", { $0.subjects.swapAt(0, 1) }),
            ("one subject fewer", { $0.subjects.removeLast() }),
            ("algorithm", { $0.subjects[0].part?.algorithm = .init(rawValue: 8) }),
            ("key commitment", { $0.subjects[0].part?.keyCommitment[1] = 0 }),
            ("part", { $0.subjects[0].part?.bytes = [0xB0] }),
            ("empty part", { $0.subjects[0].part?.bytes = [] }),
            ("no part", { $0.subjects[0].part = nil }),
            ("part of another subject", { $0.subjects[1].part = $0.subjects[0].part }),
        ]
        let unchanged = try LeafSample.opening(of: LeafSample.event).leafHash
        var seen = [unchanged: "as it is"]
        for (name, change) in changes {
            var event = LeafSample.event
            change(&event)
            let record = try LeafSample.record(of: event)
            let hash = LeafSample.leafHash(of: record, type: event.type)
            #expect(hash == LeafSample.opening(of: record, type: event.type).leafHash)
            let same = seen.updateValue(name, forKey: hash)
            #expect(same == nil, "\(name) gives the same leaf")
        }
        let elsewhere = try LeafSample.opening(of: LeafSample.event, position: 8).leafHash
        let later = try LeafSample.opening(of: LeafSample.event, recordedAt: LeafSample.recordedAt + 1).leafHash
        #expect(seen[elsewhere] == nil)
        #expect(seen[later] == nil)
    }

    @Test("the number of the type and the checksum change nothing")
    func whatDoesNotMatter() throws {
        let first = try LeafSample.record(of: LeafSample.event)
        let second = try LeafSample.record(of: LeafSample.event, typeNumber: 900)
        #expect(Array(first[0..<8]) != Array(second[0..<8]))
        #expect(LeafSample.leafHash(of: first) == LeafSample.leafHash(of: second))
    }

    @Test("every other bit of a record changes its leaf, be it still an event or not")
    func everyBit() throws {
        let record = try LeafSample.record(of: LeafSample.event)
        let hash = LeafSample.leafHash(of: record)
        let type = LeafSample.event.type
        var missed: [Int] = []
        for bit in 0..<record.count * 8 where !(0..<8).contains(bit / 8) && !(24..<28).contains(bit / 8) {
            var flipped = record
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            let changed = LeafSample.leafHash(of: flipped)
            if changed == hash || changed != LeafSample.opening(of: flipped, type: type).leafHash { missed.append(bit) }
        }
        #expect(missed == [])
    }

    @Test("a record that is cut off or goes on behind its end has a leaf of its own")
    func otherLengths() throws {
        let record = try LeafSample.record(of: LeafSample.event)
        var hashes: Set<Hash256> = [LeafSample.leafHash(of: record)]
        for length in 64..<record.count { hashes.insert(LeafSample.leafHash(of: Array(record[..<length]))) }
        hashes.insert(LeafSample.leafHash(of: record + [0]))
        #expect(hashes.count == record.count - 64 + 2)
    }

    // MARK: Shapes

    @Test("a stored record has its shape, and none that is cut off has")
    func shape() throws {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<50 {
            let record = try LeafSample.record(of: LeafSample.randomEvent(&random))
            let isWhole = EventView(record.rawSpan).hasShape
            #expect(isWhole)
            let shaped = (0..<record.count).filter { length in
                let cut = Array(record[..<length])
                return EventView(cut.rawSpan).hasShape
            }
            #expect(shaped == [])
        }
    }
}
