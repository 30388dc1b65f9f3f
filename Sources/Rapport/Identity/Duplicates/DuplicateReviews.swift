internal import EventLog

/// What was said of pairs of customers and leads, by the persons that they are now.
///
/// Decisions are about the ids that events name. Two persons were said to be different when any pair of their ids was,
/// unless something else was said of this pair since, or any pair of their ids was said to be the same later.
struct DuplicateReviews {
    /// Two ids in byte order.
    private struct Pair: Hashable {
        let first: Tag
        let second: Tag

        init(_ one: Tag, _ other: Tag) {
            (first, second) = one < other ? (one, other) : (other, one)
        }
    }

    private var reviews: [Pair: DuplicateReview] = [:]

    /// Reads what was said up to `position`. O(reviews).
    ///
    /// - Throws: ``UnreadableEvent``, `DamagedLog`, errors of the storage layer.
    init(in crm: some CRMState, to position: Position, by persons: DuplicatePersons) throws {
        let hindsight = try crm.history.view(in: crm.log, asOf: position)
        // The newest of each pair of ids.
        var newest: [Pair: DuplicateReview] = [:]
        let events = try crm.log.events(try Query(types: [DuplicateReviewed.eventType]), to: position)
        for event in events {
            let seen = SeenEvent(event, through: hindsight)
            if seen.isAnnulled { continue }
            let message = try seen.recorded.message(DuplicateReviewed.self)
            guard let first = try? Tag(message.first), let second = try? Tag(message.second),
                let review = DuplicateReview(message, at: event.position)
            else { continue }
            newest[Pair(first, second)] = review
        }
        for (pair, review) in newest.sorted(by: { $0.value.position < $1.value.position }) {
            let (first, second) = (persons.person(of: pair.first), persons.person(of: pair.second))
            if first == second { continue }
            let both = Pair(first, second)
            if reviews[both]?.decision == .different, review.decision != .different, review.decision != .same {
                continue
            }
            reviews[both] = review
        }
    }

    /// What was said of two persons or leads; nil where nothing was.
    func review(of first: Tag, _ second: Tag) -> DuplicateReview? {
        reviews.isEmpty ? nil : reviews[Pair(first, second)]
    }

    /// The pairs of persons and leads that nobody is to be asked about at `time`: they are different, or it is too
    /// early. In no order; the first of a pair is before the second in byte order.
    func settled(at time: Timestamp) -> [(first: Tag, second: Tag)] {
        reviews.compactMap { pair, review -> (first: Tag, second: Tag)? in
            let isSettled: Bool =
                switch review.decision {
                case .different: true
                case .snoozed: review.until.map { time < $0 } ?? false
                case .same, .suspected: false
                }
            if !isSettled { return nil }
            return (first: pair.first, second: pair.second)
        }
    }
}

extension DuplicateReview {
    /// Nil for a decision that this program does not know.
    fileprivate init?(_ message: DuplicateReviewed, at position: Position) {
        guard let decision = Decision(message.decision) else { return nil }
        self.init(
            decision: decision, until: message.untilUs > 0 ? Timestamp(microseconds: message.untilUs) : nil,
            position: position)
    }
}

extension DuplicateReview.Decision {
    /// Nil for one that is not stated, or that this program does not know.
    init?(_ decision: DuplicateDecision) {
        switch decision {
        case .suspected: self = .suspected
        case .same: self = .same
        case .different: self = .different
        case .snoozed: self = .snoozed
        case .unspecified, .UNRECOGNIZED: return nil
        }
    }

    /// As events have it.
    var inEvents: DuplicateDecision {
        switch self {
        case .suspected: .suspected
        case .same: .same
        case .different: .different
        case .snoozed: .snoozed
        }
    }
}
