internal import Foundation

/// The files below a folder that hold `bytes` in any form in which programs leave them: as they are, in hexadecimal
/// digits, in base64 wherever in a longer text they begin, and where they are UTF-8, in UTF-16.
///
/// - Parameter bytes: six or more: shorter ones stand everywhere by chance.
/// - Returns: paths from the folder on, sorted.
package func files(below folder: String, holding bytes: [UInt8]) throws -> [String] {
    precondition(bytes.count >= 6, "fewer than six bytes are found everywhere")
    let forms = searchedForms(of: bytes)
    return try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().filter { name in
        // Files come and go while somebody writes.
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name),
            attributes[.type] as? FileAttributeType == .typeRegular,
            let content = FileManager.default.contents(atPath: folder + "/" + name)
        else { return false }
        return forms.contains { content.range(of: $0) != nil }
    }
}

private func searchedForms(of bytes: [UInt8]) -> [Data] {
    let hexadecimal = bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    var texts = [hexadecimal, hexadecimal.uppercased()]
    for start in 0..<3 {
        // Three bytes give four characters, whatever stands around them.
        let threes = bytes.dropFirst(start).prefix((bytes.count - start) / 3 * 3)
        let text = Data(threes).base64EncodedString()
        texts.append(text)
        texts.append(
            text.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_"))
    }
    var forms = [Data(bytes)] + texts.map { Data($0.utf8) }
    if let text = String(validating: bytes, as: UTF8.self) {
        forms.append(Data(text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }))
        forms.append(Data(text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }))
    }
    return forms
}
