internal import Foundation
internal import Logging

/// Where the master key of a data directory comes from. It is asked when the key is needed first, and again when the
/// key it has given does not open what is there.
public struct MasterKeySource: Sendable {
    /// The label of the logger that says, as a notice, that a master key was made: nobody should miss it.
    public static let loggerLabel = "rapport.master-key"

    private let load: @Sendable (String, Bool) throws -> any MasterKey

    /// A source that gives what `load` answers.
    ///
    /// - Parameter load: gets the data directory, and whether a new key may be made: only when no key of persons hangs
    ///   on another one. It throws ``MasterKeyRefusal`` where there is no key.
    public init(_ load: @escaping @Sendable (_ dataDirectory: String, _ makesNew: Bool) throws -> any MasterKey) {
        self.load = load
    }

    /// The key in the file at `path`, which is never made by itself.
    public static func file(_ path: String) -> MasterKeySource {
        MasterKeySource { dataDirectory, _ in try LocalMasterKey(file: path, dataDirectory: dataDirectory) }
    }

    /// A key that is there already.
    public static func key(_ key: any MasterKey) -> MasterKeySource {
        MasterKeySource { _, _ in key }
    }

    /// What the environment of the process names: the key itself in `RAPPORT_MASTER_KEY` (base64 of 32 bytes), else the
    /// file in `RAPPORT_MASTER_KEY_FILE`, else `rapport/master.key` in `$XDG_CONFIG_HOME` or `~/.config`, which is
    /// made, and said so in the log of the program (``loggerLabel``), when the key store is new.
    public static let standard = MasterKeySource { dataDirectory, makesNew in
        try masterKey(named: ProcessInfo.processInfo.environment, dataDirectory, makesNew)
    }

    /// The same for another environment than that of the process.
    package static func standard(in environment: [String: String]) -> MasterKeySource {
        MasterKeySource { dataDirectory, makesNew in try masterKey(named: environment, dataDirectory, makesNew) }
    }

    private static func masterKey(
        named environment: [String: String], _ dataDirectory: String, _ makesNew: Bool
    ) throws -> any MasterKey {
        // A variable that is set to nothing is a mistake: passed over, it would lead to another key.
        if let text = environment["RAPPORT_MASTER_KEY"] {
            return try LocalMasterKey(base64: Array(text.utf8), name: "RAPPORT_MASTER_KEY")
        }
        if let path = environment["RAPPORT_MASTER_KEY_FILE"] {
            guard !path.isEmpty else { throw MasterKeyRefusal("RAPPORT_MASTER_KEY_FILE", .noKey) }
            return try LocalMasterKey(file: path, dataDirectory: dataDirectory)
        }
        let path = standardPath(in: environment)
        do throws(MasterKeyRefusal) {
            return try LocalMasterKey(file: path, dataDirectory: dataDirectory)
        } catch {
            guard error.reason == .noKey, makesNew else { throw error }
            try makeIfMissing(at: path)
            return try LocalMasterKey(file: path, dataDirectory: dataDirectory)
        }
    }

    /// The XDG Base Directory Specification: a path that is not absolute is to be passed over.
    private static func standardPath(in environment: [String: String]) -> String {
        if let folder = environment["XDG_CONFIG_HOME"], folder.utf8.first == UInt8(ascii: "/") {
            return folder + "/rapport/master.key"
        }
        return (environment["HOME"] ?? NSHomeDirectory()) + "/.config/rapport/master.key"
    }

    private static func makeIfMissing(at path: String) throws {
        do {
            try LocalMasterKey.make(at: path)
        } catch let refusal as MasterKeyRefusal where refusal.reason == .keyExists {
            return
        }
        Logger(label: loggerLabel).notice(
            "made the master key \(path): keep a copy of it apart; without it nobody can read personal values",
            metadata: ["file": "\(path)"])
    }

    /// The key for a data directory.
    ///
    /// - Throws: ``MasterKeyRefusal``, and whatever else the source throws.
    func key(for dataDirectory: String, makesNew: Bool) throws -> any MasterKey {
        try load(dataDirectory, makesNew)
    }
}
