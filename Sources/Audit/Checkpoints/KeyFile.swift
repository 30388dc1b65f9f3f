internal import Foundation
internal import LMDB
internal import Transparency

/// The file of a signing key, and the two beside it: `.lock`, held by whoever may sign, and `.last`, with size and root
/// of what was signed last.
struct KeyFile {
    /// Where the file itself is, whatever links led to it: so every way to a key leads to one lock.
    let path: String

    init(_ path: String) {
        self.path = Self.place(path)
    }

    /// Whether it lies in a folder, or any folder in it.
    func isWithin(_ folder: String) -> Bool {
        path.utf8.starts(with: (Self.place(folder) + "/").utf8)
    }

    private static func place(_ path: String) -> String {
        var place = URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
        while place.utf8.count > 1, place.utf8.last == UInt8(ascii: "/") { place.removeLast() }
        return place
    }

    // MARK: The key

    /// Reads the key, which nobody but its owner may do.
    func key() throws(SigningRefusal) -> SigningKey {
        guard let bytes = try reading({ try DurableFile.read(path) }) else { throw SigningRefusal(path, .noKey) }
        let mode = try reading { try Self.mode(of: path) }
        guard mode & 0o077 == 0 else { throw SigningRefusal(path, .keyReadableByOthers(mode: mode)) }
        var text = String(decoding: bytes, as: UTF8.self)
        if text.utf8.last == UInt8(ascii: "\n") { text = String(text.unicodeScalars.dropLast()) }
        do {
            return try SigningKey(text)
        } catch {
            throw SigningRefusal(path, .malformedKey("\(error)"))
        }
    }

    private static func mode(of path: String) throws -> Int {
        let value = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        // Foundation answers with one type here and another there. What cannot be told might be read by everybody.
        let mode = (value as? UInt).map { Int($0) } ?? (value as? Int) ?? (value as? NSNumber)?.intValue
        return (mode ?? 0o777) & 0o777
    }

    /// Writes a new key, durably, for its owner alone.
    func write(_ key: SigningKey) throws {
        let lock = try lock()
        defer { withExtendedLifetime(lock) {} }
        guard try DurableFile.size(path) == nil, try DurableFile.size(lastPath) == nil else {
            throw SigningRefusal(path, .keyExists)
        }
        // A draft that somebody left might be one that others can read.
        try DurableFile.remove(path + ".new")
        try DurableFile.replace(path, with: Array((key.text + "\n").utf8))
    }

    /// The right to sign, until the value goes.
    func lock() throws(SigningRefusal) -> FileLock {
        guard let lock = try reading({ try FileLock.acquire(path + ".lock") }) else {
            throw SigningRefusal(path, .busy)
        }
        return lock
    }

    // MARK: What was signed last

    private var lastPath: String { path + ".last" }

    /// What was signed last; nil when nothing was.
    func last() throws(SigningRefusal) -> SizedRoot? {
        guard let bytes = try reading({ try DurableFile.read(lastPath) }) else { return nil }
        guard bytes.last == UInt8(ascii: "\n"),
            let last = SizedRoot(String(decoding: bytes.dropLast(), as: UTF8.self))
        else { throw SigningRefusal(path, .malformedLast) }
        return last
    }

    /// Says durably what is signed next.
    func setLast(_ last: SizedRoot) throws {
        try DurableFile.replace(lastPath, with: Array("\(last)\n".utf8))
    }

    private func reading<Result>(_ body: () throws -> Result) throws(SigningRefusal) -> Result {
        do {
            return try body()
        } catch {
            throw SigningRefusal(path, .unreadable("\(error)"))
        }
    }
}
