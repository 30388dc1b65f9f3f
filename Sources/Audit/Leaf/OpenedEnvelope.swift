internal import EventLog
internal import LMDB

/// An envelope taken apart; its form is said at ``EventOpening``.
struct OpenedEnvelope {
    /// The format of records that this code reads.
    private static let format: UInt8 = 2

    let id: EventID
    let schemaRevision: UInt16
    let occurredAt: Timestamp
    let tags: [Tag]
    let provenance: Provenance
    let dataLength: Int
    let subjects: [(id: String, hasPart: Bool)]

    /// Takes an envelope apart, and checks each length in it.
    init(parsing bytes: [UInt8]) throws(MalformedOpening) {
        var reader = OpeningReader(bytes, "envelope")
        try reader.require(Self.format, "the format")
        let tagCount: UInt8 = try reader.number("the number of tags")
        schemaRevision = try reader.storedNumber("the schema revision")
        let microseconds: UInt64 = try reader.storedNumber("occurredAt")
        occurredAt = Timestamp(microseconds: Int64(bitPattern: microseconds))
        id = EventID(
            high: try reader.storedNumber("the event's id"), low: try reader.storedNumber("the event's id"))
        let subjectCount: UInt8 = try reader.number("the number of subjects")
        try reader.require(0, "the byte behind the number of subjects")
        let provenanceLength = try reader.storedNumber("the length of the provenance", as: UInt16.self)
        dataLength = Int(try reader.storedNumber("the length of the data", as: UInt32.self))
        tags = try Self.tags(Int(tagCount), &reader)
        provenance = try Self.provenance(Int(provenanceLength), &reader)
        subjects = try Self.subjects(Int(subjectCount), &reader)
        try reader.end()
    }

    private static func tags(_ count: Int, _ reader: inout OpeningReader) throws(MalformedOpening) -> [Tag] {
        var lengths: [Int] = []
        var end = 0
        for number in 0..<count {
            let next = Int(try reader.storedNumber("the end of tag \(number)", as: UInt16.self))
            guard next >= end else {
                throw MalformedOpening("tag \(number) ends at \(next) of the texts, before it begins at \(end)")
            }
            lengths.append(next - end)
            end = next
        }
        var tags: [Tag] = []
        for (number, length) in lengths.enumerated() {
            tags.append(Tag(unchecked: try reader.text(length, "tag \(number)")))
        }
        return tags
    }

    /// As `EventView` reads it: fields that it does not know are passed over.
    private static func provenance(
        _ length: Int, _ reader: inout OpeningReader
    ) throws(MalformedOpening) -> Provenance {
        let end = reader.offset + length
        var provenance = Provenance()
        while reader.offset < end {
            let field: UInt8 = try reader.number("a field of the provenance")
            let count = Int(try reader.storedNumber("the length of a field of the provenance", as: UInt16.self))
            switch field {
            case 1: provenance.actor = try reader.text(count, "the actor")
            case 2: provenance.source = try reader.text(count, "the source")
            case 3: provenance.correlationID = try reader.text(count, "the correlation id")
            case 4:
                guard count == 16 else {
                    throw MalformedOpening("the causation id has \(count) bytes; expected 16")
                }
                provenance.causationID = EventID(
                    high: try reader.storedNumber("the causation id"), low: try reader.storedNumber("the causation id"))
            case 5: provenance.timeZone = try reader.text(count, "the time zone")
            case 6: provenance.purpose = try reader.text(count, "the purpose")
            default: _ = try reader.take(count, "field \(field) of the provenance")
            }
        }
        guard reader.offset == end else {
            throw MalformedOpening("the provenance ends at byte \(reader.offset) of the envelope; expected \(end)")
        }
        return provenance
    }

    private static func subjects(
        _ count: Int, _ reader: inout OpeningReader
    ) throws(MalformedOpening) -> [(id: String, hasPart: Bool)] {
        var subjects: [(id: String, hasPart: Bool)] = []
        for number in 0..<count {
            let length = Int(try reader.storedNumber("the length of the id of subject \(number)", as: UInt16.self))
            let id = try reader.text(length, "the id of subject \(number)")
            let mark: UInt8 = try reader.number("whether subject \(number) has a part")
            guard mark <= 1 else {
                throw MalformedOpening("whether subject \(number) has a part is said as \(mark); expected 0 or 1")
            }
            subjects.append((id, mark == 1))
        }
        return subjects
    }

    // MARK: The parts

    /// Takes the parts apart, one for each subject, nil where it has none.
    func parts(parsing bytes: [UInt8]) throws(MalformedOpening) -> [SealedPart?] {
        var reader = OpeningReader(bytes, "parts")
        var parts: [SealedPart?] = []
        for (number, subject) in subjects.enumerated() {
            guard subject.hasPart else {
                parts.append(nil)
                continue
            }
            try reader.require(UInt8(number), "the number of a subject with a part")
            let algorithm: UInt8 = try reader.number("the algorithm of a part")
            let commitmentLength: UInt8 = try reader.number("the length of a key commitment")
            let commitment = try reader.take(Int(commitmentLength), "a key commitment")
            let length = Int(try reader.storedNumber("the length of a part", as: UInt32.self))
            let content = try reader.take(length, "a part")
            parts.append(
                SealedPart(
                    algorithm: SealedPart.Algorithm(rawValue: algorithm), keyCommitment: commitment, bytes: content))
        }
        try reader.end()
        return parts
    }
}
