extension MergeSide {
    /// Whether it is one of the two sides.
    var isStated: Bool { self == .survivor || self == .absorbed }

    /// `survivor`, `absorbed`, or `unspecified` for anything else.
    public var word: String {
        switch self {
        case .survivor: "survivor"
        case .absorbed: "absorbed"
        default: "unspecified"
        }
    }

    /// Reads `survivor` or `absorbed`; nil for anything else.
    public init?(word: String) {
        switch word {
        case "survivor": self = .survivor
        case "absorbed": self = .absorbed
        default: return nil
        }
    }
}

extension MergeSide: Codable {
    /// Reads ``word``.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let side = MergeSide(word: text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not a side of a merge: \(text); expected survivor or absorbed")
        }
        self = side
    }

    /// Writes ``word``.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(word)
    }
}
