@testable import Audit
@testable import EventLog
import Foundation
import LMDB
import TestSupport
import Testing
import Transparency

/// Bundles: what an outsider is given, and checks.
@Suite struct BundleTests {
    private let bundles: BundleFixture

    init() throws {
        bundles = try BundleFixture()
    }

    private var fixture: SignedFixture { bundles.signed }
    private var key: VerifierKey { bundles.key }

    /// What is wrong with a text; nil when it is a bundle that proves what it says.
    private func complaint(_ text: String, keys: [VerifierKey]? = nil) throws -> String? {
        do {
            _ = try ProofBundle(parsing: text).check(with: keys ?? [key])
            return nil
        } catch let error as MalformedBundle {
            return "\(error)"
        } catch let error as RefusedBundle {
            return "\(error)"
        }
    }

    // MARK: There and back

    @Test("a selection proves its events, each once and in order, and says that some may be missing")
    func roundTripOfASelection() throws {
        let text = try bundles.selection()
        let bundle = try ProofBundle(parsing: text)
        #expect(bundle.selection == .subject("customer:C-42"))
        #expect(bundle.count == 6)
        #expect(try bundle.encoded == text)
        let checked = try bundle.check(with: [key])
        #expect(checked.events.map(\.position) == BundleFixture.chosen)
        #expect(checked.signedBy == [key])
        #expect(checked.checkpoint.size == 300)
        #expect(!checked.isComplete)
        #expect(checked.statement.contains("not that none is missing"))
        let events = try fixture.tree.withLog { log throws in
            try BundleFixture.chosen.map { try #require(try log.event(at: $0)) }
        }
        #expect(try checked.events.map { try $0.recorded() } == events)
    }

    @Test(
        "a range proves its events and that none is missing",
        arguments: [1...1, 1...300, 2...299, 256...257, 300...300, 77...140] as [ClosedRange<UInt64>])
    func roundTripOfARange(positions: ClosedRange<UInt64>) throws {
        let text = try bundles.range(positions)
        let bundle = try ProofBundle(parsing: text)
        #expect(bundle.selection == .range(Position(positions.lowerBound)...Position(positions.upperBound)))
        #expect(try bundle.encoded == text)
        let checked = try bundle.check(with: [key])
        #expect(checked.isComplete)
        #expect(checked.statement.contains("none missing"))
        let events = try fixture.tree.withLog { log throws in
            try log.events(from: Position(positions.lowerBound), to: Position(positions.upperBound))
        }
        #expect(try checked.events.map { try $0.recorded() } == events)
    }

    @Test("a bundle in a file is checked piece by piece, and is the same")
    func inAFile() throws {
        let path = fixture.path("bundle")
        for text in [try bundles.selection(), try bundles.range(1...300)] {
            try DurableFile.replace(path, with: Array(text.utf8))
            let bundle = try ProofBundle(file: path)
            #expect(try bundle.encoded == text)
            var positions: [Position] = []
            let checked = try bundle.check(with: [key]) { positions.append($0.position) }
            #expect(checked.events.isEmpty)
            #expect(UInt64(positions.count) == bundle.count)
            #expect(positions == positions.sorted())
            try DurableFile.replace(path, with: Array(text.utf8.dropLast(3)))
            #expect(throws: MalformedBundle.self) { try ProofBundle(file: path) }
        }
    }

    @Test("the form of a bundle is the one that is documented")
    func form() throws {
        let text = BundleFixture.lines(try bundles.selection())
        #expect(text[0..<4] == ["rapport.bundle/v1", "selection customer:C-42", "events 6", ""])
        #expect(text[4] == "index 2")
        #expect(text[5].hasPrefix("event "))
        let path = text[6...].prefix { !$0.isEmpty }
        #expect(path.count == 9, "the path of leaf 2 of 300")
        #expect(path.allSatisfy { $0.utf8.count == 44 })
        let end = try #require(text.firstIndex(of: "checkpoint"))
        #expect(text[end - 1].isEmpty)
        #expect(text[end + 1...end + 2] == [SignedFixture.origin, "300"])
        let following = BundleFixture.lines(try bundles.range(101...102))
        #expect(following[0..<5] == ["rapport.bundle/v1", "range 101-102", "events 2", "", "index 100"])
        #expect(following[6...7] == ["", "index 101"])
        #expect(following[9...10] == ["", "proof"])
    }

    // MARK: Parts

    @Test("withheld parts are proved and not shown; another part does not pass for them")
    func withheldParts() throws {
        for text in [try bundles.selection(personalParts: false), try bundles.range(1...10, personalParts: false)] {
            let checked = try ProofBundle(parsing: text).check(with: [key])
            let fifth = try #require(checked.events.first { $0.position == Position(5) })
            guard case .withheld = fifth.parts else {
                Issue.record("the parts of the event at position 5 are shown")
                continue
            }
            #expect(try fifth.recorded().event.subjects == [Subject(id: "person:5")])
        }
    }

    // MARK: Damage

    @Test("a selection of which an event is taken out is still one; a range is not")
    func missingEvent() throws {
        var some = BundleFixture.lines(try bundles.selection())
        let gap = try #require(some[5...].firstIndex { $0.hasPrefix("index ") })
        some.removeSubrange(4..<gap)
        some[2] = "events 5"
        let fewer = try ProofBundle(parsing: some.joined(separator: "\n")).check(with: [key])
        #expect(fewer.events.map(\.position) == Array(BundleFixture.chosen.dropFirst()))
        #expect(!fewer.isComplete)
        let all = BundleFixture.lines(try bundles.range(11...20))
        // An event takes three lines; the first, one in the middle, the last.
        for place in [4, 19, 31] {
            var without = all
            without.removeSubrange(place..<place + 3)
            #expect(try complaint(without.joined(separator: "\n")) != nil)
            without[2] = "events 9"
            #expect(try complaint(without.joined(separator: "\n")) != nil)
        }
        var shorter = all
        shorter.removeSubrange(31..<34)
        shorter[1] = "range 11-19"
        shorter[2] = "events 9"
        let reason = try #require(try complaint(shorter.joined(separator: "\n")))
        #expect(reason.contains("not proved"))
    }

    @Test("whatever line is changed, left out or doubled, the bundle is refused", arguments: [true, false])
    func everyLine(isRange: Bool) throws {
        let text = try isRange ? bundles.range(99...103) : bundles.selection()
        let sound = BundleFixture.lines(text)
        #expect(try complaint(text) == nil)
        // What a selection is called is its maker's word, and who else has signed is another question.
        let label = isRange ? -1 : 1
        let signature = sound.count - 2
        for line in sound.indices.dropLast() {
            var less = sound
            less.remove(at: line)
            #expect(try complaint(less.joined(separator: "\n")) != nil, "without line \(line + 1)")
            if line != signature {
                var doubled = sound
                doubled.insert(sound[line], at: line)
                #expect(try complaint(doubled.joined(separator: "\n")) != nil, "line \(line + 1) twice")
            }
            if line == label { continue }
            var changed = sound
            changed[line] = Self.changed(sound[line])
            #expect(try complaint(changed.joined(separator: "\n")) != nil, "line \(line + 1) changed")
        }
        #expect(try complaint(String(text.dropLast())) != nil)
        #expect(try complaint(text + "\n") != nil)
        #expect(try complaint("") != nil)
    }

    /// Another digit or letter in the middle.
    private static func changed(_ line: String) -> String {
        if line.isEmpty { return "A" }
        var bytes = Array(line.utf8)
        let middle = bytes.count / 2
        bytes[middle] = bytes[middle] == UInt8(ascii: "7") ? UInt8(ascii: "8") : UInt8(ascii: "7")
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("bytes that anybody may have sent never end the process, and never prove another event")
    func arbitraryBytes() throws {
        let texts = [try bundles.selection(), try bundles.range(99...103)].map { Array($0.utf8) }
        let honest = try fixture.tree.withLog { try $0.events() }
        var random = SeededGenerator(seed: 77)
        for _ in 0..<400 {
            var bytes = texts[Int.random(in: 0..<texts.count, using: &random)]
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 100))
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard try complaint(text) == nil else { continue }
            for opening in try ProofBundle(parsing: text).check(with: [key]).events {
                #expect(try opening.recorded() == honest[Int(opening.position.rawValue) - 1])
            }
        }
    }

