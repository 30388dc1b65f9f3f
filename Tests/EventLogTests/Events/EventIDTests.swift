import Foundation
@testable import EventLog
import Testing
import TestSupport

@Suite struct EventIDTests {
    @Test("new ids ascend, without end and without repetition")
    func ascends() {
        var last = EventID()
        var descents = 0
        for _ in 0..<100_000 {
            let next = EventID()
            if next <= last { descents += 1 }
            last = next
        }
        #expect(descents == 0)
    }

    @Test("new ids are of version 7 and begin with the time in milliseconds")
    func isVersion7() {
        let before = UInt64(Timestamp.now().microseconds / 1000)
        let ids = (0..<2000).map { _ in EventID() }
        let after = UInt64(Timestamp.now().microseconds / 1000)
        #expect(ids.allSatisfy { $0.high >> 12 & 0xF == 7 })
        #expect(ids.allSatisfy { $0.low >> 62 == 0b10 })
        // Within a millisecond ids count up, so they may be a little ahead of the clock, never behind it.
        #expect(ids.allSatisfy { $0.high >> 16 >= before && $0.high >> 16 <= after + 1 })
    }

    @Test("ids made by many tasks at once are all different, and ascend within each task")
    func isUniqueAcrossTasks() async {
        let batches = await withTaskGroup(of: [EventID].self) { group in
            for _ in 0..<8 { group.addTask { (0..<2000).map { _ in EventID() } } }
            var batches: [[EventID]] = []
            for await batch in group { batches.append(batch) }
            return batches
        }
        #expect(Set(batches.joined()).count == 16_000)
        #expect(batches.allSatisfy { $0 == $0.sorted() })
    }

    @Test("an id made of a digest is of version 8, the same for the same digest")
    func isVersion8() {
        let id = EventID(digestHigh: .max, digestLow: .max)
        #expect(id.description == "ffffffff-ffff-8fff-bfff-ffffffffffff")
        #expect(EventID(digestHigh: 0, digestLow: 0).description == "00000000-0000-8000-8000-000000000000")
        #expect(EventID(digestHigh: 1, digestLow: 2) == EventID(digestHigh: 1, digestLow: 2))
        #expect(EventID(digestHigh: 1, digestLow: 2) != EventID(digestHigh: 1, digestLow: 3))
    }

    @Test(
        "the text is the usual one, and read in either case",
        arguments: [
            (0, 0, "00000000-0000-0000-0000-000000000000"),
            (0x0190_B5D8_7C1E_7A51, 0x9F2E_3B1F_5C2D_9E77, "0190b5d8-7c1e-7a51-9f2e-3b1f5c2d9e77"),
            (.max, 1, "ffffffff-ffff-ffff-0000-000000000001"),
        ] as [(UInt64, UInt64, String)])
    func text(high: UInt64, low: UInt64, text: String) {
        let id = EventID(high: high, low: low)
        #expect(id.description == text)
        #expect(EventID(text) == id)
        #expect(EventID(text.uppercased()) == id)
        #expect(UUID(uuidString: text)?.uuidString.lowercased() == text)
    }

    @Test(
        "other texts are no ids",
        arguments: [
            "", "0190b5d8", "0190b5d87c1e7a519f2e3b1f5c2d9e77", "0190b5d8-7c1e-7a51-9f2e-3b1f5c2d9e7",
            "0190b5d8-7c1e-7a51-9f2e-3b1f5c2d9e777", "0190b5d8-7c1e-7a51-9f2e-3b1f5c2d9e7g",
            "0190b5d87-c1e-7a51-9f2e-3b1f5c2d9e77", "{190b5d8-7c1e-7a51-9f2e-3b1f5c2d9e7}",
            "0190b5d8 7c1e 7a51 9f2e 3b1f5c2d9e77", "+190b5d8-7c1e-7a51-9f2e-3b1f5c2d9e77",
            "0190b5d8-7c1e-7a51-9f2e-3b1f5c2d9eé",
        ])
    func otherTexts(text: String) {
        #expect(EventID(text) == nil)
    }

    @Test("ids are in the order of their texts")
    func order() {
        var random = SeededGenerator(seed: 5)
        let ids =
            (0..<500).map { _ in EventID.version4(using: &random) } + [
                EventID(high: 1, low: 0), EventID(high: 0, low: 1),
            ]
        #expect(ids.sorted().map(\.description) == ids.map(\.description).sorted())
    }

    @Test("JSON holds the text, and a text that is no id is an error")
    func json() throws {
        let ids = [EventID(), EventID(high: 0, low: 1)]
        let encoded = try JSONEncoder().encode(ids)
        #expect(try JSONDecoder().decode([String].self, from: encoded) == ids.map(\.description))
        #expect(try JSONDecoder().decode([EventID].self, from: encoded) == ids)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([EventID].self, from: Data(#"["1"]"#.utf8)) }
    }
}
