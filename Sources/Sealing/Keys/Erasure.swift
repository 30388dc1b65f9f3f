public import EventLog
internal import LMDB

/// Whose keys are to be destroyed, and which of them a law keeps.
public struct KeyErasure: Equatable, Sendable {
    /// The id of the subject.
    public let subject: String
    /// Where the log says that the subject is erased.
    public let position: Position
    /// The categories whose keys stay.
    public let retained: Set<String>

    /// The erasure of a subject, said at `position` of the log.
    public init(subject: String, position: Position, retained: Set<String> = []) {
        self.subject = subject
        self.position = position
        self.retained = retained
    }
}

extension KeyErasure {
    /// The erasure of a subject as an event says it, whatever it says: categories that no key can have are left out;
    /// nil for a subject that no key can have.
    public init?(usable subject: String, position: Position, retained: Set<String>) {
        guard (try? KeyName.check(subject: subject)) != nil else { return nil }
        let usable = retained.filter { (try? KeyName.check(category: $0)) != nil }
        let few = usable.sorted { $0.compareBytes(to: $1) < 0 }.prefix(Self.retainedCount)
        self.init(subject: subject, position: position, retained: Set(few))
    }

    /// Categories that one erasure may retain.
    static let retainedCount = 1024

    /// - Throws: ``UnusableKeyName`` when it cannot be stored.
    func check() throws(UnusableKeyName) {
        try KeyName.check(subject: subject)
        for category in retained { try KeyName.check(category: category) }
        guard retained.count <= Self.retainedCount else {
            throw UnusableKeyName(
                reason: "an erasure retains \(retained.count) categories; expected \(Self.retainedCount) at most")
        }
    }
}

/// What was destroyed.
public struct DestroyedKeys: Equatable, Sendable {
    /// The generation of the key store that holds what is left.
    public let epoch: UInt64
    /// How many keys were destroyed; 0 when none of them was there any more.
    public let count: Int

    /// The destruction of `count` keys, which left the generation `epoch`.
    public init(epoch: UInt64, count: Int) {
        self.epoch = epoch
        self.count = count
    }
}

/// The subject is erased: no key is made for it, and none is used to seal.
public struct ErasedSubject: Error, Equatable, Sendable, CustomStringConvertible {
    /// The id of the subject.
    public let subject: String
    /// Where the log says so.
    public let position: Position

    /// The refusal to seal anything about a subject that is erased at `position` of the log.
    public init(subject: String, position: Position) {
        self.subject = subject
        self.position = position
    }

    public var description: String {
        "\(subject) was erased at position \(position); nothing personal is recorded about an erased person"
    }
}
