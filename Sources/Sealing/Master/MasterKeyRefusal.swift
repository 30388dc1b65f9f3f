/// Why a master key is not there, or does not serve. No refusal tells anything of a key.
public struct MasterKeyRefusal: Error, Equatable, Sendable {
    /// What stands against it.
    public enum Reason: Equatable, Sendable {
        /// There is no master key.
        case noKey
        /// A file stands where a new key is to be made. Keys are never replaced.
        case keyExists
        /// Others than its owner may read or change the file; its mode.
        case readableByOthers(mode: Int)
        /// It is not the base64 text of 32 bytes.
        case malformed
        /// It lies in the data directory whose keys it protects: whoever has a copy of the data could open everything.
        case inDataDirectory
        /// It is another key than the one that the keys are wrapped with.
        case wrongKey
        /// It cannot be read; why.
        case unreadable(String)
    }

    /// Which key: its file, the variable it stands in, or whatever its service calls it.
    public let name: String
    /// What stands against it.
    public let reason: Reason

    /// A refusal of the key of this name.
    public init(_ name: String, _ reason: Reason) {
        self.name = name
        self.reason = reason
    }
}

extension MasterKeyRefusal: CustomStringConvertible {
    public var description: String { "\(name): \(reason.text)" }
}

extension MasterKeyRefusal.Reason {
    fileprivate var text: String {
        switch self {
        case .noKey: "no master key here; expected a file that `rapport keys new` has made"
        case .keyExists: "a file stands here, and a key is never replaced; expected a path without a file"
        case .readableByOthers(let mode):
            "others may read or change the master key (mode \(String(mode, radix: 8))); expected mode 600"
        case .malformed: "not a master key; expected the base64 text of \(SecretBytes.keyLength) bytes"
        case .inDataDirectory:
            "the master key lies in the data directory; expected a place outside, so that no copy of the data holds "
                + "the key to it"
        case .wrongKey:
            "this master key does not open the keys of personal data; expected the one that they were wrapped with"
        case .unreadable(let why): "the master key cannot be read: \(why)"
        }
    }
}
