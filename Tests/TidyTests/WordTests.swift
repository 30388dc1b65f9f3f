import Testing

@Suite struct WordTests {
    /// Names that say nothing about what a thing does.
    private static let emptyWords: Set<String> = [
        "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Common", "Misc",
    ]
    /// Empty at the end of a name only: an account has a manager, and a customer base is one.
    private static let emptyEndings: Set<String> = ["Manager", "Base"]

    @Test func typesAndFilesHaveNamesThatSaySomething() throws {
        let empty = try PackageFolder.handWritten().flatMap { file in
            let types = file.declarations.filter { $0.namesType && Self.isEmpty($0.name) }
            let parts = file.path.split { $0 == "/" || $0 == "+" || $0 == "." }.filter { Self.isEmpty($0) }
            return types.map { "\(file.place($0.line)): \($0.name)" } + parts.map { "\(file.path): \($0)" }
        }
        #expect(empty == [])
    }

    @Test(arguments: [
        ("StringHelper", true), ("CommonTypes", true), ("EventManager", true), ("ModelBase", true),
        ("ManagerAssigned", false), ("CBaseline", false), ("HTTPServer", false), ("Commonwealth", false),
    ])
    func emptyNamesAreKnownByTheirWords(name: String, isEmpty: Bool) {
        #expect(Self.isEmpty(name[...]) == isEmpty)
    }

    @Test func nothingIsLeftToDo() throws {
        let leftovers = try PackageFolder.handWritten().flatMap { file in
            file.comments.indices.filter { index in
                file.comments[index].split { !$0.isLetter }.contains { ["FIXME", "TODO", "XXX"].contains($0) }
            }
            .map { file.place($0 + 1) }
        }
        #expect(leftovers == [])
    }

    /// A programmer error is a precondition whose message says what was expected; unfinished code is not committed.
    @Test func nothingEndsInFatalError() throws {
        let endings = try PackageFolder.handWritten().flatMap { file in
            file.code.indices.filter { file.code[$0].contains("fatalError(") }.map { file.place($0 + 1) }
        }
        #expect(endings == [])
    }

    @Test func everyFileHoldsCode() throws {
        let empty = try PackageFolder.handWritten().filter { $0.code.allSatisfy { $0.allSatisfy(\.isWhitespace) } }
        #expect(empty.map(\.path) == [])
    }

    private static func isEmpty(_ name: Substring) -> Bool {
        let words = words(of: name)
        return words.contains { emptyWords.contains($0) } || words.last.map { emptyEndings.contains($0) } ?? false
    }

    /// `EventManager` -> `Event`, `Manager`: a capital letter begins a word.
    private static func words(of name: Substring) -> [String] {
        name.reduce(into: []) { words, character in
            if character.isUppercase || words.isEmpty { words.append("") }
            words[words.count - 1].append(character)
        }
    }
}
