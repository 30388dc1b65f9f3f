import Testing

@testable import RapportCLI

/// Where values stand in answers.
@Suite struct ValuePathTests {
    private static let answer = #"""
        {"won": 3, "a.b": 1, "total": {"open": 2},
         "fields": [{"name": "phone", "value": "1"}, {"name": "last nps score", "value": "10"},
                    {"name": "a/b", "value": "x"}, {"name": "", "value": "y"}],
         "stages": [{"pipeline": "sales", "stage": "lead", "currency": "EUR", "open": 1},
                    {"pipeline": "sales", "stage": "lead", "currency": "USD", "open": 2},
                    {"pipeline": "sales", "stage": "offer", "currency": "EUR", "open": 4}],
         "cohorts": [{"period": "2017", "orders": 5}, {"period": "2018", "orders": 6}],
         "counts": [7, 8], "twins": [{"group": "x", "n": 1}, {"group": "x", "n": 2}]}
        """#

    private func tree() throws -> JSONTree { try JSONTree(parsing: Array(Self.answer.utf8)) }

    @Test(arguments: [
        ("won", "3"), ("total.open", "2"), (#""a.b""#, "1"), ("fields[phone].value", "\"1\""),
        ("fields[last nps score].value", "\"10\""), (#"fields["a/b"].value"#, "\"x\""), (#"fields[""].value"#, "\"y\""),
        ("stages[sales/lead/USD].open", "2"), (#"cohorts["2018"].orders"#, "6"), ("counts[1]", "8"),
        ("twins[1].n", "2"), ("total", #"{"open":2}"#),
    ])
    func everyPathReadsBackAndLeadsToItsValue(text: String, value: String) throws {
        let path = try #require(ValuePath(argument: text))
        #expect(path.description == text)
        #expect(try path.value(in: tree())?.text == value)
        #expect(try path.resolved(in: tree())?.description == text)
    }

    /// A person types less than a program.
    @Test(arguments: [
        ("stages[offer].open", "stages[sales/offer/EUR].open"),
        ("stages[lead/USD].open", "stages[sales/lead/USD].open"),
        ("fields[1].value", "fields[last nps score].value"), ("cohorts[2017].orders", #"cohorts["2017"].orders"#),
        ("cohorts[1].orders", #"cohorts["2018"].orders"#), ("stages[2].open", "stages[sales/offer/EUR].open"),
    ])
    func aShortPathIsTheWholeOne(short: String, whole: String) throws {
        #expect(try ValuePath(argument: short)?.resolved(in: tree())?.description == whole)
    }

    @Test(arguments: [
        "lost", "total.open.x", "won[0]", "counts[2]", "counts[x]", "fields[email].value", "stages[lead].open",
        "stages[USD/lead].open", "stages.open", "twins[x].n", "total[0]",
    ])
    func whatIsNotThereOrNotOneIsNothing(text: String) throws {
        let path = try #require(ValuePath(argument: text))
        #expect(try path.resolved(in: tree()) == nil)
    }

    @Test(arguments: [
        "", ".", "won.", ".won", "a..b", "a[", "a[]", "a]", "a[1", "a[1]b", "a[x/]", "a[/x]", #"a""#, #""a"#, #"a["x]"#,
        #"a["\q"]"#, "a[99999999999999999999]", "a[x]]",
    ])
    func whatIsNoPathIsRefused(text: String) {
        #expect(ValuePath(argument: text) == nil)
    }

    @Test func everyValueHasAPathThatLeadsToIt() throws {
        var paths: [String] = []
        let tree = try tree()
        tree.forEachValue { path, value in
            paths.append(path.description)
            #expect(path.value(in: tree)?.isSame(as: value) == true, "\(path)")
            #expect(ValuePath(argument: path.description)?.value(in: tree)?.isSame(as: value) == true, "\(path)")
        }
        #expect(paths.count == 33)
        #expect(Set(paths).count == paths.count)
    }
}
