import Foundation
import Rapport
import Testing
import TestSupport

@Suite struct CSVReaderTests {
    /// What reading gives: rows with their lines, and mistakes.
    private enum Item: Equatable, CustomStringConvertible {
        case row(Int, [String])
        case mistake(String)

        var description: String {
            switch self {
            case .row(let line, let fields): "\(line): \(fields)"
            case .mistake(let text): text
            }
        }
    }

    private func read(_ bytes: [UInt8], delimiter: CSVDelimiter = .comma, fieldCount: Int? = nil) throws -> [Item] {
        var reader = CSVReader(bytes: bytes, delimiter: delimiter, fieldCount: fieldCount)
        var items: [Item] = []
        while true {
            do {
                guard let row = try reader.next() else { return items }
                items.append(.row(row.line, row.fields))
            } catch {
                items.append(.mistake(error.description))
                if error.isFinal { return items }
            }
        }
    }

    private func read(_ text: String, delimiter: CSVDelimiter = .comma, fieldCount: Int? = nil) throws -> [Item] {
        try read(Array(text.utf8), delimiter: delimiter, fieldCount: fieldCount)
    }

    @Test(arguments: [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
        ("\u{FEFF}a,b\n", [["a", "b"]]),
        ("a,,\n,,\n", [["a", "", ""], ["", "", ""]]),
        ("\"a\",\"b,c\"\n", [["a", "b,c"]]),
        ("\"a \"\"b\"\"\",c\n", [["a \"b\"", "c"]]),
        ("\"\",\"\"\"\"\n", [["", "\""]]),
        ("\"one\ntwo\",x\n", [["one\ntwo", "x"]]),
        ("\"one\r\ntwo\",x\r\n", [["one\r\ntwo", "x"]]),
        (" a , b \n", [[" a ", " b "]]),
        ("Größe,日本\n€,🧭\n", [["Größe", "日本"], ["€", "🧭"]]),
        ("\n\na\n\n\nb\n\n", [["a"], ["b"]]),
        ("", []),
        ("\u{FEFF}", []),
        ("a", [["a"]]),
        ("a,", [["a", ""]]),
        ("\"a\"", [["a"]]),
    ])
    func rowsAreRead(text: String, expected: [[String]]) throws {
        let rows = try read(text).map { item -> [String] in
            guard case .row(_, let fields) = item else { return ["\(item)"] }
            return fields
        }
        #expect(rows == expected)
    }

