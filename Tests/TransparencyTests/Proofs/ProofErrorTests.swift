import Testing
import Transparency

@Suite struct ProofErrorTests {
    @Test(
        "an error is told in one line",
        arguments: [
            (.outOfRange(index: 9, size: 8), "there is no leaf 9, counted from 0, in a tree of 8 leaves"),
            (.emptyRange, "a proof of a range needs a leaf or more"),
            (
                .shrunk(oldSize: 9, newSize: 8),
                "the old tree has 9 leaves, the new one only 8: a log never gets shorter"
            ),
            (.wrongLength(expected: 3, found: 2), "the proof has 2 hashes; expected 3"),
            (.wrongRoot, "the proof leads to another root than expected"),
            (.wrongOldRoot, "the proof leads to another old root than expected"),
        ] as [(ProofError, String)])
    func descriptions(error: ProofError, text: String) {
        #expect("\(error)" == text)
    }
}
