internal import Foundation
internal import LMDB

/// Base64 of RFC 4648 section 4, in its one canonical form: with padding, without line ends, unused bits 0.
enum Base64 {
    /// The text of `bytes`.
    static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// The bytes of `text`; nil when it is not what ``encode(_:)`` makes of them.
    static func decode(_ text: Substring) -> [UInt8]? {
        guard let data = Data(base64Encoded: String(text)),
            data.base64EncodedString().utf8.elementsEqual(text.utf8)
        else { return nil }
        return [UInt8](data)
    }
}

extension Hash256 {
    /// The bytes in base64.
    var base64: String { Base64.encode(bytes) }

    /// The hash whose bytes `text` is the base64 of; nil when it is not that of 32 bytes.
    init?(base64 text: Substring) {
        guard let bytes = Base64.decode(text) else { return nil }
        self.init(bytes)
    }
}
