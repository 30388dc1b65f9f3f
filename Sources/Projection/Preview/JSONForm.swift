internal import EventLog
internal import LMDB

/// Single values as JSON.
enum JSONForm {
    /// A value that has no fields to tell apart: a number, a text, a time, bytes in hexadecimal. Nil for others.
    static func single(_ value: Any) -> String? {
        // Asked by type, since an empty array can be cast to one of any other elements.
        if type(of: value) == [UInt8].self, let bytes = value as? [UInt8] { return hexadecimal(bytes.rawSpan) }
        return switch value {
        case let flag as Bool: flag ? "true" : "false"
        case let number as any BinaryInteger: number.description
        case let number as Double: number.isFinite ? "\(number)" : quoted("\(number)")
        case let number as Float: number.isFinite ? "\(number)" : quoted("\(number)")
        case let text as String: quoted(text)
        case let text as Substring: quoted(String(text))
        case let character as Character: quoted(String(character))
        case let time as Timestamp: Self.time(time)
        case let position as Position: position.description
        case let tag as Tag: quoted(tag.text)
        case let id as EventID: quoted(id.description)
        case let type as EventType: quoted(type.name)
        case let day as CivilDate: quoted(day.description)
        default: nil
        }
    }

    /// ISO 8601; microseconds since 1970 where that cannot express the time, as of no time at all.
    private static func time(_ time: Timestamp) -> String {
        Timestamp.expressible.contains(time) ? quoted(time.description) : String(time.microseconds)
    }

    /// Bytes as a text of hexadecimal digits.
    static func hexadecimal(_ bytes: RawSpan) -> String { "\"" + bytes.hexadecimal + "\"" }

    /// A text between quotation marks.
    static func quoted(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append("\"")
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" {
                scalars.append("\\")
                scalars.append(scalar)
            } else if scalar.value < 0x20 {
                let digits = String(scalar.value, radix: 16)
                scalars.append(contentsOf: ((digits.count == 1 ? "\\u000" : "\\u00") + digits).unicodeScalars)
            } else {
                scalars.append(scalar)
            }
        }
        scalars.append("\"")
        return String(scalars)
    }
}

extension RawSpan {
    /// The bytes as hexadecimal digits, lower case, two each.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(byteCount * 2)
        for index in 0..<byteCount {
            let byte = u8(at: index)
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0xF)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
