internal import EventLog
internal import LMDB

// The stored form, numbers big endian: version 1 (1), position (8), recordedAt in microseconds UTC (8), id (16), length
// of the type's name (2), name, length of the envelope (4), envelope, length of the data (4), data; then 1, length of
// the parts (4) and parts, or 0 and the 32 bytes of their hash.

extension EventOpening {
    private static let version: UInt8 = 1
    private static let withheld: UInt8 = 0
    private static let shown: UInt8 = 1

    /// The opening as bytes, for ``init(parsing:)``.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(Self.version)
        bytes.append(bigEndian: position.rawValue)
        bytes.append(bigEndian: recordedAt.microseconds)
        bytes.append(bigEndian: id.high)
        bytes.append(bigEndian: id.low)
        bytes.append(bigEndian: UInt16(clamping: type.name.utf8.count))
        bytes.append(utf8: type.name)
        Self.append(envelope, to: &bytes)
        Self.append(data, to: &bytes)
        switch parts {
        case .shown(let shown):
            bytes.append(Self.shown)
            Self.append(shown, to: &bytes)
        case .withheld(let hash):
            bytes.append(Self.withheld)
            bytes.append(hash)
        }
        return bytes
    }

    private static func append(_ content: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(bigEndian: UInt32(clamping: content.count))
        bytes.append(contentsOf: content)
    }

    /// Reads an opening that anybody may have made. Every length in it is checked, and that envelope, id, data and
    /// parts go together. Whether such an event is in a log is another question: its ``leafHash`` and a proof answer
    /// it.
    ///
    /// - Throws: ``MalformedOpening``.
    public init(parsing bytes: [UInt8]) throws(MalformedOpening) {
        var reader = OpeningReader(bytes, "opening")
        try reader.require(Self.version, "the version")
        let position: UInt64 = try reader.number("the position")
        guard position > 0 else { throw MalformedOpening("its position is 0; the first one is 1") }
        let recordedAt: UInt64 = try reader.number("recordedAt")
        let id = EventID(high: try reader.number("the event's id"), low: try reader.number("the event's id"))
        let nameLength = try reader.number("the length of the type's name", as: UInt16.self)
        let type = try Self.type(named: try reader.text(Int(nameLength), "the type's name"))
        let envelopeLength = try reader.number("the length of the envelope", as: UInt32.self)
        let envelope = try reader.take(Int(envelopeLength), "the envelope")
        let dataLength = try reader.number("the length of the data", as: UInt32.self)
        let data = try reader.take(Int(dataLength), "the data")
        let parts = try Self.parts(&reader)
        try reader.end()
        self.init(
            position: Position(position), recordedAt: Timestamp(microseconds: Int64(bitPattern: recordedAt)), id: id,
            type: type, envelope: envelope, data: data, parts: parts)
        _ = try opened()
    }

    private static func type(named name: String) throws(MalformedOpening) -> EventType {
        do throws(InvalidEvent) {
            return try EventType(name)
        } catch {
            throw MalformedOpening(error.reason)
        }
    }

    private static func parts(_ reader: inout OpeningReader) throws(MalformedOpening) -> Parts {
        let mark: UInt8 = try reader.number("whether the parts are shown")
        switch mark {
        case shown:
            let length = try reader.number("the length of the parts", as: UInt32.self)
            return .shown(try reader.take(Int(length), "the parts"))
        case withheld:
            let hash = try reader.take(Hash256.byteCount, "the hash of the parts")
            return .withheld(Hash256(hash.rawSpan, at: 0))
        default:
            throw MalformedOpening("whether the parts are shown is said as \(mark); expected 0 or 1")
        }
    }

    /// Takes envelope and parts apart; as many parts as there are subjects, all nil when they are withheld.
    ///
    /// - Throws: ``MalformedOpening`` when they do not go together, or not with id and data.
    func opened() throws(MalformedOpening) -> (envelope: OpenedEnvelope, parts: [SealedPart?]) {
        let opened = try OpenedEnvelope(parsing: envelope)
        guard opened.id == id else {
            throw MalformedOpening("its envelope is of event \(opened.id); expected \(id)")
        }
        guard opened.dataLength == data.count else {
            throw MalformedOpening("its data has \(data.count) bytes; its envelope says \(opened.dataLength)")
        }
        switch parts {
        case .shown(let bytes):
            return (opened, try opened.parts(parsing: bytes))
        case .withheld:
            guard opened.subjects.contains(where: { $0.hasPart }) else {
                throw MalformedOpening("its parts are withheld, and no subject has one")
            }
            return (opened, [SealedPart?](repeating: nil, count: opened.subjects.count))
        }
    }
}
