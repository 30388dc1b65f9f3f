internal import Foundation
internal import LMDB
internal import Transparency

/// Notes one behind the other in a file that only grows, an empty line after each.
///
/// The text of a checkpoint has no empty line, so each note ends at the second one. A note at the end that is not whole
/// was being written when the machine went down: readers pass over it, and the next one that is stored takes its place.
struct NoteFile {
    let path: String

    init(_ path: String) {
        self.path = path
    }

    /// All whole notes, in the order they were stored; none when there is no file.
    ///
    /// - Throws: ``DamagedCheckpoints``; errors of the storage layer.
    func notes() throws -> [SignedNote] {
        guard let bytes = try DurableFile.read(path) else { return [] }
        return try Self.stretches(bytes).notes.map { try note(bytes, $0) }
    }

    /// The notes of the largest size, in the order they were stored.
    ///
    /// - Throws: ``DamagedCheckpoints``; errors of the storage layer.
    func newest() throws -> [SignedNote] {
        guard let bytes = try DurableFile.read(path) else { return [] }
        var newest: [Range<Int>] = []
        var largest: UInt64 = 0
        for stretch in Self.stretches(bytes).notes {
            // The second line alone: a log that is signed every minute has many notes.
            let lines = bytes[stretch].split(separator: UInt8(ascii: "\n"), maxSplits: 2)
            guard lines.count > 1, let size = UInt64(exactDecimal: String(decoding: lines[1], as: UTF8.self)) else {
                throw damaged(bytes, stretch, "expected the size of a tree in the second line of the note")
            }
            if size > largest { newest.removeAll() }
            largest = max(largest, size)
            if size == largest { newest.append(stretch) }
        }
        return try newest.map { try note(bytes, $0) }
    }

    /// Stores one more, durably.
    ///
    /// - Throws: `NoteError` when the note is no checkpoint; errors of the storage layer. Then nothing is stored.
    func append(_ note: SignedNote) throws {
        _ = try TreeCheckpoint(parsing: note.text)
        let record = Array((note.encoded + "\n").utf8)
        // What is written must be read back as one note: with a signature at least, for example.
        _ = try SignedNote(parsing: note.encoded)
        guard let bytes = try DurableFile.read(path) else {
            return try DurableFile.replace(path, with: record)
        }
        let end = Self.stretches(bytes).end
        guard end == bytes.count else {
            return try DurableFile.replace(path, with: Array(bytes[..<end]) + record)
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(record))
        try file.synchronize()
        try file.close()
    }

    private func note(_ bytes: [UInt8], _ stretch: Range<Int>) throws -> SignedNote {
        do {
            guard let text = String(validating: bytes[stretch], as: UTF8.self) else {
                throw damaged(bytes, stretch, "expected a note in UTF-8")
            }
            let note = try SignedNote(parsing: text)
            _ = try TreeCheckpoint(parsing: note.text)
            return note
        } catch let error as NoteError {
            throw damaged(bytes, stretch, "expected a signed checkpoint: \(error)")
        }
    }

    /// Where the whole notes are, without the empty lines behind them, and where the last of these ends.
    private static func stretches(_ bytes: [UInt8]) -> (notes: [Range<Int>], end: Int) {
        var notes: [Range<Int>] = []
        var (start, lineStart, emptyLines) = (0, 0, 0)
        for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
            if index == lineStart { emptyLines += 1 }
            lineStart = index + 1
            guard emptyLines == 2 else { continue }
            notes.append(start..<index)
            (start, emptyLines) = (index + 1, 0)
        }
        return (notes, start)
    }

    private func damaged(_ bytes: [UInt8], _ stretch: Range<Int>, _ reason: String) -> DamagedCheckpoints {
        let linesBefore = bytes[..<stretch.lowerBound].count { $0 == UInt8(ascii: "\n") }
        return DamagedCheckpoints(path, line: linesBefore + 1, reason)
    }
}
