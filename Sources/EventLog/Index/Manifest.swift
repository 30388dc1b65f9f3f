internal import LMDB

/// The list of runs that make up the index, replaced as a whole: `index/MANIFEST`.
///
///     rapport-index 3
///     log <log id>
///     run <directory> <first> <last> <checksum of the record at last> <hash of the run's file>, both hexadecimal
struct Manifest: Equatable {
    struct Entry: Equatable {
        let name: String
        let first: UInt64
        let last: UInt64
        /// Ties the run to the log it was made from.
        let lastChecksum: UInt64
        /// The hash of the run's data file, as ``HashedFile`` has it.
        let fileHash: UInt64
    }

    var logID: EventID
    var entries: [Entry]

    /// The last position the runs cover.
    var end: UInt64 { entries.last?.last ?? 0 }

    func write(to path: String) throws {
        var text = "rapport-index 3\nlog \(logID)\n"
        for entry in entries {
            let hashes = [entry.lastChecksum, entry.fileHash].map { String($0, radix: 16) }.joined(separator: " ")
            text += "run \(entry.name) \(entry.first) \(entry.last) \(hashes)\n"
        }
        try DurableFile.replace(path, with: Array(text.utf8))
    }

    /// Nil when there is no manifest, or none that this code can read: then the index is built again.
    static func read(from path: String) throws -> Manifest? {
        guard let bytes = try DurableFile.read(path) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.count >= 2, lines[0] == "rapport-index 3", lines[1].hasPrefix("log "),
            let logID = EventID(String(lines[1].dropFirst(4)))
        else { return nil }
        var manifest = Manifest(logID: logID, entries: [])
        for line in lines.dropFirst(2) {
            let words = line.split(separator: " ")
            guard words.count == 6, words[0] == "run", let first = UInt64(words[2]), let last = UInt64(words[3]),
                let checksum = UInt64(words[4], radix: 16), let hash = UInt64(words[5], radix: 16),
                first == manifest.end + 1, last >= first, last < .max
            else { return nil }
            manifest.entries.append(
                Entry(name: String(words[1]), first: first, last: last, lastChecksum: checksum, fileHash: hash))
        }
        return manifest
    }
}
