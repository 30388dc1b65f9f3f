import Testing

@testable import RapportCLI

/// The words of a page in both languages.
@Suite struct PageWordsTests {
    @Test(
        "a length of time has the units of the language",
        arguments: [
            (850, "850 ms", "850 毫秒"), (125_000, "2 min 5 s", "2 分 5 秒"), (273_600_000, "3 d 4 h", "3 天 4 小时"),
            (-3_600_000, "-1 h", "-1 小时"), (0, "0 s", "0 秒"),
        ] as [(Int64, String, String)])
    func durations(milliseconds: Int64, english: String, chinese: String) {
        #expect(PageWords(language: .english).duration(milliseconds) == english)
        #expect(PageWords(language: .chinese).duration(milliseconds) == chinese)
    }

    @Test("tables that are too wide for paper are printed in small letters")
    func wideTables() {
        for (count, name) in [(12, "table"), (13, "table wide")] {
            var page = HTMLWriter()
            PageTable("Wide", (0..<count).map { PageTable.Column.figure("\($0)") }).write(to: &page)
            #expect(page.text.hasPrefix("<div class=\"\(name)\">"))
        }
    }

    @Test("a metric of the own staff is called as people call it")
    func metrics() {
        let words = PageWords(language: .english)
        #expect(words.metric("enps", nil, nil) == "eNPS")
        #expect(words.metric("csat", "service", nil) == "CSAT · service")
    }
}
