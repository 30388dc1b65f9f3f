public import EventLog
internal import Foundation
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
    /// A recorded dimension to break the answers down by, like `region`.
    public var dimension: String?
    /// First and last day, both included; nil is unbounded.
    public var from: CivilDate?
    /// Last day, included; nil is unbounded.
    public var to: CivilDate?
    /// The IANA zone that days belong to.
    public var zone: String

    /// Asks for a metric by month; by default all surveys and questions together, at all times, by days in UTC.
    public init(
        metric: String, survey: String? = nil, question: String? = nil, by: Granularity = .month,
        dimension: String? = nil, from: CivilDate? = nil, to: CivilDate? = nil, zone: String = "UTC"
    ) {
        self.metric = metric
        self.survey = survey
        self.question = question
        self.by = by
        self.dimension = dimension
        self.from = from
        self.to = to
        self.zone = zone
    }
}

/// Satisfaction period by period, with the uncertainty of each figure.
public struct SatisfactionTrend: Codable, Sendable, Hashable {
    /// The answers of one period (and value of the dimension).
    public struct Point: Codable, Sendable, Hashable {
        /// `2017-03`, `2017-Q1` ...; "all" for the whole range.
        public let period: String
        /// The value of the dimension; nil without one.
        public let group: String?
        /// How often each score was given, and how often none was.
        public let counts: ScoreCounts
        /// The mean score, with its interval of 95 %; nil when no score was given.
        public let mean: MeanInterval?
        /// For the metrics `nps` and `enps`.
        public let nps: NetPromoterScore?
        /// For `csat` and `rating`.
        public let csat: CustomerSatisfactionScore?
        /// For `ces`.
        public let ces: CustomerEffortScore?
    }

    /// `nps`, `csat`, `ces`, `enps` or `rating`.
    public let metric: String
    /// What answers are broken down by; nil takes all together.
    public let dimension: String?
    /// The length of the periods.
    public let by: Granularity
    /// The IANA zone that days belong to.
    public let zone: String
    /// By group, then period; periods without respondents are left out.
    public let points: [Point]
    /// All points of a group together, one for each group.
    public let overall: [Point]
    /// The position that the answer is of.
    public let position: Position
}

extension CRMState {
    /// The satisfaction trend that `question` asks for. Rows only: O(series × periods).
    ///
    /// - Throws: ``UnknownTimeZone``, ``MixedScales`` when answers on different scales would be added up.
    public func satisfaction(
        _ question: SatisfactionQuestion, atLeast position: Position? = nil
    ) async throws -> SatisfactionTrend {
        try await wait(for: position, of: SatisfactionModel.name)
        let calendar = try ZonedCalendar(zone: question.zone)
        return try rows.read(SatisfactionModel.name) { reader in
            try SatisfactionTrend(question, calendar, reader)
        }
    }

