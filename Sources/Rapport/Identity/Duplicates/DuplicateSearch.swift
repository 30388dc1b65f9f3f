/// Compares records. Safe to use from several threads.
struct DuplicateSearch: Sendable {
    /// A pair by the places of its records, the first one before the other.
    struct Pair: Sendable {
        let first: Int
        let second: Int
        let scoreBp: Int
    }

    /// What a share of the comparisons gives.
    struct Found: Sendable {
        var pairs: [Pair] = []
        var compared = 0
    }

    /// Records whose pairs one core compares at a time.
    private static let share = 256

    private let records: Int
    private let blocks: DuplicateBlocks
    private let scoring: DuplicateScoring
    /// Pairs that are not compared: the place of the first before that of the second (``number(of:_:)``).
    private let settled: Set<UInt64>
    /// The points that a pair needs.
    private let leastPoints: Int

    /// - Parameters:
    ///   - settled: pairs of places that are not compared, the first before the second.
    ///   - minimumScore: the least score of a pair, in basis points.
    init(
        _ records: Int, _ blocks: DuplicateBlocks, _ scoring: DuplicateScoring, without settled: [(Int, Int)],
        minimumScore: Int
    ) {
        self.records = records
        self.blocks = blocks
        self.scoring = scoring
        self.settled = Set(settled.map { Self.number(of: $0.0, $0.1) })
        leastPoints = Evidence.points(forScoreBp: minimumScore)
    }

    private static func number(of first: Int, _ second: Int) -> UInt64 { UInt64(first) << 32 | UInt64(second) }

    /// All pairs, on all cores; in the order of the first.
    func pairs(_ bounds: DuplicateBounds) -> Found {
        let shares = SharedWork.outputs(of: records, inSharesOf: Self.share) { range -> Found in
            self.pairs(of: range, bounds)
        }
        var all = Found()
        for share in shares {
            all.pairs += share.pairs
            all.compared += share.compared
        }
        return all
    }

    private func pairs(of range: Range<Int>, _ bounds: DuplicateBounds) -> Found {
        var found = Found()
        var candidates: [Int] = []
        var marks = DuplicateBlocks.Marks(blocks)
        for first in range {
            blocks.collectCandidates(behind: first, into: &candidates, &marks)
            for second in candidates where !isSettled(first, second) {
                found.compared += 1
                if bounds.points(first, second) >= leastPoints { compare(first, second, &found) }
            }
        }
        return found
    }

    /// Those with one record.
    func pairs(with place: Int) -> Found {
        var found = Found()
        for other in blocks.candidates(for: place, all: true) {
            let (first, second) = (min(place, other), max(place, other))
            if isSettled(first, second) { continue }
            found.compared += 1
            compare(first, second, &found)
        }
        return found
    }

    private func isSettled(_ first: Int, _ second: Int) -> Bool {
        !settled.isEmpty && settled.contains(Self.number(of: first, second))
    }

    private func compare(_ first: Int, _ second: Int, _ found: inout Found) {
        let evidence = scoring.evidence(first, second)
        if evidence.points < leastPoints { return }
        found.pairs.append(Pair(first: first, second: second, scoreBp: evidence.scoreBp))
    }
}
