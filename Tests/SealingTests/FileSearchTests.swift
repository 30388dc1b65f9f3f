import Foundation
import LMDB
import TestSupport
import Testing

/// The search that other tests trust when it finds nothing.
@Suite struct FileSearchTests {
    private let directory: TemporaryDirectory
    private let secret = Array("张伟 <z.wei@example.org>".utf8)

    init() throws { directory = try TemporaryDirectory() }

    private func write(_ bytes: [UInt8], to name: String) throws {
        try DurableFile.createDirectory(directory.path + "/below/it")
        try DurableFile.replace(directory.path + "/below/it/" + name, with: bytes)
    }

    private func found() throws -> [String] { try files(below: directory.path, holding: secret) }

    @Test("bytes are found in every form in which programs leave them, wherever they begin", arguments: 0..<5)
    func forms(start: Int) throws {
        let padding = Array("abcdefgh".utf8.prefix(start))
        let padded = padding + secret + Array("rest".utf8)
        let hexadecimal = padded.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        let base64 = Data(padded).base64EncodedString()
        let forAddresses = base64.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        var forms = ["raw": padded]
        forms["hexadecimal"] = Array(hexadecimal.utf8)
        forms["capitals"] = Array(hexadecimal.uppercased().utf8)
        forms["base64"] = Array(base64.utf8)
        forms["base64 for addresses"] = Array(forAddresses.utf8)
        let units = Array(String(decoding: padded, as: UTF8.self).utf16)
        forms["utf-16"] = padding + units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        forms["utf-16 the other way"] = padding + units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        for (name, bytes) in forms { try write(bytes, to: name) }
        try write(Array("something else".utf8), to: "other")
        #expect(try found() == forms.keys.map { "below/it/" + $0 }.sorted())
    }

    @Test("nothing is found where one byte differs")
    func differs() throws {
        var changed = secret
        changed[changed.count / 2] ^= 1
        try write(changed, to: "changed")
        try write(Array(secret.dropLast()), to: "short")
        #expect(try found() == [])
    }
}
