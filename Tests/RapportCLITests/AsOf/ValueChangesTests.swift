import Testing

@testable import RapportCLI

/// What two answers differ in.
@Suite struct ValueChangesTests {
    private func changes(_ from: String?, _ to: String?) throws -> [String] {
        let trees = try [from, to].map { text in try text.map { try JSONTree(parsing: Array($0.utf8)) } }
        return ValueChanges.between(trees[0], trees[1]).map { change in
            "\(change.path): \(change.from?.text ?? "-") \(change.to?.text ?? "-")"
        }
    }

    @Test(
        arguments: [
            (#"{"a":1,"b":[1,2]}"#, #"{"b":[1,2],"a":1}"#, []),
            (#"{"a":1}"#, #"{"a":2}"#, ["a: 1 2"]),
            (#"{"a":1}"#, #"{"b":1}"#, ["a: 1 -", "b: - 1"]),
            (#"{"a":1}"#, #"{"a":1.0}"#, ["a: 1 1.0"]),
            (#"{"a":null}"#, "{}", ["a: null -"]),
            (#"{"a":[]}"#, #"{"a":{}}"#, ["a: [] {}"]),
            (#"{"a":[1,2]}"#, #"{"a":[1,3,4]}"#, ["a[1]: 2 3", "a[2]: - 4"]),
            // By their names, wherever they stand.
            (
                #"{"a":[{"name":"x","v":1},{"name":"y","v":2}]}"#, #"{"a":[{"name":"z","v":3},{"name":"y","v":4}]}"#,
                [#"a[x].name: "x" -"#, "a[x].v: 1 -", "a[y].v: 2 4", #"a[z].name: - "z""#, "a[z].v: - 3"]
            ),
            (#"{"a":[{"name":"x"},{"name":"y"}]}"#, #"{"a":[{"name":"y"},{"name":"x"}]}"#, []),
            // By their numbers where names are no use.
            (
                #"{"a":[{"group":"x","v":1},{"group":"x","v":2}]}"#, #"{"a":[{"group":"x","v":2}]}"#,
                ["a[0].v: 1 2", #"a[1].group: "x" -"#, "a[1].v: 2 -"]
            ),
            (#"{"a":[]}"#, #"{"a":[{"name":"x"}]}"#, [#"a[x].name: - "x""#]),
            (nil, #"{"a":1,"b":[]}"#, ["a: - 1", "b: - []"]), (#"{"a":{"b":1}}"#, nil, ["a.b: 1 -"]), (nil, nil, []),
        ] as [(String?, String?, [String])])
    func eachValueThatDiffersIsNamedOnce(from: String?, to: String?, expected: [String]) throws {
        #expect(try changes(from, to) == expected)
    }

    // MARK: Words

    @Test(
        arguments: [
            (["profile", "C-1", "--json", "--data", "crm"], ["profile", "C-1"]),
            (["funnel", "--data=crm", "--at", "2017-06-30", "-v", "--as-of=7"], ["funnel", "--at", "2017-06-30"]),
            (["find", "--wait", "5", "--at-least", "9", "x", "--csv", "--verbose"], ["find", "x"]),
            (["find", "--data", "crm", "--", "--json"], ["find", "--", "--json"]), ([], []),
        ] as [([String], [String])])
    func aQuestionIsTheWordsThatSayWhatIsAsked(words: [String], question: [String]) throws {
        let parted = try QuestionWords(words, without: QuestionWords.form, QuestionWords.moment)
        #expect(parted.question == question)
    }

    @Test func anOptionWithoutItsValueIsWrongUsage() {
        #expect(throws: (any Error).self) { _ = try QuestionWords(["find", "--data"], without: [], ["--data"]) }
    }
}
