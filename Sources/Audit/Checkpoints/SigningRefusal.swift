/// Why a key does not sign. No signature was made.
public struct SigningRefusal: Error, Equatable, Sendable {
    /// What stands against it.
    public enum Reason: Equatable, Sendable {
        /// There is no key file.
        case noKey
        /// A key, or what one has signed last, stands where a new key is to be made. Keys are never replaced.
        case keyExists
        /// The key lies in this data directory: whoever has a copy of the data could sign.
        case keyInDataDirectory(String)
        /// Others than its owner may read or change the file; its mode.
        case keyReadableByOthers(mode: Int)
        /// Another process, or another part of this one, holds the key.
        case busy
        /// The key cannot be read; why.
        case unreadable(String)
        /// The file is not a signing key; why.
        case malformedKey(String)
        /// The file with what was signed last holds something else. Without it nothing is signed.
        case malformedLast
        /// The keys have different names, so that no checkpoint can be of all of them.
        case differentNames(String)
        /// The log is a backup or opened for reading only: whoever appends signs.
        case readOnlyLog
        /// The tree has fewer events than are to be signed.
        case beyondTree(size: UInt64, tree: UInt64)
        /// A larger log was signed: this one has lost events, or is an older copy.
        case smallerThanLast(size: UInt64, last: UInt64)
        /// The log does not begin with what was signed when it had so many events: another log, or another history.
        case disagrees(size: UInt64)
    }

    /// The key's file.
    public let path: String
    /// What stands against it.
    public let reason: Reason

    init(_ path: String, _ reason: Reason) {
        self.path = path
        self.reason = reason
    }
}

extension SigningRefusal: CustomStringConvertible {
    public var description: String { "\(path): \(reason.text)" }
}

extension SigningRefusal.Reason {
    fileprivate var text: String {
        switch self {
        case .noKey: "no signing key here; expected a file made by `rapport key`"
        case .keyExists:
            "a key stands or stood here, and a key is never replaced; expected a path without a file, and without one "
                + "that ends in .last beside it"
        case .keyInDataDirectory(let directory):
            "the key lies in the data directory \(directory); expected a place outside, so that no copy of the data "
                + "can sign"
        case .keyReadableByOthers(let mode):
            "others may read or change the key (mode \(String(mode, radix: 8))); expected mode 600"
        case .busy: "somebody else is using the key just now"
        case .unreadable(let why): "the key cannot be read: \(why)"
        case .malformedKey(let why): "not a signing key: \(why)"
        case .malformedLast:
            "the file .last beside the key, with what was signed last, is damaged; expected SIZE:BASE64ROOT"
        case .differentNames(let other):
            "the keys have different names, the other one is of \(other); expected keys of one name"
        case .readOnlyLog: "the log is a backup or opened for reading only; expected the log that is appended to"
        case .beyondTree(let size, let tree):
            "a checkpoint of \(size) events is asked for, and the tree has \(tree)"
        case .smallerThanLast(let size, let last):
            "the log has \(size) events, and one of \(last) was signed; expected as many or more. Has an older copy "
                + "taken its place?"
        case .disagrees(let size):
            "the log does not begin with the \(size) events that were signed; expected the same history. `rapport "
                + "verify` tells where it was changed"
        }
    }
}
