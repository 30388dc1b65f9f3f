internal import EventLog
internal import LMDB
internal import Transparency

/// An event of a bundle, and in a selection the hashes that lead from it to the root.
struct BundledEvent {
    let index: UInt64
    let opening: EventOpening
    let hashes: [Hash256]
}

/// What a bundle holds beside its events.
struct BundleFrame {
    let selection: ProofBundle.Selection
    let count: UInt64
    /// The hashes around a range; none in a selection.
    let rangeProof: [Hash256]
    let note: SignedNote
    let checkpoint: TreeCheckpoint
}

/// Reads the lines of a bundle, which anybody may have written, one after the other. What is read is well-formed; what
/// it proves is another question.
struct BundleReader {
    private enum Step {
        case version, selection, count, endOfHead, index, event, hashes, rangeProof, rangeHashes, checkpoint, note
    }

    /// A path in a tree of 2^64 leaves, and the two sides of a range in it.
    private static let hashesOfPath = 64
    private static let hashesOfRange = 128

    private var step = Step.version
    private var number = 0
    private var selection: ProofBundle.Selection?
    private var count: UInt64 = 0
    /// Events that were read.
    private var taken: UInt64 = 0
    private var index: UInt64 = 0
    private var opening: EventOpening?
    private var hashes: [Hash256] = []
    private var rangeProof: [Hash256] = []
    private var note: [UInt8] = []

    /// Reads a bundle from its first line to its last, and calls `body` with each event on the way.
    ///
    /// - Throws: ``MalformedBundle``; what reading throws, and `body`.
    static func read(_ source: BundleSource, _ body: (BundledEvent) throws -> Void) throws -> BundleFrame {
        var reader = BundleReader()
        try source.forEachLine { try reader.take($0, body) }
        return try reader.end()
    }

    private mutating func take(_ line: ArraySlice<UInt8>, _ body: (BundledEvent) throws -> Void) throws {
        number += 1
        switch step {
        case .version: try expect(line, BundleFormat.version, then: .selection)
        case .selection: try takeSelection(line)
        case .count: try takeCount(line)
        case .endOfHead: try expect(line, "", then: .index)
        case .index: try takeIndex(line)
        case .event: try takeEvent(line)
        case .hashes: try takeHash(line, body)
        case .rangeProof: try expect(line, BundleFormat.proof, then: .rangeHashes)
        case .rangeHashes: try takeRangeHash(line)
        case .checkpoint: try expect(line, BundleFormat.checkpoint, then: .note)
        case .note: try takeNote(line)
        }
    }

    private func malformed(_ expected: String) -> MalformedBundle {
        MalformedBundle(line: number, expected: expected)
    }

    private mutating func expect(_ line: ArraySlice<UInt8>, _ text: String, then next: Step) throws {
        guard line.elementsEqual(text.utf8) else {
            throw malformed(text.isEmpty ? "an empty line" : text)
        }
        step = next
    }

    /// What stands behind `prefix`; nil when the line does not begin so, or is no text.
    private static func text(_ line: ArraySlice<UInt8>, behind prefix: String) -> String? {
        guard line.starts(with: prefix.utf8) else { return nil }
        return String(validating: line.dropFirst(prefix.utf8.count), as: UTF8.self)
    }

    // MARK: The head

    private mutating func takeSelection(_ line: ArraySlice<UInt8>) throws {
        if let subject = Self.text(line, behind: BundleFormat.selection), BundleFormat.isSubject(subject) {
            selection = .subject(subject)
        } else if let range = Self.text(line, behind: BundleFormat.range), let positions = Self.positions(range) {
            selection = .range(positions)
        } else {
            throw malformed("\(BundleFormat.selection)<what it is about>, or \(BundleFormat.range)<first>-<last>")
        }
        step = .count
    }

