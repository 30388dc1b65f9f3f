public import Foundation

extension IdentityRules {
    /// Rules as a file has them:
    ///
    ///     {
    ///       "version": 1,
    ///       "rules": [
    ///         {"type": "user_id", "priority": 1, "limit": 1},
    ///         {"type": "external_id", "source": "shop", "priority": 3, "limit": 0},
    ///         {"type": "anonymous_id", "priority": 4, "limit": 5, "windowDays": 7, "doesNotMerge": false}
    ///       ],
    ///       "blocked": [{"value": "unknown"}, {"type": "email", "value": "*@example.com"}],
    ///       "neverMergeIdentified": true,
    ///       "fieldChoice": {"city": "survivor"}
    ///     }
    ///
    /// What is left out is as in ``builtIn``: a rule has limit 5 and no window, `blocked` is that list, `version` is 0.
    ///
    /// - Throws: ``IdentityRulesError`` with the place in the file.
    public init(json: Data) throws(IdentityRulesError) {
        do {
            self = try JSONDecoder().decode(IdentityRules.self, from: json)
        } catch let error as DecodingError {
            throw IdentityRulesError(error)
        } catch {
            throw IdentityRulesError(path: "", reason: "\(error)")
        }
    }
}

extension IdentityRules: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        case version, rules, blocked, neverMergeIdentified, fieldChoice
    }

    /// Reads what ``init(json:)`` describes.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseOtherKeys(than: Key.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: Key.self)
        let builtIn = Self.builtIn
        self.init(
            version: try values.decodeIfPresent(UInt32.self, forKey: .version) ?? 0,
            rules: try values.decodeIfPresent([Rule].self, forKey: .rules) ?? builtIn.rules,
            blocked: try values.decodeIfPresent([Blocked].self, forKey: .blocked) ?? builtIn.blocked,
            neverMergeIdentified: try values.decodeIfPresent(Bool.self, forKey: .neverMergeIdentified) ?? false,
            fieldChoice: try values.decodeIfPresent([String: MergeSide].self, forKey: .fieldChoice) ?? [:])
        do {
            try check()
        } catch {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath, debugDescription: "\(error)", underlyingError: error))
        }
    }

    /// Writes what ``init(json:)`` describes, with everything in it.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(version, forKey: .version)
        try values.encode(rules, forKey: .rules)
        try values.encode(blocked, forKey: .blocked)
        try values.encode(neverMergeIdentified, forKey: .neverMergeIdentified)
        try values.encode(fieldChoice, forKey: .fieldChoice)
    }
}

extension IdentityRules.Rule: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        case type, source, priority, limit, windowDays, doesNotMerge
    }

    /// Reads one rule of ``IdentityRules/init(json:)``.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseOtherKeys(than: Key.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            try values.identifierType(forKey: .type),
            source: try values.decodeIfPresent(String.self, forKey: .source) ?? "",
            priority: try Self.count(try values.decode(Int64.self, forKey: .priority), .priority, in: values),
            limit: try Self.count(try values.decodeIfPresent(Int64.self, forKey: .limit) ?? 5, .limit, in: values),
            windowDays: try Self.count(
                try values.decodeIfPresent(Int64.self, forKey: .windowDays) ?? 0, .windowDays, in: values),
            doesNotMerge: try values.decodeIfPresent(Bool.self, forKey: .doesNotMerge) ?? false)
    }

    /// A number that is not less than zero. Read as a wide one: of one that does not fit nobody tells the place.
    private static func count(
        _ number: Int64, _ key: Key, in values: KeyedDecodingContainer<Key>
    ) throws -> UInt32 {
        guard let count = UInt32(exactly: number) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: values, debugDescription: "\(number) is out of range; expected 0 or more")
        }
        return count
    }

    /// Writes one rule, with everything in it.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(type.code, forKey: .type)
        if !source.isEmpty { try values.encode(source, forKey: .source) }
        try values.encode(priority, forKey: .priority)
        try values.encode(limit, forKey: .limit)
        try values.encode(windowDays, forKey: .windowDays)
        try values.encode(doesNotMerge, forKey: .doesNotMerge)
    }
}

extension IdentityRules.Blocked: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        case type, value
    }

    /// Reads one blocked value of ``IdentityRules/init(json:)``.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseOtherKeys(than: Key.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: Key.self)
        let type = values.contains(.type) ? try values.identifierType(forKey: .type) : .unspecified
        self.init(try values.decode(String.self, forKey: .value), of: type)
    }

    /// Writes one blocked value; without a kind when it is blocked of every kind.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        if type != .unspecified { try values.encode(type.code, forKey: .type) }
        try values.encode(value, forKey: .value)
    }
}

// MARK: - What is wrong where

/// Whatever key a file has.
private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
}

extension Decoder {
    /// Refuses keys that nobody would look at: a mistyped one would change nothing, and nobody would know.
    fileprivate func refuseOtherKeys(than known: [String]) throws {
        let keys = try container(keyedBy: AnyKey.self).allKeys.sorted { $0.stringValue < $1.stringValue }
        for key in keys where !known.contains(key.stringValue) {
            let path: [any CodingKey] = codingPath + [key as any CodingKey]
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: path, debugDescription: "unknown key; expected \(known.joined(separator: ", "))"))
        }
    }
}

extension KeyedDecodingContainer {
    fileprivate func identifierType(forKey key: Key) throws -> IdentifierType {
        let code = try decode(String.self, forKey: key)
        guard let type = IdentifierType(code: code) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self,
                debugDescription: "expected one of \(IdentifierType.codes), found \(code.debugDescription)")
        }
        return type
    }
}

extension IdentityRulesError {
    fileprivate init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(path: Self.path(context.codingPath + [key]), reason: "expected a value, found none")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            self.init(path: Self.path(context.codingPath), reason: context.debugDescription)
        case .dataCorrupted(let context):
            if let known = context.underlyingError as? IdentityRulesError {
                self = known
            } else {
                let cause = context.underlyingError.map { ": \($0)" } ?? ""
                self.init(path: Self.path(context.codingPath), reason: context.debugDescription + cause)
            }
        @unknown default: self.init(path: "", reason: "\(error)")
        }
    }

    /// `rules[2].limit`.
    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : "." + key.stringValue
            }
        }
    }
}
