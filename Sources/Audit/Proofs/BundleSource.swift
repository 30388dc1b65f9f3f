internal import Foundation
internal import LMDB

/// Where the lines of a bundle come from, as often as they are asked for.
enum BundleSource: Sendable {
    /// A text in memory.
    case text(String)
    /// A file, read piece by piece.
    case file(String)
    /// Made anew from a log and its tree.
    case made(@Sendable (_ write: (String) throws -> Void) throws -> Void)

    private static let bytesAtOnce = 1 << 16

    /// Hands on the text piece by piece.
    func write(to write: (String) throws -> Void) throws {
        switch self {
        case .text(let text): try write(text)
        case .made(let make): try make(write)
        case .file:
            try forEachLine { line in
                // As it was read: a line that is not UTF-8 was refused when the bundle was.
                try write(String(decoding: line, as: UTF8.self) + "\n")
            }
        }
    }

    /// Calls `body` with each line, without its line end.
    ///
    /// - Throws: ``MalformedBundle`` for a line that is too long or has no end; what reading throws, and `body`.
    func forEachLine(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
        var lines = LineSplitter()
        switch self {
        case .text(let text): try lines.take(Array(text.utf8), body)
        case .made(let make): try make { try lines.take(Array($0.utf8), body) }
        case .file(let path):
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            while let piece = try file.read(upToCount: Self.bytesAtOnce), !piece.isEmpty {
                try lines.take([UInt8](piece), body)
            }
            try file.close()
        }
        try lines.end()
    }
}

/// Puts lines together from pieces that end anywhere.
private struct LineSplitter {
    /// The beginning of a line whose end has not come.
    private var begun: [UInt8] = []
    private var count = 0

    mutating func take(_ piece: [UInt8], _ body: (ArraySlice<UInt8>) throws -> Void) throws {
        var start = 0
        while let end = piece[start...].firstIndex(of: UInt8(ascii: "\n")) {
            count += 1
            if begun.isEmpty {
                try body(piece[start..<end])
            } else {
                begun += piece[start..<end]
                let line = begun
                begun.removeAll()
                try body(line[...])
            }
            start = end + 1
        }
        begun += piece[start...]
        guard begun.count <= BundleFormat.lineBytes else {
            throw MalformedBundle(line: count + 1, expected: "at most \(BundleFormat.lineBytes) bytes in a line")
        }
    }

    func end() throws {
        guard begun.isEmpty else { throw MalformedBundle(line: count + 1, expected: "a line end at the end") }
    }
}
