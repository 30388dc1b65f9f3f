internal import LMDB

/// A query in the terms of one log: type numbers, index keys and the bytes to compare.
struct CompiledQuery {
    struct Item {
        /// Nil: any type. Empty: only types this log has never seen.
        let typeNumbers: [UInt32]?
        let typeKeys: [TagKey]
        let tagKeys: [TagKey]
        let tagTexts: [[UInt8]]

        func matches(_ event: borrowing EventView) -> Bool {
            if let typeNumbers, !typeNumbers.contains(event.typeNumber) { return false }
            for text in tagTexts where !event.has(tag: text.rawSpan) { return false }
            return true
        }

        /// Whether nothing can match it: it names only types this log has never seen.
        var isEmpty: Bool { typeNumbers?.isEmpty ?? false }
    }

    let items: [Item]
    let matchesEverything: Bool

    init(_ query: Query, number: (EventType) -> UInt32?) {
        matchesEverything = query.matchesEverything
        items = query.items.map { item in
            Item(
                typeNumbers: item.types.isEmpty ? nil : item.types.compactMap { number($0) },
                typeKeys: item.types.map { TagKey($0) },
                tagKeys: item.tags.map { TagKey($0) },
                tagTexts: item.tags.map { Array($0.text.utf8) })
        }
    }

    func matches(_ event: borrowing EventView) -> Bool {
        if matchesEverything { return true }
        for item in items where item.matches(event) { return true }
        return false
    }
}

extension CompiledQuery.Item {
    /// The index keys whose events, taken together, include every match: the rarest tag, or else the types.
    func candidateKeys(_ index: EventIndex) throws -> [TagKey] {
        if tagKeys.isEmpty { return typeKeys }
        if tagKeys.count == 1 { return tagKeys }
        var rarest = tagKeys[0]
        var fewest = Int.max
        for key in tagKeys {
            let count = try index.estimatedCount(of: key)
            if count < fewest { (rarest, fewest) = (key, count) }
        }
        return [rarest]
    }
}
