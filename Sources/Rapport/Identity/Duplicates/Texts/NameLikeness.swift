/// What two names have in common.
struct NameLikeness: Equatable, Sendable {
    /// How they agree or not; the order has no meaning.
    enum Match: Equatable, Sendable {
        /// The same words in the same order.
        case same
        /// The same words in another order.
        case order
        /// The same but for spellings of one letter, as Müller and Mueller.
        case spelling
        /// The same, written together or apart.
        case joined
        /// One in Chinese characters, and the other in their reading.
        case script
        /// Two Chinese names that are read alike.
        case sound
        /// One is the other with so many words more.
        case longer(Int)
        /// A familiar form stands for a given name, or the beginning of a word for all of it.
        case shortForm
        /// An initial stands for a word.
        case initial
        /// The words are alike; how much the least alike are, in ten-thousandths.
        case similar(Int)
        /// One of them says too little to contradict the other.
        case incomplete
        /// Some words are the same, others contradict each other.
        case partly
        /// They have nothing in common.
        case different
    }

    let match: Match
    /// Words of one with those of the other that they agree with.
    let shared: [SharedToken]

    /// A word that both have.
    struct SharedToken: Equatable, Sendable {
        let left: NameToken
        let right: NameToken
    }
}

extension NameText {
    /// What this name has in common with another one. The same for either order. O(words²).
    func likeness(to other: NameText) -> NameLikeness {
        if isHan, other.isHan { return hanLikeness(to: other) }
        let pairs = TokenPair.best(tokens, other.tokens)
        let shared = pairs.map { NameLikeness.SharedToken(left: tokens[$0.left], right: other.tokens[$0.right]) }
        let byWords = match(by: pairs, other)
        switch byWords {
        case .same, .order, .spelling:
            return NameLikeness(match: isHan != other.isHan ? .script : byWords, shared: shared)
        default:
            guard isSameWrittenTogether(as: other) else { return NameLikeness(match: byWords, shared: shared) }
            // The side of more words says more of how rare the name is.
            let many = tokens.count >= other.tokens.count ? tokens : other.tokens
            return NameLikeness(
                match: isHan != other.isHan ? .script : .joined,
                shared: many.map { NameLikeness.SharedToken(left: $0, right: $0) })
        }
    }

    private func match(by pairs: [TokenPair], _ other: NameText) -> NameLikeness.Match {
        let few = min(tokens.count, other.tokens.count)
        let extra = max(tokens.count, other.tokens.count) - few
        guard pairs.count == few else { return pairs.isEmpty ? .different : .partly }
        let weakest = pairs.map(\.likeness.value).min() ?? 0
        if few == 1, extra > 0 { return weakest >= TokenLikeness.familiar.value ? .incomplete : .partly }
        let kinds = pairs.map(\.likeness.kind)
        if kinds.contains(.initial) { return kinds.allSatisfy { $0 == .initial } ? .incomplete : .initial }
        if kinds.contains(.familiar) { return .shortForm }
        if kinds.contains(.similar) { return .similar(weakest) }
        if extra > 0 { return .longer(extra) }
        let places = pairs.sorted { $0.left < $1.left }.map(\.right)
        if places != places.sorted() { return .order }
        return kinds.contains(.spelling) ? .spelling : .same
    }

    /// Whether the words are the same letters in a row, whichever word comes first.
    private func isSameWrittenTogether(as other: NameText) -> Bool {
        let (few, many) = tokens.count <= other.tokens.count ? (self, other) : (other, self)
        let letters = few.joined()
        guard letters.count >= 4, letters.count == many.tokens.reduce(0, { $0 + $1.short.count }) else { return false }
        return few.tokens.indices.contains { start in
            let letters = few.joined(from: start)
            return many.tokens.indices.contains { many.joined(from: $0) == letters }
        }
    }

    // MARK: Chinese

