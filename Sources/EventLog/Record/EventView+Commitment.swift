internal import LMDB

// What a commitment to an event is made of: its envelope, its data, and the parts of its subjects, each apart from the
// others. So the commitment can be checked by somebody who was not given the parts.

extension EventView {
    /// Whether it has the shape drawn at ``EventView``: a known format, and lengths that stay within the record.
    ///
    /// A record that was stored has it. One with a checksum that somebody has made to fit may not, and of such a record
    /// only ``bytes`` and what the first 64 of them say may be asked for.
    public var hasShape: Bool {
        guard bytes.byteCount >= Self.headerLength, formatVersion == Self.currentFormat, bytes.u8(at: 57) == 0,
            hasTagShape, subjectsStart <= bytes.byteCount
        else { return false }
        return hasProvenanceShape && hasSubjectShape
    }

    /// Whether it is about nobody; then it has no parts either.
    @inlinable public var hasNoSubjects: Bool { subjectCount == 0 }

    /// The envelope up to the subjects, in place: bytes 28 up to the data, with all that its author has said but the
    /// type, the data and the subjects.
    ///
    /// - Precondition: ``hasShape``.
    @inlinable public var commitmentEnvelope: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(28..<dataStart) }
    }

    /// Appends what the envelope says of the subjects: for each the length of its id (2, little endian), id, and 1 if
    /// it has a part, else 0. As in the record, without the parts.
    ///
    /// - Precondition: ``hasShape``.
    public func appendCommittedSubjects(to envelope: inout [UInt8]) {
        var offset = subjectsStart
        for _ in 0..<subjectCount {
            let (mark, end) = subjectBounds(at: offset)
            envelope.append(bytes.extracting(offset..<mark + 1))
            offset = end
        }
    }

    /// Appends the parts: for each subject that has one its number (1), counted from 0, then as in the record the
    /// algorithm (1), length of the key commitment (1), commitment, length of the bytes (4, little endian), bytes.
    ///
    /// - Precondition: ``hasShape``.
    public func appendCommittedParts(to parts: inout [UInt8]) {
        var offset = subjectsStart
        for number in 0..<subjectCount {
            let (mark, end) = subjectBounds(at: offset)
            if end > mark + 1 {
                parts.append(UInt8(number))
                parts.append(bytes.extracting(mark + 1..<end))
            }
            offset = end
        }
    }

    /// Where the subject that begins at `offset` has the byte that says whether a part follows, and where it ends.
    func subjectBounds(at offset: Int) -> (mark: Int, end: Int) {
        let mark = offset + 2 + Int(bytes.u16(at: offset))
        guard bytes.u8(at: mark) == 1 else { return (mark, mark + 1) }
        let lengthAt = mark + 3 + Int(bytes.u8(at: mark + 2))
        return (mark, lengthAt + 4 + Int(bytes.u32(at: lengthAt)))
    }

    private var hasProvenanceShape: Bool {
        var offset = provenanceStart
        while offset < dataStart {
            guard offset + 3 <= dataStart else { return false }
            let length = Int(bytes.u16(at: offset + 1))
            let isCause = bytes.u8(at: offset) == ProvenanceField.causationID.rawValue
            guard !isCause || length == 16 else { return false }
            offset += 3 + length
        }
        return offset == dataStart
    }

    private var hasSubjectShape: Bool {
        let length = bytes.byteCount
        var offset = subjectsStart
        for _ in 0..<subjectCount {
            guard offset + 2 <= length else { return false }
            offset += 2 + Int(bytes.u16(at: offset))
            guard offset + 1 <= length else { return false }
            let mark = bytes.u8(at: offset)
            offset += 1
            guard mark <= 1 else { return false }
            guard mark == 1 else { continue }
            guard offset + 2 <= length else { return false }
            offset += 2 + Int(bytes.u8(at: offset + 1))
            guard offset + 4 <= length else { return false }
            offset += 4 + Int(bytes.u32(at: offset))
        }
        return offset == length
    }
}
