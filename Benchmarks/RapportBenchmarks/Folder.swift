import Foundation

/// Folders of files that others may be writing.
enum Folder {
    /// Bytes of all files in `path` and below, as far as they are written. What vanishes meanwhile counts as nothing.
    static func bytes(_ path: String) -> Int { files(in: path).reduce(0) { $0 + $1.bytes } }

    /// Has the system forget what it holds of the files in `path` and below, so that they are read from the device
    /// again. For files that nobody has mapped.
    static func dropPages(_ path: String) {
        for entry in files(in: path) {
            guard let file = FileHandle(forReadingAtPath: entry.path) else { continue }
            _ = fsync(file.fileDescriptor)
            _ = posix_fadvise(file.fileDescriptor, 0, 0, POSIX_FADV_DONTNEED)
            try? file.close()
        }
    }

    private static func files(in folder: String) -> [(path: String, bytes: Int)] {
        var found: [(path: String, bytes: Int)] = []
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            let path = folder + "/" + name
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { continue }
            if attributes[.type] as? FileAttributeType == .typeDirectory {
                found += files(in: path)
            } else {
                found.append((path, (attributes[.size] as? NSNumber)?.intValue ?? 0))
            }
        }
        return found
    }
}
