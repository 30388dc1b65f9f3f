@testable import EventLog
import LMDB
import Testing
import TestSupport

/// A sound log passes; each kind of damage is found, and where.
@Suite struct VerifyTests {
    private let directory: TemporaryDirectory
    private let surgery: LogSurgery

    /// A log of six events, each with two tags, a personal part, provenance and data.
    init() async throws {
        directory = try TemporaryDirectory()
        surgery = LogSurgery(path: directory.path)
        let log = try EventLog(at: directory.path, options: .small)
        for number in 1...6 {
            try await log.append([
                NewEvent(
                    type: EventType(number % 2 == 0 ? "Even" : "Odd"),
                    tags: [Tag("number:\(number)"), Tag("numbers:all")],
                    subjects: [Subject(id: "person:\(number)", part: .unsealed([1, 2, 3])), Subject(id: "person:0")],
                    provenance: Provenance(actor: "user:1"), data: Array("payload".utf8))
            ])
        }
        log.close()
    }

    private func opened() throws -> EventLog { try EventLog(at: directory.path, options: .small) }

    @Test("a sound log passes, and tells what was looked at")
    func soundLog() throws {
        let bytes = try (1...6).reduce(0) { try $0 + UInt64(surgery.record(at: $1).count) }
        let log = try opened()
        let verified = try log.verify()
        #expect(verified.head == Position(6))
        #expect(verified.bytes == bytes)
        #expect(verified.unsealedParts == 6)
    }

    @Test("an empty log is sound")
    func emptyLog() throws {
        let log = try EventLog(at: directory.path + "/empty", options: .small)
        #expect(try log.verify() == VerifiedLog(head: .zero, bytes: 0, unsealedParts: 0))
    }

    /// What is done to the log, and where it must be found as what.
    enum Harm: CaseIterable, Sendable {
        case flippedByte, flippedByteOfLast, swapped, copied, removed, firstRemoved, recordedEarlier, unknownType
        case typeZero, repeatedTag, repeatedID, cutShort, newerFormat, tagsBeyondTheEnd, tagEndsDescend
        case longerData, trailingBytes

        var finding: DamagedLog {
            let (position, damage): (UInt64, DamagedLog.Damage) =
                switch self {
                case .flippedByte: (4, .checksum)
                case .flippedByteOfLast: (6, .checksum)
                case .swapped: (2, .misplaced)
                case .copied: (5, .misplaced)
                case .removed: (3, .missing)
                case .firstRemoved: (1, .missing)
                case .recordedEarlier: (3, .recordedEarlier)
                case .unknownType, .typeZero: (2, .unknownType)
                case .repeatedTag: (4, .repeatedTag)
                case .repeatedID: (5, .repeatedID)
                case .cutShort, .newerFormat, .tagsBeyondTheEnd, .tagEndsDescend, .longerData, .trailingBytes:
                    (2, .malformed)
                }
            return DamagedLog(position: Position(position), damage: damage)
        }

        func inflict(with surgery: LogSurgery) throws {
            let firstTag = EventView.headerLength
            let secondTag = firstTag + EventView.tagEndLength
            let texts = secondTag + EventView.tagEndLength
            switch self {
            case .flippedByte: try surgery.change(4, sealed: false) { $0[texts] ^= 1 }
            case .flippedByteOfLast: try surgery.change(6, sealed: false) { $0[40] ^= 0x80 }
            case .swapped: try surgery.swap(2, 3)
            case .copied: try surgery.put(surgery.record(at: 2), at: 5)
            case .removed: try surgery.remove(3)
            case .firstRemoved: try surgery.remove(1)
            case .recordedEarlier:
                let before = try surgery.record(at: 2)
                let time = before.rawSpan.i64(at: 16) - 1
                try surgery.change(3, sealed: true) { $0.store(littleEndian: time, at: 16) }
            case .unknownType: try surgery.change(2, sealed: true) { $0.store(littleEndian: UInt32(3), at: 24) }
            case .typeZero: try surgery.change(2, sealed: true) { $0.store(littleEndian: UInt32(0), at: 24) }
            case .repeatedTag:
                try surgery.change(4, sealed: true) { record in
                    // "number:4" and "numbers:all" become twice "numbers:a".
                    record.replaceSubrange(texts..<texts + 19, with: Array("numbers:anumbers:a!".utf8))
                    record.store(littleEndian: UInt16(9), at: firstTag)
                    record.store(littleEndian: UInt16(18), at: secondTag)
                    record.remove(at: texts + 18)
                }
            case .repeatedID:
                let id = Array(try surgery.record(at: 1)[40..<56])
                try surgery.change(5, sealed: true) { $0.replaceSubrange(40..<56, with: id) }
            case .cutShort: try surgery.change(2, sealed: false) { $0.removeSubrange(40...) }
            case .newerFormat: try surgery.change(2, sealed: true) { $0[28] = 3 }
            case .tagsBeyondTheEnd: try surgery.change(2, sealed: true) { $0[29] = 200 }
            case .tagEndsDescend:
                try surgery.change(2, sealed: true) { $0.store(littleEndian: UInt16(30), at: firstTag) }
            case .longerData: try surgery.change(2, sealed: true) { $0[62] = 1 }
            case .trailingBytes: try surgery.change(2, sealed: true) { $0.append(0) }
            }
        }
    }

