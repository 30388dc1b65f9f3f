import Testing

/// The rules are only as good as their reading of the code.
@Suite struct SourceFileTests {
    @Test(arguments: [
        (#"a /* { /* } */ { */ b"#, "a b"),
        (#"a // b"#, "a"),
        (#"f("{ // no comment") // {"#, "f( )"),
        (#"f("\(g("}") { $0 }) }")"#, "f( g( ) { $0 } )"),
        (##"f(#"\("#) }"##, "f( ) }"),
        ("f(\"\"\"\n  \" {\n  \"\"\", x)", "f( , x)"),
        (#"f("\\") { }"#, "f( ) { }"),
    ])
    func codeIsWhatIsLeftWithoutCommentsAndStrings(source: String, code: String) {
        let words = SourceSplitter.split(source).code.split { $0.isWhitespace }
        #expect(words.joined(separator: " ") == code)
    }

    @Test func commentsAreKeptWhereTheyStand() {
        let (code, comments) = SourceSplitter.split("let a = \"x\" // é {\n/// b\n")
        #expect(code == "let a =            \n     \n")
        #expect(comments == "            // é {\n/// b\n")
    }

    @Test(arguments: [
        ("    public static func make() {", "func", ["public", "static"]),
        ("@inlinable public var x: Int { 1 }", "var", ["public"]),
        ("@Test(arguments: [f(1)]) func holds() {", "func", []),
        ("public private(set) var x = 1", "var", ["public", "private"]),
        ("final class Writer: Sendable {", "class", ["final"]),
        ("class func make() {", "func", ["class"]),
        ("public init?(_ text: String) {", "init", ["public"]),
    ])
    func declarationsAreKnownByTheirKeyword(line: String, keyword: String, modifiers: [String]) throws {
        let declaration = try #require(Declaration(line[...], line: 1))
        #expect(declaration.keyword == keyword)
        #expect(declaration.modifiers.map { String($0) } == modifiers)
    }

    @Test(arguments: ["self.init(1)", ".init(1)", "variable = 1", "return function()", "}", ""])
    func otherLinesDeclareNothing(line: String) {
        #expect(Declaration(line[...], line: 1) == nil)
    }

    @Test(arguments: [
        ("func f() { 1 }", 1),
        ("func f(\n    _ body: () -> Void = {}\n) {\n    \"}\"\n}\nlet a = 1", 5),
        ("init() {\n    if a { b }\n    // }\n}", 4),
        ("var a: Int {\n    f {\n    }\n}", 4),
        ("var a: [Int] = []\nfunc f() {\n}", nil),
        ("func f()\n}", nil),
    ])
    func aFunctionEndsAtItsBrace(source: String, lineCount: Int?) {
        #expect(SourceFile(path: "a.swift", text: source).declarations.first?.lineCount == lineCount)
    }

    @Test func blocksOfOtherLanguagesAreNotSwift() {
        let page = "a\n```\nlet a = 1\n```\n```swift\nlet b = {\n    2\n}\n```\n"
        let blocks = MarkdownCode.swiftBlocks(of: "page", page)
        #expect(blocks.map(\.lines) == [["let b = {", "2", "}"]])
        #expect(blocks.map(\.line) == [6])
        #expect(blocks.allSatisfy { $0.isContained(in: ["x", "let b = {", "2", "}", "y"]) })
        #expect(!blocks.contains { $0.isContained(in: ["let b = {", "3", "}"]) })
    }
}
