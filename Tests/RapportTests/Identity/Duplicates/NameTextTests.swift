@testable import Rapport
import Testing

/// Names in the form that they are compared in.
@Suite struct NameTextTests {
    static func words(_ name: String, _ kind: NameText.Kind = .person) -> [String] {
        (NameText(name, kind)?.tokens ?? []).map { String(decoding: $0.plain, as: UTF8.self) }
    }

    static func match(_ left: String, _ right: String, _ kind: NameText.Kind = .person) -> NameLikeness.Match? {
        guard let left = NameText(left, kind), let right = NameText(right, kind) else { return nil }
        let match = left.likeness(to: right).match
        #expect(right.likeness(to: left).match == match, "either order")
        return match
    }

    @Test(arguments: [
        ("Anna Müller", ["anna", "muller"]), ("Dr. Anna  MÜLLER", ["anna", "muller"]), ("O’Brien", ["obrien"]),
        ("Anne-Marie Weiß", ["anne", "marie", "weiss"]), ("Søren Ægir", ["soren", "aegir"]), ("Ａｎｎａ", ["anna"]),
        ("Ludwig van Beethoven", ["ludwig", "beethoven"]), ("Dr", ["dr"]), ("张伟", ["zhang", "wei"]),
        ("欧阳小明", ["ouyang", "xiaoming"]), ("曾国藩先生", ["zeng", "guofan"]), ("王", ["wang"]), (" - ", []), ("", []),
    ])
    func wordsOfPersons(name: String, words: [String]) {
        #expect(Self.words(name) == words)
    }

    @Test(arguments: [
        ("Alder Foods GmbH", ["alder", "foods"]), ("Alder Foods S.A.", ["alder", "foods"]),
        ("Müller & Co. KG", ["muller"]), ("GmbH", ["gmbh"]), ("上海晨光包装有限公司", ["shanghai", "chenguang", "baozhuang"]),
        ("晨光集团有限公司", ["chenguang"]), ("A. B. C. Ltd", ["abc"]),
    ])
    func wordsOfOrganisations(name: String, words: [String]) {
        #expect(Self.words(name, .organisation) == words)
    }

    @Test(arguments: [
        ("Anna Müller", "anna muller", NameLikeness.Match.same), ("Anna Müller", "Anna Mueller", .spelling),
        ("Anna Mueller", "Anna Muller", .spelling), ("Jörg Weiß", "Joerg Weiss", .spelling),
        ("Anna Smith", "Smith, Anna", .order), ("Annemarie Weiss", "Anne-Marie Weiss", .joined),
        ("张伟", "张伟", .same), ("张伟", "Zhang Wei", .script), ("张伟", "Wei Zhang", .script),
        ("张伟", "zhangwei", .script), ("王小明", "Wang Xiao Ming", .script), ("王小明", "Xiaoming WANG", .script),
        ("欧阳明", "Ming Ouyang", .script), ("曾明", "Zeng Ming", .script), ("吕明", "Lv Ming", .script),
        ("王伟", "王玮", .sound), ("王小明", "王小刚", .similar(TokenLikeness.leastSimilar)), ("王小明", "李大刚", .different),
        ("王伟", "王芳", .different),
        ("Anna Maria Smith", "Anna Smith", .longer(1)), ("Ben Smith", "Benjamin Smith", .shortForm),
        ("Bob Smith", "Robert Smith", .shortForm), ("A. Smith", "Anna Smith", .initial),
        ("Anna", "Anna Smith", .incomplete), ("Anna Smith", "Anna Taylor", .partly),
        ("Anna Smith", "Karl Olsen", .different),
    ])
    func likeness(left: String, right: String, match: NameLikeness.Match) {
        #expect(Self.match(left, right) == match)
    }

    @Test(arguments: [("Anna Schmidt", "Anna Schmitd"), ("Katherine Olsen", "Katherine Olson")])
    func typosAreAlike(left: String, right: String) throws {
        guard case .similar(let similarity)? = Self.match(left, right) else {
            Issue.record("\(left) and \(right) are not alike")
            return
        }
        #expect(similarity > 8_400)
    }

    @Test(arguments: [
        ("Alder Foods Leeds Ltd", "Alder Foods Leeds Limited", NameLikeness.Match.same),
        ("上海晨光包装有限公司", "上海晨光包装股份有限公司", .same), ("上海晨光包装有限公司", "Shanghai Chenguang Baozhuang Co., Ltd.", .script),
        ("上海晨光包装有限公司", "晨光包装", .longer(1)), ("Alder Foods Leeds", "Copper Foods Leeds", .partly),
    ])
    func likenessOfOrganisations(left: String, right: String, match: NameLikeness.Match) {
        #expect(Self.match(left, right, .organisation) == match)
    }

    @Test func nothingIsComparedWithoutALetter() {
        #expect(NameText("...", .person) == nil)
        #expect(NameText("  ", .organisation) == nil)
    }

    @Test func theSoundOfAWord() {
        func sound(_ word: String) -> String { String(decoding: Spelling.sound(Array(word.utf8)), as: UTF8.self) }
        #expect(sound("smith") == sound("smyth"))
        #expect(sound("nilsson") == sound("nilson"))
        #expect(sound("clara") == sound("klara"))
        #expect(sound("smith") != sound("taylor"))
    }
}
