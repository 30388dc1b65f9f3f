/// What was said once of two ids: that they are the same person, or that they are not.
///
/// Of two persons the last word counts about any id of the one and any id of the other. So a "different" holds until
/// somebody says "same" later, whichever of their ids that is about.
struct SamenessWord: Hashable, Sendable {
    let areDifferent: Bool
    /// What was said later has the greater one; a position is one.
    let order: UInt64

    init(areDifferent: Bool, order: UInt64) {
        self.areDifferent = areDifferent
        self.order = order
    }

    /// Nil for a decision that says neither: to suspect it, or to put it off, takes nothing back.
    init?(_ decision: DuplicateDecision, order: UInt64) {
        switch decision {
        case .same: self.init(areDifferent: false, order: order)
        case .different: self.init(areDifferent: true, order: order)
        default: return nil
        }
    }

    /// The word that counts, of all that were said of two persons, in whatever order they are given; nil for none.
    static func last(of words: [SamenessWord]) -> SamenessWord? {
        words.max { $0.order < $1.order }
    }
}
