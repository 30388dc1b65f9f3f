public import EventLog
internal import Foundation
internal import LMDB

/// One page of a list.
public struct ListPage<Row: Codable & Sendable & Hashable>: Codable, Sendable, Hashable {
    /// In the order of the list, and no more than were asked for.
    public let rows: [Row]
    /// Where the next page begins: to be handed back with the next question. Nil when this is the last page.
    public let next: ListCursor?
    /// The position that the answer is of.
    public let position: Position
}

/// How many rows a page has when nothing else is asked for.
public let usualPageSize = 50

/// A page has 1 to a million rows, whatever is asked for.
func pageSize(_ limit: Int) -> Int { max(1, min(limit, 1_000_000)) }

/// A place in a list, between two rows. It stays right when rows come and go: the next page begins with the first row
/// behind the last one that was shown.
public struct ListCursor: Codable, Sendable, Hashable, CustomStringConvertible {
    /// A hash of what was asked for, and the key of the last row shown.
    let bytes: [UInt8]

    private static let scopeLength = 8
    /// Longer than any key of a row.
    private static let longest = 600

    /// - Parameter scope: what was asked for: cursors are good for the same question only.
    init(after key: [UInt8], in scope: [UInt8]) { bytes = Self.hash(of: scope) + key }

    private static func hash(of scope: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: FastHash.hash64(scope.rawSpan))
        return bytes
    }

    /// The key of the last row shown, of at least `length` bytes.
    ///
    /// - Throws: ``ForeignCursor`` when it is of another list.
    func key(in scope: [UInt8], atLeast length: Int) throws(ForeignCursor) -> [UInt8] {
        guard bytes.starts(with: Self.hash(of: scope)),
            (Self.scopeLength + length...Self.longest).contains(bytes.count)
        else {
            throw ForeignCursor(cursor: self)
        }
        return Array(bytes[Self.scopeLength...])
    }

    /// Reads the text form; nil when it is none.
    public init?(_ text: String) {
        let base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        let padded = base64 + String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded), !data.isEmpty else { return nil }
        bytes = Array(data)
    }

    /// Base64 for URLs, without padding.
    public var description: String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let cursor = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no cursor of a list")
        }
        self = cursor
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A cursor that belongs to another list, or to the same one asked for otherwise.
public struct ForeignCursor: Error, Equatable, Sendable, CustomStringConvertible {
    /// The one that was handed in.
    public let cursor: ListCursor

    public var description: String {
        "the cursor \(cursor) is of another list; expected one that this question has answered with"
    }
}
