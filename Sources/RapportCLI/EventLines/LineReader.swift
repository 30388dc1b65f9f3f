import EventLog
import Foundation

/// The lines of a file or of standard input, one after the other, in constant memory.
struct LineReader: Sendable {
    /// No event in JSON is longer, however its bytes are written.
    private static let longestLine = Limits.appendBytes
    private static let pieceSize = 1 << 16

    private let file: FileHandle
    /// Whether to take what is there instead of waiting for a whole piece: somebody may be typing.
    private let isLive: Bool
    private var buffer: [UInt8] = []
    /// Where the next line begins, and from where on no line break was looked for.
    private var start = 0
    private var searched = 0
    private var isAtEnd = false
    /// The number of the line last given, from 1.
    private(set) var number = 0

    /// Opens the file at `path`; `-` and nil stand for standard input.
    init(path: String?) throws {
        guard let path, path != "-" else {
            (file, isLive) = (.standardInput, true)
            return
        }
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw CommandFailure(.notFound, "\(path): cannot be opened for reading")
        }
        if try URL(filePath: path).resourceValues(forKeys: [.isDirectoryKey]).isDirectory ?? false {
            throw CommandFailure(.badInput, "\(path): is a directory; expected a file of event lines")
        }
        (self.file, isLive) = (file, false)
    }

    /// The next line without its line break; nil at the end.
    mutating func next() throws -> [UInt8]? {
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) { return take(upTo: end) }
            searched = buffer.count
            if isAtEnd { return start < buffer.count ? take(upTo: buffer.count) : nil }
            try fill()
        }
    }

    private mutating func take(upTo end: Int) -> [UInt8] {
        defer {
            start = min(end + 1, buffer.count)
            searched = start
        }
        number += 1
        return Array(buffer[start..<end])
    }

    private mutating func fill() throws {
        guard buffer.count - start < Self.longestLine else {
            throw MalformedLine("line \(number + 1) is longer than \(Self.longestLine) bytes")
        }
        buffer.removeFirst(start)
        searched -= start
        start = 0
        let piece = try isLive ? file.availableData : file.read(upToCount: Self.pieceSize)
        guard let piece, !piece.isEmpty else {
            isAtEnd = true
            return
        }
        buffer += piece
    }
}
