import Foundation
import Testing

/// Flips a bit of the first byte of `text` wherever it stands in a file; pages that were rewritten stand there twice.
func flipBits(of text: String, in path: String) throws {
    var bytes = Array(try Data(contentsOf: URL(filePath: path)))
    let pattern = Array(text.utf8)
    var places = 0
    for start in 0...bytes.count - pattern.count where bytes[start] == pattern[0] {
        guard bytes[start..<start + pattern.count].elementsEqual(pattern) else { continue }
        bytes[start] ^= 1
        places += 1
    }
    #expect(places > 0)
    let file = try FileHandle(forUpdating: URL(filePath: path))
    try file.write(contentsOf: Data(bytes))
    try file.close()
}

/// Gives every page of a data file in which `text` stands another number in its header; answers which they are.
func renumberPages(with text: String, in path: String) throws -> Set<Int> {
    var bytes = Array(try Data(contentsOf: URL(filePath: path)))
    let pattern = Array(text.utf8)
    var pages: Set<Int> = []
    for start in 0...bytes.count - pattern.count where bytes[start..<start + pattern.count].elementsEqual(pattern) {
        pages.insert(start / 4096)
    }
    for page in pages { bytes[page * 4096] ^= 0x55 }
    #expect(!pages.isEmpty)
    let file = try FileHandle(forUpdating: URL(filePath: path))
    try file.write(contentsOf: Data(bytes))
    try file.close()
    return pages
}
