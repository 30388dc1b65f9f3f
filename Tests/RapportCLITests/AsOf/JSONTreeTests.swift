import Foundation
import Testing

@testable import RapportCLI

/// Answers taken apart into values, and put together in one way.
@Suite struct JSONTreeTests {
    private func tree(_ text: String) throws -> JSONTree { try JSONTree(parsing: Array(text.utf8)) }

    @Test(arguments: [
        (#" { "b" : 1 , "a" : [ true , false , null ] } "#, #"{"a":[true,false,null],"b":1}"#),
        (
            #"{"a":1.0,"b":-0,"c":1e400,"d":12345678901234567890}"#,
            #"{"a":1.0,"b":-0,"c":1e400,"d":12345678901234567890}"#
        ),
        (#""\u00e9\n\/""#, "\"é\\n/\""),
        (#"{"Z":1,"a":2,"é":3,"\u0061b":4}"#, #"{"Z":1,"a":2,"ab":4,"é":3}"#),
        (#"{"a":2,"a":1}"#, #"{"a":2,"a":1}"#),
        ("[]", "[]"), ("{}", "{}"), ("\"\"", "\"\""),
        // Half of a surrogate pair is no character.
        (#""\ud800""#, #""\\ud800""#),
    ])
    func everyValueIsWrittenInOneWay(text: String, expected: String) throws {
        #expect(try tree(text).text == expected)
        #expect(try tree(expected).text == expected)
    }

    @Test(arguments: ["", "{", #"{"a"}"#, "[1,]", "01", "nul", #""a"#, "1 2", String(repeating: "[", count: 200)])
    func whatIsNoJSONIsRefused(text: String) {
        #expect(throws: MalformedLine.self) { _ = try tree(text) }
    }

    /// The digest is that of the bytes of the text, as anybody computes it: `printf '{"a":1}' | sha256sum`.
    @Test func theDigestIsTheSHA256OfTheText() throws {
        #expect(
            try tree(#"{ "a": 1 }"#).digest == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862")
    }

    @Test func aTextOfOtherBytesIsAnotherText() throws {
        let (composed, decomposed) = (try tree("\"\u{E9}\""), try tree("\"e\u{301}\""))
        #expect(!composed.isSame(as: decomposed))
        #expect(ValueChanges.between(composed, decomposed).count == 1)
    }

    @Test func numbersAreEncodedAsTheyStand() throws {
        for text in ["0", "-7", "9223372036854775807", "18446744073709551615", "0.1", "100.25"] {
            #expect(try JSONTree(encoding: [try tree(text)]).text == "[\(text)]")
        }
    }

    // MARK: Names of elements

    @Test(
        arguments: [
            (#"{"id":"A","name":"B"}"#, ["A"]), (#"{"customerID":"C-1","name":"Ada","match":"word"}"#, ["C-1"]),
            (#"{"name":"phone","value":"1","eventID":"x"}"#, ["phone"]),
            (#"{"currency":"EUR","pipeline":"sales","stage":"offer","open":1}"#, ["sales", "offer", "EUR"]),
            (#"{"period":"2017-03","group":"north","since":"2017-03-01T00:00:00Z"}"#, ["north", "2017-03"]),
            (#"{"currency":""}"#, [""]), (#"{"deals":1}"#, nil), (#"{"at":"2017-03-01T00:00:00Z"}"#, nil), ("7", nil),
        ] as [(String, [String]?)])
    func anElementIsCalledByItsIdOrItsTexts(element: String, names: [String]?) throws {
        #expect(try tree(element).names == names)
    }
}
