internal import Foundation
internal import LMDB

/// Base64 of RFC 4648 section 4 in its one canonical form: with padding, without line ends, unused bits 0.
enum Base64Text {
    /// The text of `bytes`.
    static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// The bytes of `text`; nil when it is not what ``encode(_:)`` makes of them.
    static func decode(_ text: String) -> [UInt8]? {
        guard let data = Data(base64Encoded: text), data.base64EncodedString().utf8.elementsEqual(text.utf8) else {
            return nil
        }
        return [UInt8](data)
    }
}

extension Hash256 {
    /// The bytes in base64.
    var base64Text: String { Base64Text.encode(bytes) }

    /// The hash whose bytes `text` is the base64 of; nil when it is not that of 32 bytes.
    init?(base64Text text: String) {
        guard let bytes = Base64Text.decode(text) else { return nil }
        self.init(bytes)
    }
}

extension UInt64 {
    /// The number that `text` writes in ASCII digits without needless zeros in front; nil for any other text.
    init?(exactDecimal text: String) {
        guard let value = UInt64(text), String(value).utf8.elementsEqual(text.utf8) else { return nil }
        self = value
    }
}
