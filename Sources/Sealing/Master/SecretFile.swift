internal import Foundation
internal import LMDB

/// A small file for its owner alone, outside of every data directory.
struct SecretFile {
    /// Bytes beyond which a file is not read: no key is as long.
    private static let mostBytes = 4096

    /// As it was named.
    let name: String
    /// Where it is, whatever links led to it.
    private let path: String

    init(_ path: String) {
        name = path
        self.path = Self.place(path)
    }

    /// Whether it is a folder, or lies in it or in any folder of it.
    func isWithin(_ folder: String) -> Bool {
        let place = Self.place(folder)
        return path.sameBytes(as: place) || path.utf8.starts(with: (place == "/" ? "/" : place + "/").utf8)
    }

    private static func place(_ path: String) -> String {
        var place = URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
        while place.utf8.count > 1, place.utf8.last == UInt8(ascii: "/") { place.removeLast() }
        return place
    }

    /// What it holds.
    ///
    /// - Throws: ``MasterKeyRefusal`` when it is not there, is no file of its own or a long one, cannot be read, or
    ///   others may read it.
    func read() throws(MasterKeyRefusal) -> [UInt8] {
        guard let size = try reading({ try DurableFile.size(path) }) else { throw MasterKeyRefusal(name, .noKey) }
        let attributes = try reading { try FileManager.default.attributesOfItem(atPath: path) }
        // What a device or a pipe gives may never end.
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw MasterKeyRefusal(name, .unreadable("it is no file of its own; expected one"))
        }
        let mode = Self.mode(attributes)
        guard mode & 0o077 == 0 else { throw MasterKeyRefusal(name, .readableByOthers(mode: mode)) }
        guard size <= Self.mostBytes else { throw MasterKeyRefusal(name, .malformed) }
        guard let bytes = try reading({ try DurableFile.read(path) }) else { throw MasterKeyRefusal(name, .noKey) }
        return bytes
    }

    private func reading<Result>(_ body: () throws -> Result) throws(MasterKeyRefusal) -> Result {
        do {
            return try body()
        } catch {
            throw MasterKeyRefusal(name, .unreadable("\(error)"))
        }
    }

    private static func mode(_ attributes: [FileAttributeKey: Any]) -> Int {
        let value = attributes[.posixPermissions]
        // Foundation answers with one type here and another there. What cannot be told might be read by everybody.
        let mode = (value as? UInt).map { Int($0) } ?? (value as? Int) ?? (value as? NSNumber)?.intValue
        return (mode ?? 0o777) & 0o777
    }

    /// Writes the file, durably, for its owner alone, where there is none.
    ///
    /// - Throws: ``MasterKeyRefusal`` when there is one, and errors of the storage layer.
    func write(_ bytes: [UInt8]) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try DurableFile.createDirectory(folder)
        // Of two that make a key here at the same time, one finds the other's.
        let lock = try FileLock.wait(forDirectory: folder)
        defer { withExtendedLifetime(lock) {} }
        guard try DurableFile.size(path) == nil else { throw MasterKeyRefusal(name, .keyExists) }
        // A draft that somebody left might be one that others can read.
        try DurableFile.remove(path + ".new")
        try DurableFile.replace(path, with: bytes)
    }
}
