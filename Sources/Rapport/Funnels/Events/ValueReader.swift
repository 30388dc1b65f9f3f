internal import EventLog
internal import LMDB

/// Reads the values that events have of a property, or of several together, as one key.
struct ValueReader: Sendable {
    /// By type; none for types whose events do not have all of the properties.
    private let finders: [[PropertyFinder]]
    /// Whether a key is made of several values, each with its length (4, little endian) behind it.
    private let isCombined: Bool

    /// Compiles the properties. Events of types that do not have all of them have no key, as all have none without
    /// properties.
    ///
    /// - Parameter types: those of the events, as ``StepMatcher/types``.
    init(of properties: [EventProperty], in types: [EventType]) {
        isCombined = properties.count > 1
        finders = types.map { type in
            let known = properties.compactMap { try? PropertyFinder($0, in: type) }
            return known.count == properties.count ? known : []
        }
    }

    /// Makes `key` the key of an event's values; false, and leaves anything in it, where one is missing or empty. Of a
    /// property with several values in one event the first counts.
    ///
    /// - Parameters:
    ///   - event: an event of `type`.
    ///   - type: the number of its type within the types.
    /// - Throws: `MalformedBytes`.
    func read(_ event: borrowing EventView, type: Int, into key: inout [UInt8]) throws -> Bool {
        if finders[type].isEmpty { return false }
        key.removeAll(keepingCapacity: true)
        for finder in finders[type] {
            let start = key.count
            try finder.forEachValue(in: event) { value in
                value.append(to: &key)
                return false
            }
            let length = key.count - start
            if length == 0 { return false }
            if isCombined { key.append(littleEndian: UInt32(length)) }
        }
        return true
    }

    /// The values in a key, of several together with commas between them.
    func text(of key: RawSpan) -> String {
        isCombined ? Self.texts(in: key).joined(separator: ", ") : key.text()
    }

    private static func texts(in key: RawSpan) -> [String] {
        var texts: [String] = []
        var end = key.byteCount
        while end >= 4 {
            let length = Int(key.u32(at: end - 4))
            let start = end - 4 - length
            texts.append(key.text(start..<(end - 4)))
            end = start
        }
        return texts.reversed()
    }
}
