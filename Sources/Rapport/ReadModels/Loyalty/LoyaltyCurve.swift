public import EventLog

/// What a score is worth (R26): how many of those who gave it ordered again within a horizon.
///
/// An answer is mature when its horizon is over; shares are of mature answers alone. Shares of a person's several
/// answers are not independent of each other, which intervals and tests take them for: ``LoyaltyQuestion/firstOnly``
/// counts one for each person.
public struct LoyaltyCurve: Codable, Sendable, Hashable {
    /// How many answers there are, and after how many of them an order came.
    public struct Count: Codable, Sendable, Hashable {
        /// Answers with a score.
        public let answered: Int
        /// Those of them whose horizon is over.
        public let matured: Int
        /// Those of them whose horizon is not over: they are in no share.
        public let immature: Int
        /// Mature answers after which the person ordered within the horizon.
        public let repurchased: Int
        /// repurchased / matured, in basis points rounded half up; nil without mature answers.
        public let repurchasedBp: Int64?
        /// The same share with its interval of 95 %; nil without mature answers.
        public let share: WilsonInterval?
    }

    /// The answers with one score.
    public struct Score: Codable, Sendable, Hashable {
        /// The score that was given.
        public let score: Int
        /// The answers with this score.
        public let count: Count
        /// The share where shares must not fall with the score, 0 to 1; nil without mature answers.
        public let fitted: Double?
    }

    /// How many times as likely an order is after one score as after another.
    public struct Ratio: Codable, Sendable, Hashable {
        /// A ratio with its interval of 95 %.
        public struct Estimate: Codable, Sendable, Hashable {
            /// Above 0.
            public let ratio: Double
            /// The lower bound; above 0.
            public let lower: Double
            /// The upper bound.
            public let upper: Double
        }

        /// The greatest score of the scale.
        public let score: Int
        /// The score below it, with which it is compared.
        public let other: Int
        /// The first share over the second one; nil where the second is 0.
        public let ratio: Double?
        /// The lower bound of the interval of 95 %; nil where a share is 0 or both are 1.
        public let lower: Double?
        /// The upper bound; nil where a share is 0 or both are 1.
        public let upper: Double?
        /// With ½ added to each count; nil where the interval needs no such correction.
        public let corrected: Estimate?
    }

    /// Whether a sum of shares is above 0.
    public struct Contrast: Codable, Sendable, Hashable {
        /// The score that a step leads to, or at which the curve bends.
        public let score: Int
        /// The step or the bend; of shares from 0 to 1.
        public let value: Double
        /// Its standard error.
        public let standardError: Double
        /// The value in standard errors; nil where the standard error is 0.
        public let z: Double?
        /// The probability of such a z or a greater one where the value is truly 0; nil where there is no z.
        public let pValue: Double?
    }

    /// Whether the curve rises ever more steeply, on a scale of five scores.
    public struct Convexity: Codable, Sendable, Hashable {
        /// The share of each score less that of the score below.
        public let steps: [Contrast]
        /// At each score between others, the step after it less the step before it.
        public let bends: [Contrast]
        /// The bend at the score below the greatest: above 0 in a zone of affection.
        public let affection: Contrast
    }

    /// A share less another one.
    public struct Difference: Codable, Sendable, Hashable {
        /// −1 to 1.
        public let difference: Double
        /// The lower bound of the interval of 95 %, −1 to 1.
        public let lower: Double
        /// The upper bound, −1 to 1.
        public let upper: Double
    }

    /// What complaints do, by what had come of them when the person answered: the recovery paradox is that those who
    /// complained and were told what came of it are more loyal than those who never complained.
    public struct Recovery: Codable, Sendable, Hashable {
        /// Answers of persons who had not complained by then.
        public let never: Count
        /// Answers of persons who had complained, and of each complaint had been told within the horizon.
        public let recovered: Count
        /// Answers of persons who of some complaint had not been told by then, or not within the horizon.
        public let unrecovered: Count
        /// The share of those who recovered less that of those who never complained; nil without either.
        public let recoveredLessNever: Difference?
        /// The share of those who recovered less that of those who did not; nil without either.
        public let recoveredLessUnrecovered: Difference?
    }

    /// What is in no share.
    public struct LeftOut: Codable, Sendable, Hashable {
        /// Answers of known persons without a score.
        public let withoutScore: Int
        /// Answers with a score of nobody who is known; by quarters of an hour.
        public let anonymous: Int
        /// Answers without a score of nobody who is known; by quarters of an hour.
        public let anonymousWithoutScore: Int
        /// Where only the first answer counts, the further ones with a score.
        public let repeated: Int
    }

    /// `nps`, `csat`, `ces`, `enps` or `rating`.
    public let metric: String
    /// The survey asked about; nil takes all together.
    public let survey: String?
    /// The question asked about; nil takes all.
    public let question: String?
    /// Within how many days an order counts.
    public let horizonDays: Int
    /// Whether of each person only the first answer counts.
    public let firstOnly: Bool
    /// The first day of answers asked for; nil is unbounded.
    public let from: String?
    /// The last day of answers asked for, included; nil is unbounded.
    public let to: String?
    /// The IANA zone that days belong to.
    public let zone: String
    /// As of then.
    public let now: Timestamp
    /// Persons who gave the answers with a score.
    public let persons: Int
    /// Of each score of the scale, the lowest first; nothing where there are no answers with a score.
    public let scores: [Score]
    /// All scores together.
    public let overall: Count
    /// The greatest score to the one below it; nil where one of them has no mature answers.
    public let topRatio: Ratio?
    /// Whether the curve bends upwards; nil for other scales than of five scores, and where a score has no mature
    /// answers.
    public let convexity: Convexity?
    /// The same answers by the complaints before them.
    public let recovery: Recovery
    /// What was left out.
    public let leftOut: LeftOut
    /// The position that the answer is of.
    public let position: Position
}
