import Foundation
import Transparency

/// A file that holds a signing key.
struct SigningKeyFile {
    /// Stands for `--key` of `checkpoint` in the environment.
    static let variable = "RAPPORT_SIGNING_KEY"

    let path: String

    private var absolutePath: String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// Reads the key.
    ///
    /// - Throws: ``CommandFailure`` when there is none, when others may read it, or when it is something else.
    func key() throws -> SigningKey {
        let file = try TextInput(path)
        let place = URL(filePath: absolutePath).resolvingSymlinksInPath().path
        let attributes = try FileManager.default.attributesOfItem(atPath: place)
        // What cannot be told might be read by everybody.
        let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
        guard mode & 0o077 == 0 else {
            throw CommandFailure(
                .notPermitted,
                "\(path): others may read the key (mode \(String(mode, radix: 8))); expected 600, for its owner only")
        }
        return try file.parsed { text in try SigningKey(text.trimmingCharacters(in: .newlines)) }
    }

    /// Refuses a place that no new key may be written to.
    ///
    /// - Throws: ``CommandFailure`` when something is there, or when it is within a data directory.
    func requireRoom() throws {
        guard (try? FileManager.default.attributesOfItem(atPath: path)) == nil else {
            throw CommandFailure(.conflict, "\(path): is there already, and no key is replaced; expected a new file")
        }
        var folder = URL(filePath: absolutePath).deletingLastPathComponent().resolvingSymlinksInPath().path
        while let slash = folder.lastIndex(of: "/") {
            guard !FileManager.default.fileExists(atPath: folder + "/log/data.mdb") else {
                throw CommandFailure(
                    .notPermitted,
                    "\(path): lies in the data directory \(folder), whose copies would hold the key; expected another "
                        + "place")
            }
            folder = String(folder[..<slash])
        }
    }
}
