import Testing

@Suite struct DocumentationTests {
    private static let libraries = Module.all.filter(\.isLibrary)

    /// Declarations that a protocol of the standard library or of SwiftPM's usual company asks for, and documents.
    private static let requirements = [
        "func == ", "func < ", "func hash(into", "func encode(to", "init(from decoder", "init(rawValue",
        "var rawValue", "var description:", "var debugDescription:", "func makeAsyncIterator", "func next()",
        "typealias Element", "typealias RawValue",
    ]

    @Test func publicDeclarationsWithoutDocCommentBecomeFewer() throws {
        let undocumented = try Self.libraries.flatMap { try PackageFolder.handWritten(below: $0.folder) }
            .flatMap { file in
                file.declarations.filter { isUndocumented($0, in: file) }
                    .map { "\(file.place($0.line)): \($0.keyword) \($0.name)" }
            }
        Ratchet.undocumented.check(undocumented)
    }

    @Test(arguments: libraries)
    func everyLibraryModuleHasAPage(module: Module) throws {
        let page = try PackageFolder.text(of: "\(module.folder)/\(module.name).docc/\(module.name).md")
        #expect(page.hasPrefix("# ``\(module.name)``\n"))
        #expect(page.contains("\n- Invariant: "), "the page says what the module never does")
        #expect(page.contains("\n## Topics\n"))
    }

    @Test func theReadmeIsADoor() throws {
        let lines = try PackageFolder.text(of: "README.md").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 151, "150 lines and the end of the last one")
    }

    @Test func everyLinkOfTheReadmeLeadsToAFile() throws {
        let links = try PackageFolder.text(of: "README.md").split(separator: "](").dropFirst()
            .map { String($0.prefix { $0 != ")" && $0 != "#" }) }
            .filter { !$0.hasPrefix("https:") }
        #expect(links.filter { !PackageFolder.exists($0) } == [])
    }

    /// Each program of the README without its imports is what a test runs between two markers.
    @Test func theProgramsOfTheReadmeAreThoseThatATestRuns() throws {
        let programs = MarkdownCode.swiftBlocks(of: "README.md", try PackageFolder.text(of: "README.md"))
        let file = "Tests/RapportTests/ReadmeProgram.swift"
        let test = try #require(try PackageFolder.handWritten().first { $0.path == file })
        let marked = test.lines.split(omittingEmptySubsequences: false) { $0.contains("// README program: ") }
        #expect(programs.count == 2)
        try #require(marked.count == 1 + 2 * programs.count, "each program stands between a `begin` and an `end`")
        for (number, program) in programs.enumerated() {
            let imports = program.lines.filter { $0.hasPrefix("import ") }
            #expect(imports.filter { line in !test.lines.contains { $0.hasSuffix(line) } } == [])
            let body = program.lines.filter { !$0.hasPrefix("import ") }.drop { $0.isEmpty }
            #expect(Array(body) == marked[1 + 2 * number].map { MarkdownCode.trimmed($0) })
        }
    }

    @Test func swiftCodeInThePagesStandsInATest() throws {
        let tests = try PackageFolder.handWritten(below: "Tests").map { $0.lines.map { MarkdownCode.trimmed($0) } }
        let pages = try PackageFolder.files(below: "Sources").filter { $0.hasSuffix(".md") }
        let blocks = try pages.flatMap { MarkdownCode.swiftBlocks(of: $0, try PackageFolder.text(of: $0)) }
        let untested = blocks.filter { block in !tests.contains { block.isContained(in: $0) } }
        #expect(untested.map { "\($0.page):\($0.line)" } == [])
    }

    private func isUndocumented(_ declaration: Declaration, in file: SourceFile) -> Bool {
        guard declaration.isPublic, declaration.keyword != "import" else { return false }
        let separator = declaration.name.isEmpty && declaration.keyword != "func" ? "" : " "
        let signature = "\(declaration.keyword)\(separator)\(declaration.rest)"
        if Self.requirements.contains(where: { signature.hasPrefix($0) }) { return false }
        // Attributes and plain comments may stand between a declaration and its doc comment.
        var index = declaration.line - 2
        while index >= 0 {
            let comment = MarkdownCode.trimmed(file.comments[index])
            if comment.hasPrefix("///") { return false }
            guard MarkdownCode.trimmed(file.code[index]).hasPrefix("@") || comment.hasPrefix("//") else { return true }
            index -= 1
        }
        return true
    }
}
