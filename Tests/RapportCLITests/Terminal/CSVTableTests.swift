import Testing

@testable import RapportCLI

@Suite struct CSVTableTests {
    @Test func everyLineEndsWithALineFeedAndTheHeaderIsAlwaysThere() {
        var table = CSVTable(columns: ["stage", "open", "openValue"])
        #expect(table.text == "stage,open,openValue\n")
        table.append(row: ["询价 Quote", "2", "-30000"])
        table.append("lead", Int64(1), nil)
        table.append("", true, 0.5)
        #expect(table.text == "stage,open,openValue\n询价 Quote,2,-30000\nlead,1,\n,true,0.5\n")
    }

    @Test(arguments: [
        ("", ""), ("plain text", "plain text"), ("a,b", #""a,b""#), (#"5" pipe"#, #""5"" pipe""#), ("\"", "\"\"\"\""),
        ("two\nlines", "\"two\nlines\""), ("two\r\nlines", "\"two\r\nlines\""), ("a\r", "\"a\r\""),
        (" before", #"" before""#), ("after ", #""after ""#), ("\ttab", "\"\ttab\""), ("in a\ttab", "in a\ttab"),
        ("\"\u{301}", "\"\"\"\u{301}\""), (",\u{301}", "\",\u{301}\""), ("=1+1", "=1+1"),
        ("Müller; Söhne", "Müller; Söhne"),
    ])
    func cellsAreQuotedWhereReadersNeedIt(cell: String, line: String) {
        #expect(Array(CSVTable.line(of: [cell, "x"]).utf8) == Array((line + ",x").utf8))
    }

    @Test func aSingleEmptyCellIsNoEmptyLine() {
        var table = CSVTable(columns: ["dimension"])
        table.append(row: [""])
        #expect(table.text == "dimension\n\"\"\n")
    }
}
