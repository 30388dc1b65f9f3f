internal import EventLog

extension CRMState {
    /// Customers and leads that may be the same, with what speaks for it: the review queue.
    ///
    /// Records are the persons as they are known now, one for all ids that were merged, and leads that were not
    /// converted. What is compared is normalised: e-mail addresses and phone numbers as in `lookup`, names whatever
    /// their script, order and spelling, companies without their legal forms, addresses. Only records that share
    /// something are compared, and the score is the probability that the evidence gives. Pairs that are one person
    /// already, that were said to be different, or that it is too early to ask about again, are left out.
    ///
    /// Personal values are opened on the way, of everybody whose data may be used; that the persons of the pairs of the
    /// answer are shown is noted before. Nothing is kept.
    ///
    /// O(events of customers and leads, and pairs that share something); about a kilobyte for each record while it
    /// lasts.
    ///
    /// - Throws: ``DuplicateRefusal/unknown(id:)`` when nothing is known of whom the question is about;
    ///   ``UnreadableEvent``; `MasterKeyRefusal`; `DamagedLog`, and errors of the storage layer.
    public func duplicates(_ question: DuplicateQuestion = DuplicateQuestion()) throws -> Duplicates {
        let position = horizon ?? log.head
        let identity = try self.identity(at: position)
        let conversions = try Conversions(in: log, history, until: position)
        let reading = try DuplicateReading(
            self, to: position, conversions, withholding: try reader.withholding(in: identity))
        let persons = DuplicatePersons(identity: identity, conversions: conversions)
        let reviews = try DuplicateReviews(in: self, to: position, by: persons)
        if let asked = question.of { try requireKnown(asked, to: position) }
        let finder = DuplicateFinder(
            reading.records(by: identity), reviews, question, about: question.of.map { persons.person(of: $0) })
        let found = finder.pairs()
        let answer = Duplicates(
            pairs: found.pairs.map { finder.shown($0) }, total: found.total, records: finder.records.count,
            compared: found.compared, crowded: finder.crowded, withheld: reading.withheldCount, position: position)
        return try answer.noted(by: reader, naming: found.pairs.flatMap { finder.nameBearers(of: $0) })
    }

    private func requireKnown(_ id: Tag, to position: Position) throws {
        let extent = try log.read(Query(tag: id), to: position, limit: 1) { _ in true }
        if extent.last == nil { throw DuplicateRefusal.unknown(id: id) }
    }
}

/// Which customer an id stands for: a lead that was converted for the one that it became, a merged id for the person's.
struct DuplicatePersons {
    let identity: IdentityView
    let conversions: Conversions

    func person(of id: Tag) -> Tag {
        guard id.names(oneOf: ["lead"]) else { return identity.canonical(of: id) }
        guard let customer = conversions.others(than: id).first(where: { $0.names(oneOf: ["customer"]) }) else {
            return id
        }
        return identity.canonical(of: customer)
    }
}

/// Finds pairs among records.
struct DuplicateFinder {
    typealias Pair = DuplicateSearch.Pair

    struct Found {
        /// No more than the question asks for.
        let pairs: [Pair]
        let total: Int
        let compared: Int
    }

    /// Whose pairs are found.
    private enum Scope {
        case everybody
        /// The record at a place.
        case one(Int)
        /// Nothing is known to compare of whom the question is about.
        case nobody
    }

    /// In byte order of their ids.
    let records: [DuplicateRecord]
    private let scope: Scope
    private let blocks: DuplicateBlocks
    private let scoring: DuplicateScoring
    private let reviews: DuplicateReviews
    private let question: DuplicateQuestion

