@testable import Rapport
import Testing

@Suite struct JaroWinklerTests {
    /// The examples of W. E. Winkler, "Overview of Record Linkage and Current Research Directions" (2006), table 6.
    @Test(arguments: [
        ("MARTHA", "MARHTA", 9_611), ("DIXON", "DICKSONX", 8_133), ("DWAYNE", "DUANE", 8_400),
        ("SHACKLEFORD", "SHACKELFORD", 9_818), ("DUNNINGHAM", "CUNNIGHAM", 8_963), ("NICHLESON", "NICHULSON", 9_556),
        ("JONES", "JOHNSON", 8_324), ("MASSEY", "MASSIE", 9_333), ("HARDIN", "MARTINEZ", 7_222),
        ("ITMAN", "SMITH", 4_667), ("ABCVWXYZ", "CABVWXYZ", 9_583),
    ])
    func publishedExamples(left: String, right: String, similarity: Int) {
        #expect(JaroWinkler.similarity(Array(left.utf8), Array(right.utf8)) == similarity)
        #expect(JaroWinkler.similarity(Array(right.utf8), Array(left.utf8)) == similarity)
    }

    @Test func theEndsOfTheScale() {
        #expect(JaroWinkler.similarity(Array("anna".utf8), Array("anna".utf8)) == JaroWinkler.whole)
        #expect(JaroWinkler.similarity(Array("anna".utf8), Array("ole".utf8)) == 0)
        #expect(JaroWinkler.similarity(Array("anna".utf8), []) == 0)
        #expect(JaroWinkler.similarity([UInt8](), []) == JaroWinkler.whole)
    }

    @Test func whatIsTooLongIsNotLookedAt() {
        let long = [UInt8](repeating: 7, count: 1_000)
        #expect(JaroWinkler.similarity(long, long + [8]) == JaroWinkler.whole)
    }
}
