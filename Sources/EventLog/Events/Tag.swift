internal import LMDB

/// The name of an entity an event is about: `customer:C-42`, `opportunity:O-7`. Opaque, and never erased.
public struct Tag: Hashable, Sendable {
    /// The full text, 1 to 256 bytes of UTF-8 without control characters.
    public let text: String

    /// A tag as given by a caller or a file.
    ///
    /// - Throws: ``InvalidEvent`` when it is empty, too long or holds control characters.
    public init(_ text: String) throws(InvalidEvent) {
        guard !text.isEmpty else { throw InvalidEvent("a tag must not be empty") }
        guard text.utf8.count <= Limits.tagBytes else {
            throw InvalidEvent("tag \(text.prefix(40))... has \(text.utf8.count) bytes; at most \(Limits.tagBytes) fit")
        }
        guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw InvalidEvent("tag \(text.debugDescription) holds a control character")
        }
        self.text = text
    }

    /// A tag made of a kind of entity and its id.
    ///
    /// - Throws: ``InvalidEvent`` as ``init(_:)``.
    public init(_ kind: String, _ id: String) throws(InvalidEvent) {
        try self.init("\(kind):\(id)")
    }

    /// A tag read back from the log.
    package init(unchecked text: String) {
        self.text = text
    }

    /// The part before the first colon; the whole text where there is none.
    public var kind: Substring { Substring(text.unicodeScalars.prefix { $0 != ":" }) }

    /// The part after the first colon; empty where there is none.
    public var id: Substring { Substring(text.unicodeScalars.drop { $0 != ":" }.dropFirst()) }
}

extension Tag {
    /// Byte for byte, as the log compares them: composed and decomposed forms of a letter are different tags.
    public static func == (left: Tag, right: Tag) -> Bool { left.text.sameBytes(as: right.text) }

    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

extension Tag: CustomStringConvertible, Comparable {
    public var description: String { text }

    public static func < (left: Tag, right: Tag) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
}

extension Tag: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// The 128-bit key under which a tag or a type is indexed: a fast hash, so whoever finds something by it compares the
/// text as well.
public struct TagKey: Hashable, Sendable {
    public let high: UInt64
    public let low: UInt64

    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    private static let typeSeed: UInt64 = 0x7261_7070_6F72_7401

    /// The key of a tag's UTF-8 text.
    init(tagText: RawSpan) {
        let (high, low) = FastHash.hash128(tagText)
        self.init(high: high, low: low)
    }

    /// The key of a tag.
    public init(_ tag: Tag) {
        let (high, low) = tag.text.withRawSpan { FastHash.hash128($0) }
        self.init(high: high, low: low)
    }

    /// The key of an event type; types are indexed like tags, apart from them.
    public init(_ type: EventType) {
        let (high, low) = type.name.withRawSpan { FastHash.hash128($0, seed: Self.typeSeed) }
        self.init(high: high, low: low)
    }
}

extension TagKey: Comparable {
    @inlinable
    public static func < (left: TagKey, right: TagKey) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }
}
