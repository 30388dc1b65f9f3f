internal import Foundation

/// Bytes that come piece by piece, so that a file of any size takes the same memory.
struct ByteChunks {
    private enum Source {
        case file(FileHandle)
        case memory([UInt8])
        case end
    }

    private static let chunkSize = 256 << 10

    private var source: Source

    init(path: String) throws(CSVError) {
        do {
            source = .file(try FileHandle(forReadingFrom: URL(filePath: path)))
        } catch {
            throw Self.unreadable(error)
        }
    }

    init(bytes: [UInt8]) {
        source = .memory(bytes)
    }

    /// The next bytes; none at the end.
    mutating func next() throws(CSVError) -> [UInt8] {
        switch source {
        case .end: return []
        case .memory(let bytes):
            source = .end
            return bytes
        case .file(let file):
            do {
                let chunk = [UInt8](try file.read(upToCount: Self.chunkSize) ?? Data())
                if chunk.isEmpty { source = .end }
                return chunk
            } catch {
                source = .end
                throw Self.unreadable(error)
            }
        }
    }

    private static func unreadable(_ error: any Error) -> CSVError {
        CSVError(line: 1, column: 1, reason: .unreadable((error as NSError).localizedDescription))
    }
}