    /// - Parameters:
    ///   - records: in byte order of their ids.
    ///   - asked: the id that stands for the one whose pairs are found; nil for those of all.
    init(
        _ records: [DuplicateRecord], _ reviews: DuplicateReviews, _ question: DuplicateQuestion, about asked: Tag?
    ) {
        self.records = records
        self.reviews = reviews
        self.question = question
        if let asked {
            let place = Self.place(of: asked, in: records)
            scope = place.map { Scope.one($0) } ?? .nobody
            blocks = place.map { DuplicateBlocks(records, of: $0) } ?? DuplicateBlocks([])
        } else {
            scope = .everybody
            blocks = DuplicateBlocks(records)
        }
        scoring = DuplicateScoring(records, blocks)
    }

    /// O(log(records)).
    private static func place(of id: Tag, in records: [DuplicateRecord]) -> Int? {
        var (low, high) = (0, records.count)
        while low < high {
            let middle = low + (high - low) / 2
            if records[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low < records.count && records[low].id == id ? low : nil
    }

    /// How many values more records share than are compared; of the one whom the question is about.
    var crowded: Int { blocks.crowded }

    /// The pairs that the question asks for.
    func pairs() -> Found {
        let search = DuplicateSearch(
            records.count, blocks, scoring, without: settledPairs(), minimumScore: question.minimumScore)
        let found: DuplicateSearch.Found =
            switch scope {
            case .everybody: search.pairs(DuplicateBounds(records, scoring))
            case .one(let place): search.pairs(with: place)
            case .nobody: DuplicateSearch.Found()
            }
        // Records are in the order of their ids.
        let sorted = found.pairs.sorted { ($1.scoreBp, $0.first, $0.second) < ($0.scoreBp, $1.first, $1.second) }
        return Found(
            pairs: Array(sorted.prefix(max(0, question.limit))), total: sorted.count, compared: found.compared)
    }

    /// Nobody is to be asked about them now.
    private func settledPairs() -> [(Int, Int)] {
        if question.includeReviewed { return [] }
        return reviews.settled(at: question.time).compactMap { pair -> (Int, Int)? in
            guard let first = Self.place(of: pair.first, in: records),
                let second = Self.place(of: pair.second, in: records)
            else { return nil }
            return (first, second)
        }
    }

    // MARK: Showing

    /// A pair with names and reasons.
    func shown(_ pair: Pair) -> DuplicatePair {
        let (first, second) = (records[pair.first], records[pair.second])
        let reasons = scoring.evidence(pair.first, pair.second).reasons
        return DuplicatePair(
            first: first.id, second: second.id, firstName: first.shownName?.text, secondName: second.shownName?.text,
            scoreBp: pair.scoreBp,
            reasons: reasons.sorted { ($1.points.magnitude, $0.word) < ($0.points.magnitude, $1.word) },
            review: reviews.review(of: first.id, second.id), withheld: nil)
    }

    /// The ids that the names of a pair are of, with the ids that stand for them.
    func nameBearers(of pair: Pair) -> [(person: Tag, bearer: Tag)] {
        [pair.first, pair.second].map { (records[$0].id, records[$0].shownName?.of ?? records[$0].id) }
    }
}

extension Duplicates {
    /// The answer without the names that may not be shown; that the others are shown is noted.
    fileprivate func noted(
        by reader: PersonalReader, naming bearers: [(person: Tag, bearer: Tag)]
    ) throws -> Duplicates {
        let subjects = Set(bearers.flatMap { [$0.person, $0.bearer] }).sorted().map(\.text)
        let withheld = try reader.noteAccess(to: subjects, asking: "duplicates")
        if withheld.isEmpty { return self }
        var reasons: [Tag: Withheld] = [:]
        for (person, bearer) in bearers {
            if let reason = withheld[bearer.text] ?? withheld[person.text] { reasons[person] = reason }
        }
        let pairs = pairs.map { pair in
            var pair = pair
            if let reason = reasons[pair.first] { (pair.firstName, pair.withheld) = (nil, reason) }
            if let reason = reasons[pair.second] { (pair.secondName, pair.withheld) = (nil, reason) }
            return pair
        }
        return Duplicates(
            pairs: pairs, total: total, records: records, compared: compared, crowded: crowded,
            withheld: self.withheld, position: position)
    }
}
