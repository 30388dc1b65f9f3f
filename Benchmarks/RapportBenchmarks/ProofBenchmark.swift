import Audit
import EventLog
import LMDB
import Transparency

/// How large proofs are, and how long it takes to make one and to check it.
struct ProofBenchmark {
    private let trail: AuditTrail
    private let note: SignedNote
    private let checkpoint: TreeCheckpoint
    /// The log's key, which whoever checks a proof knows.
    private let key: VerifierKey
    /// Proofs of each kind, of random positions.
    private let times: Int

    init(_ trail: AuditTrail, _ note: SignedNote, _ key: VerifierKey, times: Int) throws {
        self.trail = trail
        self.note = note
        checkpoint = try TreeCheckpoint(parsing: note.text)
        self.key = key
        self.times = times
    }

    func run() throws {
        try inclusion()
        try consistency()
        try files()
    }

    /// What was seen of one kind of proof.
    private struct Figures {
        /// Milliseconds.
        var made: [Double] = []
        var checked: [Double] = []
        /// Bytes.
        var sizes: [Double] = []

        var text: String {
            "made in \(Self.microseconds(made)), checked in \(Self.microseconds(checked)); "
                + "\(number(Spread(sizes).median)) bytes, at most \(number(Spread(sizes).highest))"
        }

        private static func microseconds(_ times: [Double]) -> String {
            let (half, most) = (Spread.quantile(0.5, of: times), Spread.quantile(0.99, of: times))
            return "p50 \(number(half * 1000)) us, p99 \(number(most * 1000)) us"
        }
    }

    private func inclusion() throws {
        var random = SplitMix(state: 11)
        var figures = Figures()
        for _ in 0..<times {
            let index = UInt64.random(in: 0..<checkpoint.size, using: &random)
            let leaf = try trail.tree.hash(level: 0, index: index)
            let start = uptime()
            let proof = try trail.tree.inclusionProof(of: Position(index + 1), size: checkpoint.size)
            figures.made.append(milliseconds(since: start))
            let middle = uptime()
            try MerkleProof.verifyInclusion(
                leaf: leaf, index: index, size: checkpoint.size, proof: proof, root: checkpoint.root)
            figures.checked.append(milliseconds(since: middle))
            figures.sizes.append(Double(proof.count * Hash256.byteCount))
        }
        line("inclusion of an event", figures.text)
    }

    private func consistency() throws {
        var random = SplitMix(state: 12)
        var figures = Figures()
        for _ in 0..<times {
            let (start, middle, end, bytes) = try consistency(
                from: UInt64.random(in: 1...checkpoint.size, using: &random))
            figures.made.append(Double(middle - start) / 1e6)
            figures.checked.append(Double(end - middle) / 1e6)
            figures.sizes.append(bytes)
        }
        line("consistency from a random size", figures.text)
        let tenth = max(1, checkpoint.size / 10)
        let bytes = try consistency(from: tenth).bytes
        line("consistency from \(tenth) to \(checkpoint.size)", "\(number(bytes)) bytes")
    }

    /// When the proof was begun, made and checked, by the clock of ``uptime()``.
    private func consistency(
        from size: UInt64
    ) throws -> (start: UInt64, middle: UInt64, end: UInt64, bytes: Double) {
        let root = try trail.tree.root(size: size)
        let start = uptime()
        let proof = try trail.tree.consistencyProof(from: size, to: checkpoint.size)
        let middle = uptime()
        try MerkleProof.verifyConsistency(
            oldSize: size, oldRoot: root, newSize: checkpoint.size, newRoot: checkpoint.root, proof: proof)
        return (start, middle, uptime(), Double(proof.count * Hash256.byteCount))
    }

    /// From the log to the text of a file, and from the text to the event, signature included.
    private func files() throws {
        var random = SplitMix(state: 13)
        var figures = Figures()
        for _ in 0..<times {
            let position = Position(UInt64.random(in: 1...checkpoint.size, using: &random))
            let start = uptime()
            let text = try trail.prove(position, in: note, personalParts: true).encoded
            figures.made.append(milliseconds(since: start))
            let middle = uptime()
            guard try check(text).position == position else { throw Disagreement("the proof is of another event") }
            figures.checked.append(milliseconds(since: middle))
            figures.sizes.append(Double(text.utf8.count))
        }
        line("file .tlog-proof of an event", figures.text)
    }

    /// The event in the log that the key has signed.
    private func check(_ text: String) throws -> EventOpening {
        let proof = try TransparencyLogProof(parsing: text)
        _ = try proof.checkpoint.verify(with: [key])
        let signed = try TreeCheckpoint(parsing: proof.checkpoint.text)
        let opening = try EventOpening(parsing: proof.extra ?? [])
        try MerkleProof.verifyInclusion(
            leaf: opening.leafHash, index: proof.index, size: signed.size, proof: proof.hashes, root: signed.root)
        _ = try opening.recorded()
        return opening
    }
}
