@testable import Rapport
import Testing
import TestSupport

@Suite struct FileNamePatternTests {
    @Test(
        "a star stands for any characters, a question mark for one",
        arguments: [
            ("a.csv", "a.csv", true), ("a.csv", "b.csv", false), ("*.csv", "a.csv", true), ("*.csv", ".csv", true),
            ("*.csv", "a.csv.gz", false), ("*", "", true), ("", "", true), ("", "a", false), ("?", "", false),
            ("?", "客", true), ("a*b*c", "abc", true), ("a*b*c", "a-b-b-c", true), ("a*b*c", "acb", false),
            ("*a?", "aab", true), ("**", "x", true), ("订单_*.csv", "订单_2024.csv", true),
        ])
    func matches(pattern: String, name: String, isMatch: Bool) {
        #expect(FileNamePattern.matches(pattern, name) == isMatch)
    }

    /// By trying everything.
    private func matchesPlainly(_ pattern: Substring, _ name: Substring) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        if first == "*" {
            return matchesPlainly(pattern.dropFirst(), name)
                || !name.isEmpty && matchesPlainly(pattern, name.dropFirst())
        }
        guard let character = name.first, first == "?" || first == character else { return false }
        return matchesPlainly(pattern.dropFirst(), name.dropFirst())
    }

    @Test("it answers as trying everything does")
    func likeTryingEverything() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<5_000 {
            let pattern = String(
                (0..<Int.random(in: 0...7, using: &random)).map { _ in "ab?*".randomElement(using: &random) ?? "a" })
            let name = String(
                (0..<Int.random(in: 0...7, using: &random)).map { _ in "ab".randomElement(using: &random) ?? "a" })
            #expect(
                FileNamePattern.matches(pattern, name) == matchesPlainly(pattern[...], name[...]), "\(pattern) \(name)")
        }
    }

    @Test("many stars take no longer than others")
    func manyStars() {
        let pattern = String(repeating: "a*", count: 100) + "b"
        #expect(!FileNamePattern.matches(pattern, String(repeating: "a", count: 200)))
    }
}
