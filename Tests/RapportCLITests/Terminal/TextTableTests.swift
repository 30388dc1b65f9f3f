import Testing

@testable import RapportCLI

@Suite struct TextTableTests {
    private let customers: TextTable = {
        var table = TextTable(columns: [.init("Customer"), .init("Value", .right), .init("备注")])
        table.append(row: ["张伟 (Zhang Wei)", "1,234.56 USD", "老客户👩‍👩‍👧 VIP"])
        table.append(row: ["Café ｆｕｌｌ 한국", "12 JPY", ""])
        table.append(row: ["O'Brien", "0.500 KWD", "new "])
        return table
    }()

    @Test func columnsAlignByDisplayWidth() {
        #expect(
            customers.render() == """
                Customer                   Value  备注
                ──────────────────  ────────────  ────────────
                张伟 (Zhang Wei)    1,234.56 USD  老客户👩‍👩‍👧 VIP
                Café ｆｕｌｌ 한국        12 JPY
                O'Brien                0.500 KWD  new
                """)
    }

    @Test func widestTextColumnsAreShortenedFirst() {
        #expect(
            customers.render(maximumWidth: 38) == """
                Customer            Value  备注
                ───────────  ────────────  ───────────
                张伟 (Zhan…  1,234.56 USD  老客户👩‍👩‍👧 V…
                Café ｆｕ…         12 JPY
                O'Brien         0.500 KWD  new
                """)
    }

    @Test func numbersStayWholeWhereNothingFits() {
        let lines = customers.render(maximumWidth: 5).split(separator: "\n")
        #expect(lines[2] == "张伟 …  1,234.56 USD  老客…")
        #expect(lines[1].count == 6 + 2 + 12 + 2 + 6)
    }

    @Test(arguments: 28...50)
    func shortenedTableKeepsToTheMaximum(width: Int) {
        for line in customers.render(maximumWidth: width).split(separator: "\n") {
            #expect(String(line).displayWidth <= width)
            #expect(line.last != " ")
        }
    }

    @Test func naturalWidthIsTheWidthOfTheRule() {
        let rule = customers.render().split(separator: "\n")[1]
        #expect(customers.naturalWidth == rule.count)
    }

    @Test func tableWithoutRowsIsItsHeader() {
        #expect(TextTable(columns: [.init("Name"), .init("n", .right)]).render() == "Name  n\n────  ─")
    }

    @Test func cellsCannotBreakTheLine() {
        var table = TextTable(columns: [.init("Name"), .init("n", .right)])
        table.append(row: ["a\nb\u{1B}[31m", "1"])
        #expect(table.render().hasSuffix("a b\u{FFFD}[31m  1"))
    }

    @Test func colourDoesNotMoveColumns() {
        var table = TextTable(columns: [.init("State", style: .green), .init("n", .right)])
        table.append(row: ["ok", "1"])
        #expect(
            table.render(colour: true) == """
                \u{1B}[1mState\u{1B}[0m  \u{1B}[1mn\u{1B}[0m
                \u{1B}[2m─────  ─\u{1B}[0m
                \u{1B}[32mok\u{1B}[0m     1
                """)
    }
}
