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