    private static func positions(_ text: String) -> ClosedRange<Position>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt64(exactDecimal: String($0)) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first > 0, first <= last else { return nil }
        return Position(first)...Position(last)
    }

    private mutating func takeCount(_ line: ArraySlice<UInt8>) throws {
        guard let text = Self.text(line, behind: BundleFormat.count), let number = UInt64(exactDecimal: text),
            number > 0
        else { throw malformed("\(BundleFormat.count)<how many, 1 or more>") }
        if case .range(let range) = selection {
            let length = range.upperBound.rawValue - range.lowerBound.rawValue + 1
            guard number == length else { throw malformed("\(BundleFormat.count)\(length), as many as the range has") }
        }
        count = number
        step = .endOfHead
    }

    // MARK: Events

    private mutating func takeIndex(_ line: ArraySlice<UInt8>) throws {
        let text = Self.text(line, behind: BundleFormat.index)
        guard let next = text.flatMap({ UInt64(exactDecimal: $0) }), next < .max else {
            throw malformed("\(BundleFormat.index)<place of the event, from 0>")
        }
        switch selection {
        case .range(let range):
            let expected = range.lowerBound.rawValue - 1 + taken
            guard next == expected else { throw malformed("\(BundleFormat.index)\(expected), as no event is left out") }
        default:
            guard taken == 0 || next > index else {
                throw malformed("\(BundleFormat.index)<more than \(index)>, as events stand in their order")
            }
        }
        index = next
        step = .event
    }

    private mutating func takeEvent(_ line: ArraySlice<UInt8>) throws {
        guard let text = Self.text(line, behind: BundleFormat.event), let bytes = Base64Text.decode(text) else {
            throw malformed("\(BundleFormat.event)<base64>")
        }
        do {
            let opening = try EventOpening(parsing: bytes)
            guard opening.position.rawValue == index + 1 else {
                throw malformed("the event at position \(index + 1), not the one at \(opening.position)")
            }
            self.opening = opening
        } catch let error as MalformedOpening {
            throw malformed("\(BundleFormat.event)<base64 of an event>; \(error)")
        }
        hashes.removeAll(keepingCapacity: true)
        step = .hashes
    }

    /// A hash of the event's proof, or the empty line behind it.
    private mutating func takeHash(_ line: ArraySlice<UInt8>, _ body: (BundledEvent) throws -> Void) throws {
        if case .subject = selection, !line.isEmpty {
            return hashes.append(try hash(line, hashes.count, of: Self.hashesOfPath))
        }
        try expect(line, "", then: .index)
        if let opening { try body(BundledEvent(index: index, opening: opening, hashes: hashes)) }
        opening = nil
        taken += 1
        guard taken == count else { return }
        if case .subject = selection { step = .checkpoint } else { step = .rangeProof }
    }

    private mutating func takeRangeHash(_ line: ArraySlice<UInt8>) throws {
        if line.isEmpty {
            step = .checkpoint
        } else {
            rangeProof.append(try hash(line, rangeProof.count, of: Self.hashesOfRange))
        }
    }

    private func hash(_ line: ArraySlice<UInt8>, _ count: Int, of limit: Int) throws -> Hash256 {
        guard count < limit, let text = Self.text(line, behind: ""), let hash = Hash256(base64Text: text) else {
            throw malformed("the base64 of a hash, \(limit) at most, or an empty line")
        }
        return hash
    }

    // MARK: The checkpoint

    private mutating func takeNote(_ line: ArraySlice<UInt8>) throws {
        // Twice the longest text: there may be signatures below it, and not without end.
        guard note.count + line.count < 2 * SignedNote.textBytes else { throw malformed("the end of the checkpoint") }
        note += line
        note.append(UInt8(ascii: "\n"))
    }

    private func end() throws -> BundleFrame {
        guard step == .note, let selection else {
            throw MalformedBundle(line: number + 1, expected: "the rest of the bundle")
        }
        guard let text = String(validating: note, as: UTF8.self) else { throw malformed("a checkpoint in UTF-8") }
        do {
            let note = try SignedNote(parsing: text)
            return BundleFrame(
                selection: selection, count: count, rangeProof: rangeProof, note: note,
                checkpoint: try TreeCheckpoint(parsing: note.text))
        } catch {
            throw malformed("a signed checkpoint up to here; \(error)")
        }
    }
}
