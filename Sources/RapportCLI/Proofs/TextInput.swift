import Foundation

/// A text that a command is given as a whole: a checkpoint, a proof, a key.
struct TextInput {
    /// What it is called in messages.
    let name: String
    let text: String

    /// Reads the file at `path`; `-` stands for standard input.
    ///
    /// - Throws: ``CommandFailure`` when there is none, or it is no text.
    init(_ path: String) throws {
        name = path == "-" ? "standard input" : path
        guard let text = String(validating: try Self.bytes(of: path), as: UTF8.self) else {
            throw CommandFailure(.badInput, "\(name): holds bytes that are no UTF-8; expected text")
        }
        self.text = text
    }

    private static func bytes(of path: String) throws -> Data {
        if path == "-" { return try FileHandle.standardInput.readToEnd() ?? Data() }
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw CommandFailure(.notFound, "\(path): cannot be opened for reading")
        }
        if try URL(filePath: path).resourceValues(forKeys: [.isDirectoryKey]).isDirectory ?? false {
            throw CommandFailure(.badInput, "\(path): is a directory; expected a file")
        }
        return try file.readToEnd() ?? Data()
    }

    /// Reads the text by `parse`; what that throws is told with the name before it.
    ///
    /// - Throws: ``CommandFailure``.
    func parsed<Value>(_ parse: (String) throws -> Value) throws -> Value {
        do {
            return try parse(text)
        } catch {
            throw CommandFailure(at: name, error)
        }
    }

    /// The lines, without their line breaks (LF, or CR LF), without a byte order mark at the start, and without a line
    /// that is empty at the end.
    var lines: [Substring] {
        // By bytes: a line break and the carriage return before it are one character.
        var rest = text.utf8[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        }
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines
    }
}