    @Test("a bundle whose checkpoint no known key has signed proves nothing")
    func unknownKey() throws {
        let text = try bundles.selection()
        let stranger = try SigningKey(name: SignedFixture.origin).verifier
        #expect(try complaint(text, keys: [stranger]) == "\(RefusedBundle(.signature(.noKnownSignature)))")
        #expect(try complaint(text, keys: []) == "\(RefusedBundle(.signature(.noKnownSignature)))")
        #expect(try complaint(text, keys: [stranger, key]) == nil)
    }

    // MARK: Making

    @Test("what cannot be bundled is refused before anything is written")
    func refusals() throws {
        try fixture.append(10)
        try fixture.withTrail { _, trail throws in
            let note = try #require(try trail.checkpoints.newest())
            func selection(_ positions: [UInt64], _ subject: String = "a") throws {
                _ = try trail.bundle(
                    of: positions.map { Position($0) }, subject: subject, in: note, personalParts: false)
            }
            #expect(throws: ProofRefusal.nothingSelected) { try selection([]) }
            #expect(throws: ProofRefusal.noSuchPosition) { try selection([0, 1]) }
            #expect(throws: ProofRefusal.beyondCheckpoint(Position(301), size: 300)) { try selection([1, 301]) }
            for subject in ["", "two\nlines", "bell\u{7}", String(repeating: "x", count: 1025)] {
                #expect(throws: ProofRefusal.malformedSubject(subject)) { try selection([1], subject) }
            }
            #expect(throws: ProofRefusal.beyondCheckpoint(Position(305), size: 300)) {
                try trail.bundle(of: Position(5)...Position(305), in: note, personalParts: false)
            }
            #expect(throws: ProofRefusal.noSuchPosition) {
                try trail.bundle(of: Position.zero...Position(5), in: note, personalParts: false)
            }
        }
    }

    @Test("of a changed event no bundle is made: what was written of it is none")
    func editedEvent() throws {
        try Forger(path: fixture.data).change { records in
            let last = records[40].count - 1
            records[40][last] ^= 1
        }
        try fixture.withTrail { _, trail throws in
            let note = try #require(try trail.checkpoints.newest())
            let made = [
                try trail.bundle(of: [Position(41)], subject: "a", in: note, personalParts: true),
                try trail.bundle(of: Position(30)...Position(50), in: note, personalParts: true),
            ]
            for bundle in made {
                var written = ""
                #expect(throws: TamperedLog(.edited(Position(41)))) { try bundle.write { written += $0 } }
                #expect(throws: MalformedBundle.self) { try ProofBundle(parsing: written) }
            }
        }
    }
}
