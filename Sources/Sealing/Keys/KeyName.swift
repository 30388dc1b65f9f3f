internal import EventLog
internal import LMDB

/// Which key: one for each subject and category. Two names are the same when their bytes are.
public struct KeyName: Hashable, Sendable {
    /// The id of the subject, `customer:C-1`.
    public let subject: String
    /// The group of event types that share a key, `orders`.
    public let category: String

    /// The name of the key of a subject for a category.
    public init(subject: String, category: String) {
        self.subject = subject
        self.category = category
    }
}

extension KeyName {
    public static func == (left: KeyName, right: KeyName) -> Bool {
        left.subject.sameBytes(as: right.subject) && left.category.sameBytes(as: right.category)
    }

    public func hash(into hasher: inout Hasher) {
        // Texts of the same bytes have the same hash; that others may have it as well does no harm.
        hasher.combine(subject)
        hasher.combine(category)
    }
}

// MARK: - Stored names

extension KeyName {
    /// UTF-8 bytes of a subject.
    static let subjectBytes = Limits.envelopeFieldBytes
    /// UTF-8 bytes of a category.
    static let categoryBytes = 128

    /// What its row is stored under: subject, 0, category, each in UTF-8. Neither holds a 0.
    var row: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(subject.utf8.count + 1 + category.utf8.count)
        bytes.append(utf8: subject)
        bytes.append(0)
        bytes.append(utf8: category)
        return bytes
    }

    /// Subject and category of what a row is stored under; nil when no name is stored so.
    static func split(_ row: [UInt8]) -> (subject: [UInt8], category: [UInt8])? {
        guard let middle = row.firstIndex(of: 0), middle > 0, middle + 1 < row.count else { return nil }
        return (Array(row[..<middle]), Array(row[(middle + 1)...]))
    }

    /// - Throws: ``UnusableKeyName`` when no key can be stored under the name.
    func check() throws(UnusableKeyName) {
        try Self.check(subject: subject)
        try Self.check(category: category)
    }

    static func check(subject: String) throws(UnusableKeyName) {
        try check(subject, "the id of a subject", subjectBytes)
    }

    static func check(category: String) throws(UnusableKeyName) {
        try check(category, "a category of personal data", categoryBytes)
    }

    private static func check(_ text: String, _ kind: String, _ limit: Int) throws(UnusableKeyName) {
        let count = text.utf8.count
        guard (1...limit).contains(count), !text.utf8.contains(0) else {
            throw UnusableKeyName(
                reason: "\(kind) has \(count) bytes\(text.utf8.contains(0) ? ", one of them 0" : ""); "
                    + "expected 1 to \(limit) bytes without 0")
        }
    }
}

/// A subject or category that no key can have; says which rule it breaks.
public struct UnusableKeyName: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was wrong and what is allowed.
    public let reason: String

    public var description: String { reason }
}