    /// The surveys with their metrics, questions and recorded dimensions: what can be asked for.
    public func surveys() throws -> [(metric: String, survey: String, question: String, dimensions: [String])] {
        try rows.read(SatisfactionModel.name) { reader in
            var found: [(metric: String, survey: String, question: String, dimensions: [String])] = []
            for name in try reader.seriesNames(SatisfactionModel.answers) {
                if let last = found.last, last.metric == name[0], last.survey == name[1], last.question == name[2] {
                    if !name[4].isEmpty, !last.dimensions.contains(name[4]) {
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

/// Answers on different scales cannot be added up: name one survey.
public struct MixedScales: Error, Equatable, Sendable, CustomStringConvertible {
    /// The metric whose answers do not add up.
    public let metric: String
    /// The scales that were found, as `0..10`, sorted.
    public let scales: [String]

    public var description: String {
        "\(metric) was asked on the scales \(scales.joined(separator: ", ")); name one survey"
    }
}

extension SatisfactionTrend {
    init(_ question: SatisfactionQuestion, _ calendar: ZonedCalendar, _ reader: borrowing ModelReader) throws {
        let groups = try Self.groups(question, reader)
        var points: [Point] = []
        var overall: [Point] = []
        for (value, series) in groups {
            let scale = series[0][3]
            guard let days = try Self.days(of: series, question, reader) else { continue }
            var total = try Self.counts([], scale)
            var period = CalendarPeriod(question.by, containing: days.lowerBound)
            while period.firstDay <= days.upperBound {
                let start = calendar.startOfDay(max(period.firstDay, days.lowerBound))
                let end = calendar.endOfDay(min(period.lastDay, days.upperBound))
                var columns: [Int64] = []
                for parts in series {
                    let counted = try reader.sum(SatisfactionModel.answers, parts, from: start, to: end)
                    try add(counted, to: &columns)
                }
                let counts = try Self.counts(columns, scale)
                if counts.respondents > 0 {
                    points.append(Point(period.label, value, counts, question.metric))
                    try total.combine(counts)
                }
                period = period.next
            }
            overall.append(Point("all", value, total, question.metric))
        }
        self.init(
            metric: question.metric, dimension: question.dimension, by: question.by, zone: calendar.name,
            points: points, overall: overall, position: reader.position)
    }

    /// The series to add up, for each value of the dimension.
    private static func groups(
        _ question: SatisfactionQuestion, _ reader: borrowing ModelReader
    ) throws -> [(value: String?, series: [[String]])] {
        let under = [question.metric] + (question.survey.map { [$0] } ?? [])
        let names = try reader.seriesNames(SatisfactionModel.answers, under: under)
            .map { under + $0 }
            .filter { $0[4] == question.dimension ?? "" }
            .filter { name in question.question.map { $0 == name[2] } ?? true }
        let scales = Set(names.map { $0[3] })
        guard scales.count <= 1 else { throw MixedScales(metric: question.metric, scales: scales.sorted()) }
        let byValue = Dictionary(grouping: names) { $0[5] }
        return byValue.keys.sorted().map { value in
            (question.dimension == nil ? nil : value, byValue[value] ?? [])
        }
    }

    /// The days that the points cover: as asked, but not beyond those that have answers.
    private static func days(
        of series: [[String]], _ question: SatisfactionQuestion, _ reader: borrowing ModelReader
    ) throws -> ClosedRange<CivilDate>? {
        var first = Int.max
        var last = Int.min
        for parts in series {
            guard let days = try reader.days(SatisfactionModel.answers, parts) else { continue }
            first = min(first, days.lowerBound)
            last = max(last, days.upperBound)
        }
        guard first <= last else { return nil }
        // A day of the zone may begin on the UTC day before or end on the one after.
        let lower = max(CivilDate(daysSinceEpoch: first - 1), question.from ?? CivilDate(daysSinceEpoch: first - 1))
        let upper = min(CivilDate(daysSinceEpoch: last + 1), question.to ?? CivilDate(daysSinceEpoch: last + 1))
        return lower <= upper ? lower...upper : nil
    }

    private static func counts(_ columns: [Int64], _ scale: String) throws -> ScoreCounts {
        let ends = scale.components(separatedBy: "..").compactMap { Int($0) }
        guard ends.count == 2 else { throw MixedScales(metric: "answers", scales: [scale]) }
        var scores = columns.dropFirst(SatisfactionModel.Column.firstScore).map { Int($0) }
        while scores.count < ends[1] - ends[0] + 1 { scores.append(0) }
        func column(_ index: Int) -> Int { index < columns.count ? Int(columns[index]) : 0 }
        guard
            let counts = ScoreCounts(
                scaleMin: ends[0], scaleMax: ends[1], counts: scores,
                noAnswer: column(SatisfactionModel.Column.noAnswer),
                notApplicable: column(SatisfactionModel.Column.notApplicable))
        else { throw MixedScales(metric: "answers", scales: [scale]) }
        return counts
    }
}

/// Adds columns up; either may be shorter, its missing columns being zero.
///
/// - Throws: `SumOverflow` when a sum does not fit into 64 bits.
func add(_ columns: [Int64], to sums: inout [Int64]) throws {
    while sums.count < columns.count { sums.append(0) }
    for (index, value) in columns.enumerated() { sums[index] = try sum([sums[index], value]) }
}

extension SatisfactionTrend.Point {
    init(_ period: String, _ group: String?, _ counts: ScoreCounts, _ metric: String) {
        self.init(
            period: period, group: group, counts: counts, mean: MeanInterval(counts),
            nps: metric == "nps" || metric == "enps" ? NetPromoterScore(counts) : nil,
            csat: metric == "csat" || metric == "rating" ? CustomerSatisfactionScore(counts) : nil,
            ces: metric == "ces" ? CustomerEffortScore(counts) : nil)
    }
}
