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
            version: try values.countIfPresent(forKey: .version) ?? 0,
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
            priority: try values.count(forKey: .priority), limit: try values.countIfPresent(forKey: .limit) ?? 5,
            windowDays: try values.countIfPresent(forKey: .windowDays) ?? 0,
            doesNotMerge: try values.decodeIfPresent(Bool.self, forKey: .doesNotMerge) ?? false)
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
    /// A number that is not less than zero.
    fileprivate func count(forKey key: Key) throws -> UInt32 {
        if let count = try countIfPresent(forKey: key) { return count }
        throw DecodingError.keyNotFound(
            key, DecodingError.Context(codingPath: codingPath, debugDescription: "expected a number"))
    }

    /// A number that is not less than zero; nil where there is none. Read as a wide one, then as any: of a number that
    /// does not fit the decoder does not tell the place.
    fileprivate func countIfPresent(forKey key: Key) throws -> UInt32? {
        guard contains(key), try !decodeNil(forKey: key) else { return nil }
        var found = "one that is out of range"
        do {
            let number = try decode(Int64.self, forKey: key)
            if let count = UInt32(exactly: number) { return count }
            found = "\(number)"
        } catch {
            switch error as? DecodingError {
            case .some(.dataCorrupted), .none:
                if let number = try? decode(Double.self, forKey: key) { found = "\(number)" }
            default: throw error
            }
        }
        throw DecodingError.dataCorruptedError(
            forKey: key, in: self, debugDescription: "expected a whole number from 0 to \(UInt32.max), found \(found)")
    }

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
