import Testing

@Suite struct ModuleTests {
    /// Files outside LMDB that need the keyword `unsafe`, each for the reason beside it.
    private static let unsafeFiles: Set<String> = [
        "Sources/EventLog/Events/Timestamp.swift",  // the clock in whole microseconds; Foundation's is a Double
        "Sources/RapportCLI/Terminal/Terminal.swift",  // the width of the window
    ]

    @Test func everyFolderOfSourcesIsAKnownModule() throws {
        let targets = Set(try PackageFolder.handWritten(below: "Sources").map(\.target))
        #expect(targets == Set(Module.all.map(\.folder)))
    }

    @Test(arguments: Module.all)
    func modulesImportOnlyWhatTheyMayKnow(module: Module) throws {
        let forbidden = Module.names.subtracting(module.imports)
        let imports = try PackageFolder.handWritten(below: module.folder).flatMap { file in
            file.declarations.filter { $0.keyword == "import" && forbidden.contains(String($0.name)) }
                .map { "\(file.place($0.line)): \($0.name)" }
        }
        #expect(imports == [])
    }

    @Test func onlyLMDBHasUnsafeCode() throws {
        let files = try PackageFolder.handWritten(below: "Sources").filter { file in
            file.target != "Sources/LMDB" && file.code.contains { words(of: $0).contains("unsafe") }
        }
        #expect(Set(files.map(\.path)) == Self.unsafeFiles)
    }

    /// `@unchecked Sendable` and `nonisolated(unsafe)` tell the compiler to trust us; the comment says why it may.
    @Test func whatTheCompilerDoesNotCheckHasItsReasonBesideIt() throws {
        let unexplained = try PackageFolder.handWritten(below: "Sources").filter { file in
            let claims = file.code.count { $0.contains("@unchecked Sendable") || $0.contains("nonisolated(unsafe)") }
            return claims > file.comments.count { $0.contains("// Unchecked: ") }
        }
        #expect(unexplained.map(\.path) == [])
    }

    @Test func theRootHoldsOnlyWhatBelongsThere() throws {
        // SwiftPM writes Package.resolved; it is not committed.
        let known: Set = [
            "Package.swift", "Package.resolved", "Sources", "Tests", "Benchmarks", "schemas", "tools", "README.md",
        ]
        #expect(try PackageFolder.entries().filter { !$0.hasPrefix(".") && !known.contains($0) } == [])
    }

    private func words(of code: Substring) -> [Substring] {
        code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
    }
}
