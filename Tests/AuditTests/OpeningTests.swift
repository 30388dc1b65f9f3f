@testable import Audit
@testable import EventLog
import LMDB
import TestSupport
import Testing

@Suite struct OpeningTests {
    /// An opening that differs in what is given.
    private func opening(
        like event: NewEvent = LeafSample.event, position: UInt64 = 7, id: EventID? = nil, type: EventType? = nil,
        envelope: [UInt8]? = nil, data: [UInt8]? = nil, parts: EventOpening.Parts? = nil
    ) throws -> EventOpening {
        let whole = try LeafSample.opening(of: event)
        return EventOpening(
            position: Position(position), recordedAt: whole.recordedAt, id: id ?? whole.id, type: type ?? whole.type,
            envelope: envelope ?? whole.envelope, data: data ?? whole.data, parts: parts ?? whole.parts)
    }

    // MARK: There and back

    @Test("an opening survives being written down, and the event in it is the event that was appended")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 3)
        for position in UInt64(1)...300 {
            let event = LeafSample.randomEvent(&random)
            let opening = try LeafSample.opening(of: event, position: position)
            #expect(try EventOpening(parsing: opening.encoded) == opening)
            let recorded = try opening.recorded()
            #expect(recorded.position == Position(position))
            #expect(recorded.recordedAt == Timestamp(microseconds: LeafSample.recordedAt))
            #expect(recorded.event == event)
        }
    }

    @Test("without its parts an event has the same leaf, and all else is still there")
    func withheldParts() throws {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<300 {
            let event = LeafSample.randomEvent(&random)
            let whole = try LeafSample.opening(of: event)
            let opening = try LeafSample.opening(of: event, withPersonalParts: false)
            #expect(opening.leafHash == whole.leafHash)
            #expect(try EventOpening(parsing: opening.encoded) == opening)
            var expected = event
            for index in expected.subjects.indices { expected.subjects[index].part = nil }
            #expect(try opening.recorded().event == expected)
            #expect((opening == whole) == (expected == event), "only parts that are there are withheld")
        }
    }

    @Test("an opening of an event in the log is the event that the log answers with")
    func eventOfALog() throws {
        let fixture = try TreeFixture()
        try fixture.withLog { log throws in
            var random = SeededGenerator(seed: 5)
            try log.appendBlocking((0..<50).map { _ in LeafSample.randomEvent(&random) })
            for number in UInt64(1)...50 {
                let position = Position(number)
                let opening = try log.withEvent(at: position) { event in
                    EventOpening(of: event, type: log.type(of: event), withPersonalParts: true)
                }
                #expect(try opening?.recorded() == log.event(at: position))
            }
        }
    }

    @Test("an opening is, byte by byte, what the module's page says")
    func stored() throws {
        var expected: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, 7, 0, 5, 0x54, 0x3D, 0xF7, 0x29, 0xC0, 0]
        expected += [1, 2, 3, 4, 5, 6, 7, 8, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18]
        expected += [0, 5, 0x54, 0xC3, 0xA9, 0x73, 0x74]
        expected += [0, 0, 0, UInt8(LeafSample.envelope.count)]
        expected += LeafSample.envelope
        expected += [0, 0, 0, 3, 0xD1, 0xD2, 0xD3]
        let shown = try LeafSample.opening(of: LeafSample.event).encoded
        #expect(shown == expected + [1, 0, 0, 0, UInt8(LeafSample.parts.count)] + LeafSample.parts)
        let withheld = try LeafSample.opening(of: LeafSample.event, withPersonalParts: false).encoded
        let parts = LeafSample.parts
        let hash = Hash256.sha256(of: parts.rawSpan)
        #expect(withheld == expected + [0] + hash.bytes)
    }

    // MARK: What others make

    @Test(
        "no byte of an opening can be changed so that it is another event with the same leaf", arguments: [true, false])
    func everyFlippedBit(withParts: Bool) throws {
        let opening = try LeafSample.opening(of: LeafSample.event, withPersonalParts: withParts)
        let (encoded, hash) = (opening.encoded, opening.leafHash)
        var accepted: [Int] = []
        var parsed = 0
        for bit in 0..<encoded.count * 8 {
            var flipped = encoded
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let other = try? EventOpening(parsing: flipped) else { continue }
            parsed += 1
            // What was parsed is an event, though another one.
            if other.leafHash == hash || (try? other.recorded()) == nil { accepted.append(bit) }
        }
        #expect(accepted == [])
        #expect(parsed > 0)
    }

    @Test("an opening that is cut off, or goes on, is none", arguments: [true, false])
    func otherLengths(withParts: Bool) throws {
        let encoded = try LeafSample.opening(of: LeafSample.event, withPersonalParts: withParts).encoded
        let accepted = (0..<encoded.count).filter { (try? EventOpening(parsing: Array(encoded[..<$0]))) != nil }
        #expect(accepted == [])
        #expect(throws: MalformedOpening.self) { try EventOpening(parsing: encoded + [0]) }
    }

    @Test("bytes at random are no opening, and do no harm")
    func noise() throws {
        var random = SeededGenerator(seed: 6)
        let encoded = try LeafSample.opening(of: LeafSample.event).encoded
        let hash = try LeafSample.opening(of: LeafSample.event).leafHash
        for _ in 0..<2000 {
            var bytes = encoded
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard bytes != encoded, let other = try? EventOpening(parsing: bytes) else { continue }
            #expect(other.leafHash != hash)
        }
    }

    @Test("an opening whose pieces do not go together is refused, and says why")
    func inconsistent() throws {
        let envelope = LeafSample.envelope
        var otherFormat = envelope
        otherFormat[0] = 3
        var secondZero = envelope
        secondZero[29] = 1
        var tagsBackwards = envelope
        tagsBackwards[36] = 7
        var badText = envelope
        badText[44] = 0xFF
        var longCause = envelope
        longCause[59] = 15
        var shortProvenance = envelope
        shortProvenance[30] = 39
        var mark = envelope
        mark[mark.count - 1] = 2
        let parts = LeafSample.parts
        let otherNumber: [UInt8] = [1] + Array(parts.dropFirst())
        let nobody = NewEvent(type: EventType(unchecked: "A"), data: [1])
        let withheld = EventOpening.Parts.withheld(Hash256.sha256(of: parts.rawSpan))
        let cases: [(EventOpening, String)] = [
            (try opening(position: 0), "its position is 0"),
            (try opening(type: EventType(unchecked: "")), "a type name must not be empty"),
            (try opening(type: EventType(unchecked: "a b")), "holds white space"),
            (
                try opening(id: EventID(high: 1, low: 2)),
                "its envelope is of event 01020304-0506-0708-1112-131415161718"
            ),
            (try opening(data: [1, 2, 3, 4]), "its data has 4 bytes; its envelope says 3"),
            (try opening(envelope: otherFormat), "the format at byte 0 of the envelope is 3; expected 2"),
            (try opening(envelope: secondZero), "at byte 29 of the envelope is 1; expected 0"),
            (try opening(envelope: tagsBackwards), "tag 1 ends at 6 of the texts, before it begins at 7"),
            (try opening(envelope: badText), "tag 1 at byte 42 of the envelope is not well-formed UTF-8"),
            (try opening(envelope: longCause), "the causation id has 15 bytes; expected 16"),
            (try opening(envelope: shortProvenance), "the provenance ends at byte 86 of the envelope; expected 85"),
            (try opening(envelope: mark), "whether subject 2 has a part is said as 2"),
            (try opening(envelope: envelope + [0]), "1 bytes too many at byte 99 of the envelope"),
            (try opening(envelope: []), "the format at byte 0 of the envelope takes 1 bytes, and 0 are left"),
            (try opening(parts: .shown([])), "the number of a subject with a part at byte 0 of the parts"),
            (try opening(parts: .shown(parts + [0])), "1 bytes too many at byte 19 of the parts"),
            (try opening(parts: .shown(otherNumber)), "at byte 0 of the parts is 1; expected 0"),
            (try opening(like: nobody, parts: withheld), "its parts are withheld, and no subject has one"),
        ]
        for (opening, reason) in cases {
            let encoded = opening.encoded
            let error = #expect(throws: MalformedOpening.self, "\(reason)") { try EventOpening(parsing: encoded) }
            #expect(error?.description.contains(reason) == true, "\(error?.description ?? "") says: \(reason)")
        }
    }

    @Test("a record that is no event has an opening that is none either")
    func misshapen() throws {
        var record = try LeafSample.record(of: LeafSample.event)
        // More subjects than there are.
        record[56] = 9
        let opening = LeafSample.opening(of: record, type: LeafSample.event.type)
        #expect(throws: MalformedOpening.self) { try opening.recorded() }
        #expect(throws: MalformedOpening.self) { try EventOpening(parsing: opening.encoded) }
    }
}
