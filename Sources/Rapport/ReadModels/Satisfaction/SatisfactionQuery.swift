public import EventLog
internal import LMDB
internal import Projection

/// Which satisfaction trend.
public struct SatisfactionQuestion: Sendable, Hashable {
    /// `nps`, `csat`, `ces`, `enps` or `rating`.
    public var metric: String
    /// One survey; nil takes all together that use the metric on the same scale.
    public var survey: String?
    /// One question of it; nil takes all.
    public var question: String?
    /// The length of the periods.
    public var by: Granularity
    /// A recorded dimension to break the answers down by, like `region`; an empty text is the name of none.
    public var dimension: String?
    /// First and last day, both included; nil is unbounded.
    public var from: CivilDate?
    /// Last day, included; nil is unbounded.
    public var to: CivilDate?
    /// The IANA zone that days belong to.
    public var zone: String
    /// Of the answers of one person to one question, only one within so many days counts; 0 counts all.
    public var onePerDays: Int

    /// The longest time within which only one answer counts: a century.
    public static let mostRepeatDays = 36_500

    /// Asks for a metric by month; by default all surveys and questions together, at all times, by days in UTC.
    public init(
        metric: String, survey: String? = nil, question: String? = nil, by: Granularity = .month,
        dimension: String? = nil, from: CivilDate? = nil, to: CivilDate? = nil, zone: String = "UTC",
        onePerDays: Int = 0
    ) {
        self.metric = metric
        self.survey = survey
        self.question = question
        self.by = by
        self.dimension = dimension
        self.from = from
        self.to = to
        self.zone = zone
        self.onePerDays = onePerDays
    }

    /// - Throws: ``InvalidRepeatRule``.
    fileprivate func check() throws(InvalidRepeatRule) {
        guard (0...Self.mostRepeatDays).contains(onePerDays) else { throw .days(onePerDays) }
    }
}

extension CRMState {
    /// The satisfaction trend that `question` asks for, with its test, control chart and response rates.
    ///
    /// Rows only: O(series × periods × log n), and for the test O(p² log p) of the p periods of each group, at most
    /// ``SatisfactionTrend/mostTestedPeriods`` of them. A rule against repeated answers looks at all persons, too:
    /// O(persons × their answers).
    ///
    /// - Throws: ``UnknownTimeZone``, ``InvalidRepeatRule``, ``MixedScales`` when answers on different scales, on the
    ///   days asked about, would be added up.
    public func satisfaction(
        _ question: SatisfactionQuestion, atLeast position: Position? = nil
    ) async throws -> SatisfactionTrend {
        try question.check()
        let calendar = try ZonedCalendar(zone: question.zone)
        if question.onePerDays == 0 {
            try await wait(for: position, of: SatisfactionModel.name)
            return try rows.read(SatisfactionModel.name) { reader in
                try SatisfactionTrend(question, calendar, RepeatedAnswers(), reader)
            }
        }
        try await wait(for: position, of: SatisfactionModel.name, LoyaltyModel.name)
        return try rows.read(SatisfactionModel.name, and: LoyaltyModel.name) { reader, persons in
            try SatisfactionTrend(question, calendar, RepeatedAnswers(question, persons), reader)
        }
    }

    /// The surveys with their metrics, questions and recorded dimensions: what can be asked for.
    public func surveys() throws -> [(metric: String, survey: String, question: String, dimensions: [String])] {
        try rows.read(SatisfactionModel.name) { reader in
            var found: [(metric: String, survey: String, question: String, dimensions: [String])] = []
            for name in try reader.seriesNames(SatisfactionModel.answers) {
                if let last = found.last, last.metric.sameBytes(as: name[0]), last.survey.sameBytes(as: name[1]),
                    last.question.sameBytes(as: name[2])
                {
                    if !name[4].isEmpty, !last.dimensions.contains(where: { $0.sameBytes(as: name[4]) }) {
                        found[found.count - 1].dimensions.append(name[4])
                    }
                } else {
                    found.append((name[0], name[1], name[2], name[4].isEmpty ? [] : [name[4]]))
                }
            }
            return found
        }
    }
}

/// Answers on different scales cannot be added up: name one survey, or days on which only one scale was answered on.
public struct MixedScales: Error, Equatable, Sendable, CustomStringConvertible {
    /// The metric whose answers do not add up.
    public let metric: String
    /// The scales that were found, as `0..10`, sorted.
    public let scales: [String]

    public var description: String {
        "\(metric) was asked on the scales \(scales.joined(separator: ", ")); "
            + "name one survey, or a range of days"
    }
}