    @Test(arguments: [";", "\t", "|", " "] as [Character])
    func theDelimiterIsOfChoice(character: Character) throws {
        let delimiter = CSVDelimiter.character(try #require(character.asciiValue))
        #expect(try read("a,b\(character)c\n", delimiter: delimiter) == [.row(1, ["a,b", "c"])])
        #expect(try read("\"a\(character)b\"\n", delimiter: delimiter) == [.row(1, ["a\(character)b"])])
        #expect(try read("\(character)a\(character)\n", delimiter: delimiter) == [.row(1, ["", "a", ""])])
    }

    @Test(arguments: [
        (" 00001 19970101  1   11.77\r\n", [["00001", "19970101", "1", "11.77"]]),
        ("a b", [["a", "b"]]),
        ("a\t\tb \t\n\t c d\t", [["a", "b"], ["c", "d"]]),
        ("\u{FEFF} a b\n", [["a", "b"]]),
        ("a\r b\r", [["a"], ["b"]]),
        ("\n \n\t\r\na\n  ", [["a"]]),
        ("\"a b\" c\"\n", [["\"a", "b\"", "c\""]]),
        ("a,b c\n", [["a,b", "c"]]),
        ("Größe  日本\n€ 🧭\n", [["Größe", "日本"], ["€", "🧭"]]),
        ("", []), (" ", []), (" \n\t\n", []),
    ])
    func anyNumberOfBlanksMayStandBetweenFields(text: String, expected: [[String]]) throws {
        let rows = try read(text, delimiter: .blanks).map { item -> [String] in
            guard case .row(_, let fields) = item else { return ["\(item)"] }
            return fields
        }
        #expect(rows == expected)
    }

    @Test func rowsWithBlanksBetweenFieldsHaveLinesAndMistakes() throws {
        let items = try read(" a b\n \n 1\n 2 3 \n\n4 5 6", delimiter: .blanks)
        #expect(
            items == [
                .row(1, ["a", "b"]), .mistake("3:1: the row has 1 fields instead of 2"), .row(4, ["2", "3"]),
                .mistake("6:1: the row has 3 fields instead of 2"),
            ])
        let bytes = Array(" 1  ".utf8) + [0xFF] + Array(" \n ü ö\n".utf8)
        #expect(
            try read(bytes, delimiter: .blanks) == [.mistake("1:1: field 2 is not UTF-8"), .row(2, ["ü", "ö"])])
        #expect(
            try read("1\n", delimiter: .blanks, fieldCount: 2) == [.mistake("1:1: the row has 1 fields instead of 2")])
        let long = Array("a ".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: CSVReader.rowLimit)
        #expect(
            try read(long, delimiter: .blanks)
                == [.mistake("1:1: the row has more than 8388608 bytes; is a quotation mark missing?")])
    }

    @Test func aRowHasTheLineItBeginsOn() throws {
        let text = "a,b\n\n\"1\n2\r\n3\",x\r\n\ny,z\n"
        #expect(try read(text) == [.row(1, ["a", "b"]), .row(3, ["1\n2\r\n3", "x"]), .row(7, ["y", "z"])])
    }

    @Test(arguments: [
        ("a,b\n1\n3,4\n", ["1: a b", "2:1: the row has 1 fields instead of 2", "3: 3 4"]),
        ("a,b\n1,2,3\n3,4\n", ["1: a b", "2:1: the row has 3 fields instead of 2", "3: 3 4"]),
        ("a,b\n1,x\"y\n3,4\n", ["1: a b", "2:4: a quotation mark stands where none may", "3: 3 4"]),
        ("a,b\n\"1\"x,2\n3,4\n", ["1: a b", "2:3: a quotation mark stands where none may", "3: 3 4"]),
        ("a,b\n\"1\" ,2\n3,4\n", ["1: a b", "2:3: a quotation mark stands where none may", "3: 3 4"]),
        ("a,b\n\"1\n1\"x,2\n3,4\n", ["1: a b", "3:2: a quotation mark stands where none may", "4: 3 4"]),
        ("a,b\n1,\"2\n3,4\n", ["1: a b", "2:3: a quotation mark begins a field that does not end"]),
        ("\"", ["1:1: a quotation mark begins a field that does not end"]),
    ])
    func mistakesAreTold(text: String, expected: [String]) throws {
        let told = try read(text).map { item in
            switch item {
            case .row(let line, let fields): "\(line): \(fields.joined(separator: " "))"
            case .mistake(let text): String(text.prefix { $0 != ";" })
            }
        }
        #expect(told == expected)
    }

    @Test func bytesThatAreNoUTF8AreAMistakeOfTheirRow() throws {
        let bytes = Array("a,b\n1,".utf8) + [0xFF] + Array("\nü,ö\n".utf8)
        #expect(try read(bytes) == [.row(1, ["a", "b"]), .mistake("2:1: field 2 is not UTF-8"), .row(3, ["ü", "ö"])])
        // Half a character at the end of one field and half at the start of the next make no character.
        let split = Array("a,b\n".utf8) + [0xC3, UInt8(ascii: ","), 0xBC, UInt8(ascii: "\n")]
        #expect(try read(split) == [.row(1, ["a", "b"]), .mistake("2:1: field 1 is not UTF-8")])
    }

    @Test func aGivenNumberOfFieldsHoldsForTheFirstRowToo() throws {
        let items = try read("1,2\n1,2,3\n", fieldCount: 3)
        #expect(items == [.mistake("1:1: the row has 2 fields instead of 3"), .row(2, ["1", "2", "3"])])
    }

    @Test func aRowWithoutEndIsRefused() throws {
        let bytes = Array("a,b\n1,\"".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: CSVReader.rowLimit + 1)
        let items = try read(bytes)
        #expect(items.count == 2)
        #expect(items.last == .mistake("2:1: the row has more than 8388608 bytes; is a quotation mark missing?"))
    }

    /// The chunks a file is read in end anywhere: in the middle of a field, a character, a CR LF or a doubled quote.
    @Test func aFileIsReadAsItsBytesAre() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/large.csv"
        var text = "id,text\r\n"
        for number in 0..<40_000 {
            text += number % 3 == 0 ? "\(number),\"ä \"\"\(number)\"\"\r\n\"\r\n" : "\(number),plain \(number)\r\n"
        }
        try Data(text.utf8).write(to: URL(filePath: path))
        var file = try CSVReader(path: path)
        var memory = CSVReader(bytes: Array(text.utf8))
        var rows = 0
        while let row = try file.next() {
            let other = try memory.next()
            try #require(row.fields == other?.fields && row.line == other?.line)
            rows += 1
        }
        #expect(rows == 40_001)
        #expect(try memory.next()?.fields == nil)
    }

    @Test func aFileWithBlanksBetweenFieldsIsReadAsItsBytesAre() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/large.txt"
        var text = " id  word\r\n"
        for number in 0..<60_000 {
            text += String(repeating: " ", count: number % 7) + "\(number)"
            text += String(repeating: " ", count: number % 5 + 1) + "wörd\(number) \r\n"
        }
        try Data(text.utf8).write(to: URL(filePath: path))
        var file = try CSVReader(path: path, delimiter: .blanks)
        #expect(try file.next()?.fields == ["id", "word"])
        for number in 0..<60_000 {
            let row = try file.next()
            try #require(row?.fields == ["\(number)", "wörd\(number)"] && row?.line == number + 2)
        }
        #expect(try file.next()?.fields == nil)
    }

    @Test func aMissingFileIsTold() {
        #expect(throws: CSVError.self) { _ = try CSVReader(path: "/nowhere/at/all.csv") }
    }
}