    @Test("damage is found at its position, and named", arguments: Harm.allCases)
    func damageIsFound(harm: Harm) throws {
        try harm.inflict(with: surgery)
        // A log with a gap is not even opened to be appended to.
        #expect(throws: harm.finding) { try opened().verify() }
    }

    @Test("an id that stands twice is found however many ids are held at once", arguments: 1...7)
    func repeatedIDInParts(idsAtOnce: Int) throws {
        do {
            let sound = try opened()
            #expect(try sound.verify(idsAtOnce: idsAtOnce).head == Position(6))
            sound.close()
        }
        try Harm.repeatedID.inflict(with: surgery)
        let log = try opened()
        #expect(throws: Harm.repeatedID.finding) { try log.verify(idsAtOnce: idsAtOnce) }
    }

    @Test("of several ids that stand twice the first repetition is reported", arguments: 1...7)
    func firstRepeatedID(idsAtOnce: Int) throws {
        for (position, original) in [(6, 3), (4, 1), (5, 2)] as [(UInt64, UInt64)] {
            let id = Array(try surgery.record(at: original)[40..<56])
            try surgery.change(position, sealed: true) { $0.replaceSubrange(40..<56, with: id) }
        }
        let log = try opened()
        let finding = DamagedLog(position: Position(4), damage: .repeatedID)
        #expect(throws: finding) { try log.verify(idsAtOnce: idsAtOnce) }
    }

    @Test("every id belongs to one part, and ids that meet in it are told", arguments: [1, 9, 100, 1000, 5000])
    func everyIDInOnePart(idsAtOnce: Int) {
        var random = SeededGenerator(seed: 12)
        let ids = (0..<1000).map { $0 % 3 == 0 ? EventID() : .version4(using: &random) }
        let repeated = [ids[0], ids[10], ids[999]]
        var parts = IDParts(events: 1003, idsAtOnce: idsAtOnce)
        var hashes: [UInt64] = []
        var passes: UInt64 = 0
        while !parts.isDone {
            for id in ids + repeated { parts.gather(id) }
            hashes += parts.endPart()
            passes += 1
        }
        #expect(passes == (1003 + UInt64(idsAtOnce) - 1) / UInt64(idsAtOnce))
        #expect(hashes.sorted() == repeated.map(\.mixed).sorted())
    }

    @Test("of several damages the first one is reported")
    func firstDamage() throws {
        try Harm.repeatedTag.inflict(with: surgery)
        try Harm.typeZero.inflict(with: surgery)
        try Harm.flippedByteOfLast.inflict(with: surgery)
        let log = try opened()
        #expect(throws: Harm.typeZero.finding) { try log.verify() }
    }

    @Test("whatever bit of a record is flipped, its position is found", arguments: [1, 4, 6] as [UInt64])
    func anyBit(position: UInt64) throws {
        let record = try surgery.record(at: position)
        let log = try opened()
        func store(_ bytes: [UInt8]) throws {
            var key: [UInt8] = []
            key.append(littleEndian: position)
            try log.store.environment.write { transaction in
                try transaction.put(bytes.rawSpan, in: log.store.events, for: key.rawSpan)
            }
        }
        var random = SeededGenerator(seed: position)
        // Every bit of the header's lengths and counts, and some of all the others.
        let lengths = [29, 56, 57, 58, 59, 60, 61, 62, 63].flatMap { byte in (0..<8).map { byte * 8 + $0 } }
        for bit in lengths + (0..<40).map({ _ in Int.random(in: 0..<record.count * 8, using: &random) }) {
            var flipped = record
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            try store(flipped)
            let error = #expect(throws: DamagedLog.self, "bit \(bit)") { try log.verify() }
            #expect(error?.position == Position(position), "bit \(bit)")
        }
        try store(record)
        #expect(try log.verify().head == Position(6))
    }
}