    private func hanLikeness(to other: NameText) -> NameLikeness {
        let inOrder = zip(tokens, other.tokens).map { NameLikeness.SharedToken(left: $0, right: $1) }
        if han == other.han { return NameLikeness(match: .same, shared: inOrder) }
        if tokens.count == other.tokens.count, inOrder.allSatisfy({ $0.left.short == $0.right.short }) {
            return NameLikeness(match: .sound, shared: inOrder)
        }
        let shared = TokenPair.best(tokens, other.tokens)
            .map { NameLikeness.SharedToken(left: tokens[$0.left], right: other.tokens[$0.right]) }
        let (few, many) = han.count <= other.han.count ? (han, other.han) : (other.han, han)
        if few.count >= 4 {
            if many.starts(with: few) || many.suffix(few.count).elementsEqual(few) {
                return NameLikeness(match: .longer(1), shared: shared)
            }
            let similarity = JaroWinkler.similarity(few, many)
            if similarity >= Self.leastHanSimilarity {
                return NameLikeness(match: .similar(similarity), shared: shared)
            }
            return NameLikeness(match: shared.isEmpty ? .different : .partly, shared: shared)
        }
        // One of three characters is another one. A family name alone is shared by too many to say anything.
        let isAlike = few.count == 3 && many.count == 3 && zip(few, many).count(where: { $0 == $1 }) == 2
        return NameLikeness(match: isAlike ? .similar(TokenLikeness.leastSimilar) : .different, shared: shared)
    }

    private static let leastHanSimilarity = 8_800
}

/// How alike two words of names are.
struct TokenLikeness: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case same
        case spelling
        case familiar
        case initial
        case similar
    }

    /// In ten-thousandths.
    let value: Int
    let kind: Kind

    static let familiar = TokenLikeness(value: 9_200, kind: .familiar)
    private static let initial = TokenLikeness(value: 8_800, kind: .initial)
    /// Words that are less alike are different ones.
    static let leastSimilar = 8_400

    private init(value: Int, kind: Kind) {
        self.value = value
        self.kind = kind
    }

    /// Nil for different words.
    init?(_ left: NameToken, _ right: NameToken) {
        if left.plain == right.plain {
            self.init(value: JaroWinkler.whole, kind: .same)
        } else if left.short == right.short {
            self.init(value: JaroWinkler.whole, kind: .spelling)
        } else if let group = left.group, group == right.group {
            self = Self.familiar
        } else {
            let (few, many) =
                left.short.count <= right.short.count ? (left.short, right.short) : (right.short, left.short)
            if few.count == 1 {
                guard many.first == few.first else { return nil }
                self = Self.initial
            } else if few.count >= 3, many.starts(with: few) {
                self = Self.familiar
            } else {
                let similarity = JaroWinkler.similarity(left.short, right.short)
                guard similarity >= Self.leastSimilar else { return nil }
                self.init(value: similarity, kind: .similar)
            }
        }
    }
}

/// A word of one name with the word of another that it is most like.
private struct TokenPair {
    let left: Int
    let right: Int
    let likeness: TokenLikeness

    /// The pairs of words that are most alike, each word in one pair at most: the most alike are taken first.
    static func best(_ left: [NameToken], _ right: [NameToken]) -> [TokenPair] {
        var pairs: [TokenPair] = []
        for (leftIndex, leftToken) in left.enumerated() {
            for (rightIndex, rightToken) in right.enumerated() {
                guard let likeness = TokenLikeness(leftToken, rightToken) else { continue }
                pairs.append(TokenPair(left: leftIndex, right: rightIndex, likeness: likeness))
            }
        }
        // Of those that are as alike the nearest, and then the first.
        pairs.sort { $0.rank < $1.rank }
        var chosen: [TokenPair] = []
        for pair in pairs where !chosen.contains(where: { $0.left == pair.left || $0.right == pair.right }) {
            chosen.append(pair)
        }
        return chosen
    }

    private var rank: (Int, Int, Int, Int) { (-likeness.value, abs(left - right), left + right, left) }
}
