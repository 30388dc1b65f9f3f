import Testing

@testable import RapportCLI

@Suite struct HTMLWriterTests {
    @Test(
        "what means something to HTML is shown as it is",
        arguments: [
            ("a < b & c > d", "a &lt; b &amp; c &gt; d"), ("\"'", "&quot;&#39;"), ("王小明 é", "王小明 é"),
            // An accent joins the sign before it to one character.
            ("<\u{301}script>", "&lt;\u{301}script&gt;"), ("\"\u{308}", "&quot;\u{308}"),
            ("a\u{0}b\u{1B}[31m", "a\u{FFFD}b\u{FFFD}[31m"), ("a\u{202E}b", "a\u{FFFD}b"), ("a\nb", "a b"),
        ] as [(String, String)])
    func textIsEscaped(text: String, html: String) {
        let written = HTMLWriter.escaped(text)
        #expect(Array(written.unicodeScalars) == Array(html.unicodeScalars))
        var page = HTMLWriter()
        page.line("p", [("title", text)], text)
        #expect(Array(page.text.utf8) == Array("<p title=\"\(html)\">\(html)</p>\n".utf8))
    }

    @Test("elements are ended in their order")
    func elementsEnd() {
        var page = HTMLWriter()
        page.element("ul") { page in
            page.element("li") { $0.write("1") }
            page.void("meta", [("name", "a")])
        }
        #expect(page.text == "<ul><li>1</li><meta name=\"a\">\n</ul>")
    }

    @Test("JSON within a script stays the same JSON and ends no script")
    func scriptJSON() throws {
        let text = "</script><!-- & \u{2028}\u{2029} é"
        let json = #"{"a":"\#(text)"}"#
        let written = HTMLWriter.scriptJSON(json)
        #expect(written == #"{"a":"\u003C/script\u003E\u003C!-- \u0026 \u2028\u2029 é"}"#)
        #expect(!HTMLWriter.endsElement(written))
        let read = try JSONTree(parsing: Array(written.utf8)).member("a")?.plainText ?? ""
        #expect(Array(read.unicodeScalars) == Array(text.unicodeScalars))
    }

    @Test(
        "what ends a script or a style is found whatever its letters",
        arguments: [
            ("a</script>", true), ("</SCRIPT", true), ("x</sTyLe >", true), ("<!--", true), ("</script\u{301}", true),
            ("< /script", false), ("a < b", false), ("", false),
        ] as [(String, Bool)])
    func endOfScript(content: String, ends: Bool) {
        #expect(HTMLWriter.endsElement(content) == ends)
    }

    @Test("names from outside command nothing in any part of a section")
    func sectionIsEscaped() throws {
        let name = "</script><img src=x onerror='alert(1)'>\""
        let chart = PageChart(
            id: "chart-1", kind: .bars, title: name, labels: [name], unit: name, digits: 0,
            value: .init(name, [1]))
        var table = PageTable(name, [.name(name), .figure("n")])
        table.append([.text(name), .count(1)])
        let section = PageSection(
            id: "one", title: name, parts: [.heading(name), .paragraph(name), .chart(chart), .table(table)])
        var page = HTMLWriter()
        page.element("body") { page in
            section.write(drawsCharts: true, to: &page)
        }
        page.verbatim("script", [("type", "application/json")], try PageChart.script(of: [chart]))
        let parsed = try ParsedPage("<!DOCTYPE html>\n" + page.text)
        #expect(Set(parsed.tags.map(\.name)).isDisjoint(with: ["img"]))
        #expect(parsed.tags.filter { $0.name == "script" }.count == 1)
        #expect(parsed.rows("one") == [[name, "1"]])
        #expect(parsed.values(of: "aria-label", "canvas") == [name])
        let json = try JSONTree(parsing: Array(parsed.scripts[0].utf8))
        guard case .array(let charts) = json else {
            Issue.record("no charts")
            return
        }
        #expect(charts[0].member("title")?.plainText == name)
    }
}
