public import EventLog

/// Why a key store is not opened, written, backed up or restored. What was there is as it was.
public struct KeyStoreRefusal: Error, Equatable, Sendable {
    /// The reasons, with what stands against each other.
    public enum Reason: Equatable, Sendable {
        /// There is no key store.
        case notThere
        /// There is a key store already where one is to be restored.
        case alreadyThere
        /// Something stands where a backup is to be made.
        case occupied
        /// The folder for a backup lies in the data directory.
        case inDataDirectory
        /// There is no backup of a key store, or one that was interrupted.
        case noBackup
        /// The keys belong to another log.
        case otherLog(found: EventID, expected: EventID)
        /// It is of a format that this program does not know.
        case unknownFormat(UInt32, known: UInt32)
        /// It is not what was written; what is wrong.
        case damaged(String)
        /// It is open for reading only.
        case readOnly
        /// It was closed.
        case closed
    }

    /// The folder of the key store or of its backup.
    public let path: String
    /// What stands against it.
    public let reason: Reason

    init(_ path: String, _ reason: Reason) {
        self.path = path
        self.reason = reason
    }
}

extension KeyStoreRefusal: CustomStringConvertible {
    public var description: String { "\(path): \(reason.text)" }
}

extension KeyStoreRefusal.Reason {
    fileprivate var text: String {
        switch self {
        case .notThere: "no key store here; expected one beside the log whose personal data it opens"
        case .alreadyThere: "a key store stands here, and keys are never replaced; expected a data directory without"
        case .occupied: "something stands here; expected a path for a new folder"
        case .inDataDirectory:
            "lies in the data directory; expected a place outside, since keys and log are kept apart"
        case .noBackup: "no backup of a key store here, or one that was interrupted; expected a complete one"
        case .otherLog(let found, let expected):
            "these are the keys of the log \(found); expected those of the log \(expected)"
        case .unknownFormat(let found, let known): "its format is \(found); this program reads \(known)"
        case .damaged(let what): "the key store is damaged: \(what)"
        case .readOnly: "the key store is open for reading only; expected one that can be written"
        case .closed: "the key store was closed"
        }
    }
}
