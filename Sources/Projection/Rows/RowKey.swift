internal import LMDB

/// Keys of rows: a table byte, then parts that sort as they are written, each ended by a zero byte.
///
/// Within a part a zero byte is written 01 01 and a one byte 01 02, so no part is the beginning of another key's parts.
public enum RowKey {
    /// Appends the key of `table` and `parts`.
    public static func write(_ table: UInt8, _ parts: [String], to bytes: inout [UInt8]) {
        bytes.append(table)
        for part in parts { write(part, to: &bytes) }
    }

    /// A key, or the beginning of keys.
    public static func make(_ table: UInt8, _ parts: [String] = []) -> [UInt8] {
        var bytes: [UInt8] = []
        write(table, parts, to: &bytes)
        return bytes.count > longest ? shortened(bytes) : bytes
    }

    /// LMDB's keys have 511 bytes at most, of which a series needs some for the time.
    static let longest = 500
    private static let longestPart = 72

    /// A key that is too long, with each long part cut and a hash of all of it behind, so that different keys stay
    /// different. Beginnings of keys are not cut.
    static func shortened(_ key: [UInt8]) -> [UInt8] {
        var short = [key[0]]
        for part in key[1...].split(separator: 0, omittingEmptySubsequences: false).dropLast() {
            if part.count <= longestPart {
                short += part
            } else {
                var end = part.startIndex + longestPart - 24
                while end > part.startIndex, part[end] & 0xC0 == 0x80 { end -= 1 }
                let whole = Array(part)
                let hash = FastHash.hash128(whole.rawSpan)
                short += part[..<end]
                short += "~".utf8
                short += String(hash.high, radix: 36).utf8
                short += String(hash.low & 0xFFFF_FFFF, radix: 36).utf8
            }
            short.append(0)
        }
        return short
    }

    static func write(_ part: String, to bytes: inout [UInt8]) { part.withRawSpan { write($0, to: &bytes) } }

    static func write(_ text: RawSpan, to bytes: inout [UInt8]) {
        var isPlain = true
        for index in 0..<text.byteCount where text.u8(at: index) <= 1 { isPlain = false }
        if isPlain {
            bytes.append(text)
        } else {
            for index in 0..<text.byteCount {
                let byte = text.u8(at: index)
                if byte <= 1 {
                    bytes.append(1)
                    bytes.append(byte + 1)
                } else {
                    bytes.append(byte)
                }
            }
        }
        bytes.append(0)
    }

    /// The parts of a key after its table byte.
    static func parts(of key: RawSpan) -> [String] {
        var parts: [String] = []
        var part: [UInt8] = []
        var index = 1
        while index < key.byteCount {
            let byte = key.u8(at: index)
            index += 1
            if byte == 0 {
                parts.append(String(decoding: part, as: UTF8.self))
                part.removeAll(keepingCapacity: true)
            } else if byte == 1, index < key.byteCount {
                part.append(key.u8(at: index) - 1)
                index += 1
            } else {
                part.append(byte)
            }
        }
        return parts
    }

    static func describe(_ key: RawSpan) -> String {
        "\(key.u8(at: 0))/" + parts(of: key).joined(separator: "/")
    }
}
