internal import EventLog

extension EventProperty {
    /// Reads what ``text`` writes: `tag:KIND`, `event:actor`, `event:source`, `event:type`, or a field of the data as
    /// `channel`, `amount.minorUnits`, `properties[plan]`. Whether events have such a field is not looked at.
    ///
    /// - Throws: ``UnreadableProperty`` for any other text.
    public init(_ text: String) throws(UnreadableProperty) {
        if let kind = Self.rest(of: text, after: "tag:") {
            guard Self.isKind(kind) else { throw UnreadableProperty(text: text) }
            self = .tag(kind: kind)
            return
        }
        switch text {
        case "event:actor": self = .actor
        case "event:source": self = .source
        case "event:type": self = .type
        default:
            guard Self.isPath(text) else { throw UnreadableProperty(text: text) }
            self = .field(text)
        }
    }

    /// As a definition spells it: `tag:campaign`, `event:actor`, `amount.minorUnits`.
    public var text: String {
        switch self {
        case .field(let path): path
        case .tag(let kind): "tag:\(kind)"
        case .actor: "event:actor"
        case .source: "event:source"
        case .type: "event:type"
        }
    }

    /// Whether entities can be of this kind: what stands before the first colon of a tag.
    static func isKind(_ text: String) -> Bool {
        guard !text.isEmpty, !text.utf8.contains(UInt8(ascii: ":")) else { return false }
        do {
            _ = try Tag(text, "")
            return true
        } catch {
            return false
        }
    }

    /// What stands behind `start`; nil where the text begins otherwise.
    private static func rest(of text: String, after start: String) -> String? {
        guard text.utf8.starts(with: start.utf8) else { return nil }
        return String(Substring(text.unicodeScalars.dropFirst(start.unicodeScalars.count)))
    }

    /// Whether the text is names with dots between them, with a key in brackets behind any of them.
    private static func isPath(_ text: String) -> Bool {
        var rest = text.unicodeScalars[...]
        while true {
            let name = rest.prefix { isOfName($0) }
            guard !name.isEmpty else { return false }
            rest = rest.dropFirst(name.count)
            if rest.first == "[" {
                let key = rest.dropFirst().prefix { $0 != "]" && !isControl($0) }
                rest = rest.dropFirst(1 + key.count)
                guard !key.isEmpty, rest.popFirst() == "]" else { return false }
            }
            guard let next = rest.popFirst() else { return true }
            guard next == "." else { return false }
        }
    }

    private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ".", "[", "]", ":": false
        default: !isControl(scalar) && !scalar.properties.isWhitespace
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x20 || scalar.value == 0x7F }
}

/// A text that names no property of an event.
public struct UnreadableProperty: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text as given.
    public let text: String

    /// What would be right.
    public var reason: String {
        "\(text.debugDescription) names no property; expected tag:KIND, event:actor, event:source, event:type, or a "
            + "field of the data, as channel, amount.minorUnits or properties[plan]"
    }

    public var description: String { reason }
}
