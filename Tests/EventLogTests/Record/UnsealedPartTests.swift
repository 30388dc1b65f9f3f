@testable import EventLog
import LMDB
import Testing

/// Personal parts, read where they stand.
@Suite struct UnsealedPartTests {
    /// The part about `subject` of an event that is about `subjects`.
    private func part(about subject: String, in subjects: [Subject]) throws -> [UInt8] {
        let event = NewEvent(
            type: EventType(unchecked: "A"), tags: [Tag(unchecked: "customer:1")], subjects: subjects,
            provenance: Provenance(actor: "user:1", purpose: "sale"), data: [0xD1, 0xD2])
        let record = try storedRecord(event)
        let name = Array(subject.utf8)
        let part = EventView(record.rawSpan).part(of: name.rawSpan)
        guard let part, part.algorithm == .unsealed else { return [] }
        return part.bytes
    }

    private func sealed(_ id: String, _ bytes: [UInt8]) -> Subject {
        Subject(id: id, part: SealedPart(algorithm: .init(rawValue: 9), keyCommitment: [1, 2, 3], bytes: bytes))
    }

    @Test("each subject has its own part, wherever it stands among the others")
    func severalSubjects() throws {
        let subjects = [
            Subject(id: "customer:1", part: .unsealed([1, 2, 3])), Subject(id: "customer:12"),
            sealed("customer:3", [9, 9]), Subject(id: "客户:四", part: .unsealed(Array("王小明".utf8))),
            Subject(id: "customer:5", part: .unsealed([])), Subject(id: "person:6", part: .unsealed([6])),
        ]
        for order in [subjects, subjects.reversed()] {
            #expect(try part(about: "customer:1", in: order) == [1, 2, 3])
            #expect(try part(about: "客户:四", in: order) == Array("王小明".utf8))
            #expect(try part(about: "person:6", in: order) == [6])
            // Without a part, with a sealed one, with an empty one; and nobody of that name.
            for none in ["customer:12", "customer:3", "customer:5", "customer:", "customer:123", "", "person:66"] {
                #expect(try part(about: none, in: order) == [], "\(none)")
            }
        }
    }

    @Test("an event about nobody has no part")
    func noSubjects() throws {
        #expect(try part(about: "customer:1", in: []) == [])
        #expect(try part(about: "", in: []) == [])
    }

    @Test("of random events every unsealed part is found, and no other", arguments: 1...4 as ClosedRange<UInt64>)
    func randomEvents(seed: UInt64) throws {
        var world = RandomWorld(seed: seed)
        for _ in 0..<100 {
            let subjects = (0..<world.count(in: 0...6)).map { number -> Subject in
                let bytes = (0..<world.count(in: 0...400)).map { _ in UInt8(world.count(in: 0...255)) }
                let id = "person:" + String(repeating: "漢", count: world.count(in: 0...80)) + "\(number)"
                switch world.count(in: 0...3) {
                case 0: return Subject(id: id)
                case 1: return sealed(id, bytes)
                default: return Subject(id: id, part: .unsealed(bytes))
                }
            }
            for subject in subjects {
                let found = try part(about: subject.id, in: subjects)
                let isOpen = subject.part?.algorithm == .unsealed
                #expect(found == (isOpen ? subject.part?.bytes : []))
            }
        }
    }
}
