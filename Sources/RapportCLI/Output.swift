import Foundation

/// Standard output, or a file, written in large pieces.
struct Output {
    private static let pieceSize = 1 << 16

    private let file: FileHandle
    private var buffer: [UInt8] = []

    init(to file: FileHandle = .standardOutput) {
        self.file = file
    }

    /// Adds a line; it is written with the next piece.
    mutating func line(_ text: String) throws {
        buffer += text.utf8
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= Self.pieceSize { try flush() }
    }

    /// Adds `text` as it is; it is written with the next piece.
    mutating func verbatim(_ text: String) throws {
        buffer += text.utf8
        if buffer.count >= Self.pieceSize { try flush() }
    }

    /// Writes what is left.
    mutating func flush() throws {
        try file.write(contentsOf: Data(buffer))
        buffer.removeAll(keepingCapacity: true)
    }
}

extension Output {
    /// Writes `text` as lines, now.
    static func print(_ text: String) throws {
        try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Writes `text` as it is, now: of what is signed every byte counts.
    static func print(verbatim text: String) throws {
        try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }

    /// Writes a value as JSON, now: indented, members by name, times in ISO 8601.
    static func print(json value: some Encodable) throws { try print(jsonText(of: value)) }

    /// A value as ``print(json:)`` writes it.
    static func jsonText(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// Writes a value as JSON on one line, now; in the form of ``print(json:)`` otherwise.
    static func print(jsonLine value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try print(String(decoding: encoder.encode(value), as: UTF8.self))
    }

    /// Writes a table as comma-separated values, now.
    static func print(csv table: CSVTable) throws {
        try FileHandle.standardOutput.write(contentsOf: Data(table.text.utf8))
    }

    /// Writes a line about a failure to standard error. Where nobody can read it there is nobody to tell.
    static func complain(_ message: String) {
        let line = "rapport: " + message.printable + "\n"
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }
}
