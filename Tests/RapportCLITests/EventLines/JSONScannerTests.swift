import Foundation
import Testing

@testable import RapportCLI

@Suite struct JSONScannerTests {
    @Test(arguments: [
        "{}", "[]", #"{"a":1}"#, " [1, -2.5e+10, 0, 0.1E3, true, false, null] ", #""\"\\\/\b\f\n\r\t\u00e9""#,
        #"{"a":{"b":[{}]},"名":"王"}"#, "\"\u{7F}\"",
    ])
    func wellFormedTextIsAValue(text: String) throws {
        let value = try JSONValue(Array(text.utf8)[...])
        #expect(value.text == text.trimmingCharacters(in: .whitespaces))
    }

    @Test(arguments: [
        ("", "a value at byte 1"), ("{", "a text in quotation marks at byte 2"),
        (#"{"a"}"#, "a colon at byte 5"), (#"{"a":}"#, "a value at byte 6"),
        (#"{"a":1,}"#, "a text in quotation marks at byte 8"), ("[1 2]", "a comma or the end of the array at byte 4"),
        ("[1,]", "a value at byte 4"), ("01", "nothing more at byte 2"), ("1.", "a digit at byte 3"),
        ("tru", "a value at byte 1"), (#""a"#, "the end of the text at byte 3"),
        ("\"a\nb\"", "no control character at byte 3"), (#""\x""#, "an escape at byte 3"),
        (#""\u12g4""#, "four hexadecimal digits at byte 4"), ("{} {}", "nothing more at byte 4"),
    ])
    func malformedTextIsRefusedWithItsPlace(text: String, expected: String) {
        #expect(throws: MalformedLine("expected \(expected)")) { try JSONValue(Array(text.utf8)[...]) }
    }

    @Test func depthIsLimited() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONValue(nested(100)[...])
        #expect(throws: MalformedLine.self) { try JSONValue(nested(101)[...]) }
    }

    @Test func textThatIsNotUTF8IsRefused() {
        #expect(throws: MalformedLine("expected UTF-8")) { try JSONValue([0x22, 0xFF, 0x22]) }
    }

    @Test func membersKeepTheirBytes() throws {
        let members = try JSONValue(Array(#"{"a" : { "x":1.50 } ,"\u0062":"\ud83d\ude00"}"#.utf8)[...]).members
        #expect(members.map(\.name) == ["a", "b"])
        #expect(members[0].value.text == #"{ "x":1.50 }"#)
        #expect(try members[1].value.string == "😀")
    }

    @Test(arguments: ["", "王小明 \"x\" \\ /", "a\u{0}\u{1F}\n\r\t\u{7F}", "😀 e\u{301}"])
    func quotedTextReadsBack(text: String) throws {
        let quoted = text.quotedAsJSON
        #expect(!quoted.contains("\n"))
        #expect(try JSONValue(Array(quoted.utf8)[...]).string == text)
    }
}
