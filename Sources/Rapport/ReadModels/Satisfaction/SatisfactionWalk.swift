internal import EventLog
internal import LMDB
internal import Projection

/// What was answered in one period of a group, and who was asked.
struct SatisfactionPeriod {
    /// `2017-03`, `2017-Q1` ...; "all" for the whole range.
    let label: String
    let counts: ScoreCounts
    /// Nil where nobody was invited.
    let response: SatisfactionTrend.Response?
    /// Nil without scores.
    let estimate: FigureEstimate?
    /// Answers that do not count, as given shortly after another.
    let repeats: Int

    /// Whether there is anything to tell of it.
    var isShown: Bool { counts.respondents > 0 || repeats > 0 || response != nil }
}

/// The series that one value of the dimension is counted in.
struct SatisfactionGroup {
    /// The value; nil without a dimension.
    let value: String?
    /// The scale of all answers.
    let scale: ClosedRange<Int>
    /// Names of series of answers.
    let answers: [[String]]
    /// Names of series of invitations.
    let invitations: [[String]]

    /// The days that its periods cover: as asked, but not beyond those that have answers or invitations.
    func days(_ question: SatisfactionQuestion, _ reader: borrowing ModelReader) throws -> ClosedRange<CivilDate>? {
        var (first, last) = (Int.max, Int.min)
        func include(_ days: ClosedRange<Int>?) {
            guard let days else { return }
            first = min(first, days.lowerBound)
            last = max(last, days.upperBound)
        }
        for parts in answers { include(try reader.days(SatisfactionModel.answers, parts)) }
        for parts in invitations { include(try reader.days(SatisfactionModel.invitations, parts)) }
        guard first <= last else { return nil }
        // A day of the zone may begin on the UTC day before or end on the one after.
        let lower = max(CivilDate(daysSinceEpoch: first - 1), question.from ?? CivilDate(daysSinceEpoch: first - 1))
        let upper = min(CivilDate(daysSinceEpoch: last + 1), question.to ?? CivilDate(daysSinceEpoch: last + 1))
        return lower <= upper ? lower...upper : nil
    }

    /// What happened from `start` (included) to `end` (left out). O(series × log n).
    func period(
        _ label: String, _ figure: SatisfactionFigure, from start: Timestamp, to end: Timestamp,
        without repeated: RepeatedAnswers, _ reader: borrowing ModelReader
    ) throws -> SatisfactionPeriod {
        var columns: [Int64] = []
        for parts in answers {
            try add(try reader.sum(SatisfactionModel.answers, parts, from: start, to: end), to: &columns)
        }
        var invited: [Int64] = []
        for parts in invitations {
            try add(try reader.sum(SatisfactionModel.invitations, parts, from: start, to: end), to: &invited)
        }
        let repeats = repeated.takeOut(of: &columns, on: scale, group: value, from: start, to: end)
        let counts = try ScoreCounts(columns: columns, on: scale)
        return SatisfactionPeriod(
            label: label, counts: counts, response: SatisfactionTrend.Response(columns: invited),
            estimate: FigureEstimate(figure, counts), repeats: repeats)
    }
}

extension SatisfactionTrend {
    init(
        _ question: SatisfactionQuestion, _ calendar: ZonedCalendar, _ repeated: RepeatedAnswers,
        _ reader: borrowing ModelReader
    ) throws {
        let hasRule = question.onePerDays > 0
        let series = try SatisfactionSeries(question, calendar, reader)
        var points: [Point] = []
        var overall: [Point] = []
        var trends: [GroupTrend] = []
        for group in series.groups {
            guard let days = try group.days(question, reader) else { continue }
            let figure = SatisfactionFigure(metric: question.metric, scale: group.scale)
            var periods: [SatisfactionPeriod] = []
            var total = ScoreCounts(scale: group.scale)
            var period = CalendarPeriod(question.by, containing: days.lowerBound)
            while period.firstDay <= days.upperBound {
                let start = calendar.startOfDay(max(period.firstDay, days.lowerBound))
                let end = calendar.endOfDay(min(period.lastDay, days.upperBound))
                let found = try group.period(
                    period.label, figure, from: start, to: end, without: repeated, reader)
                try total.combine(found.counts)
                periods.append(found)
                period = period.next
            }
            let chart = FigureEstimate.chart(periods.map(\.estimate))
            for (number, period) in periods.enumerated() where period.isShown {
                points.append(Point(period, group.value, question.metric, chart?.points[number], hasRule))
            }
            let all = SatisfactionPeriod(
                label: "all", counts: total, response: try Response(adding: periods.compactMap(\.response)),
                estimate: nil, repeats: periods.reduce(0) { $0 + $1.repeats })
            overall.append(Point(all, group.value, question.metric, nil, hasRule))
            trends.append(GroupTrend(group.value, figure, periods, chart))
        }
        self.init(
            metric: question.metric, dimension: question.dimension, by: question.by, zone: calendar.name,
            onePerDays: hasRule ? question.onePerDays : nil, points: points, overall: overall, trends: trends,
            responses: try SurveyResponses.all(
                of: series.surveys, from: question.from.map { calendar.startOfDay($0) },
                to: question.to.map { calendar.endOfDay($0) }, reader),
            position: reader.position)
    }
}

/// The series that a question is answered from.
struct SatisfactionSeries {
    /// By value, in byte order.
    var groups: [SatisfactionGroup] = []
    /// The surveys that the answers are of, in byte order.
    let surveys: [String]

    /// - Throws: ``MixedScales`` when answers on different scales would be added up.
    init(_ question: SatisfactionQuestion, _ calendar: ZonedCalendar, _ reader: borrowing ModelReader) throws {
        // No dimension is named by an empty text: what stands under it are the answers of all groups.
        if question.dimension?.isEmpty == true {
            surveys = []
            return
        }
        let dimension = question.dimension ?? ""
        let under = [question.metric] + (question.survey.map { [$0] } ?? [])
        var names = try reader.seriesNames(SatisfactionModel.answers, under: under)
            .map { under + $0 }
            .filter { $0[4].sameBytes(as: dimension) }
            .filter { name in question.question.map { $0.sameBytes(as: name[2]) } ?? true }
        surveys = Self.distinct(names.map { $0[1] })
        var scales = Set(names.map { $0[3] })
        if scales.count > 1, question.from != nil || question.to != nil {
            names = try Self.answered(names, question, calendar, reader)
            scales = Set(names.map { $0[3] })
        }
        guard scales.count <= 1 else { throw MixedScales(metric: question.metric, scales: scales.sorted()) }
        guard let text = scales.first else { return }
        let scale = try ScoreCounts.scale(text)
        var invitations: [[String]] = []
        for survey in surveys {
            invitations += try reader.seriesNames(SatisfactionModel.invitations, under: [survey])
                .map { [survey] + $0 }
                .filter { $0[1].sameBytes(as: dimension) }
        }
        let answersOf = Dictionary(grouping: names) { Array($0[5].utf8) }
        let invitationsOf = Dictionary(grouping: invitations) { Array($0[2].utf8) }
        for value in Self.distinct((names.map { $0[5] }) + (invitations.map { $0[2] })) {
            groups.append(
                SatisfactionGroup(
                    value: question.dimension == nil ? nil : value, scale: scale,
                    answers: answersOf[Array(value.utf8)] ?? [], invitations: invitationsOf[Array(value.utf8)] ?? []))
        }
    }

    /// The series of answers that have any on the days asked about. O(series × log n).
    private static func answered(
        _ names: [[String]], _ question: SatisfactionQuestion, _ calendar: ZonedCalendar,
        _ reader: borrowing ModelReader
    ) throws -> [[String]] {
        let start = question.from.map { calendar.startOfDay($0) }
        let end = question.to.map { calendar.endOfDay($0) }
        var found: [[String]] = []
        for name in names {
            let columns = try reader.sum(SatisfactionModel.answers, name, from: start, to: end)
            if let respondents = columns.first, respondents > 0 { found.append(name) }
        }
        return found
    }

    /// Each text once, in byte order.
    static func distinct(_ texts: [String]) -> [String] {
        var found: [String] = []
        for text in texts.sorted(by: { $0.compareBytes(to: $1) < 0 })
        where found.last.map({ $0.sameBytes(as: text) }) != true {
            found.append(text)
        }
        return found
    }
}

/// Adds columns up; either may be shorter, its missing columns being zero.
///
/// - Throws: `SumOverflow` when a sum does not fit into 64 bits.
func add(_ columns: [Int64], to sums: inout [Int64]) throws {
    while sums.count < columns.count { sums.append(0) }
    for (index, value) in columns.enumerated() { sums[index] = try sum([sums[index], value]) }
}

extension SatisfactionTrend.Response {
    /// Nil where nobody was invited.
    fileprivate init?(columns: [Int64]) {
        guard let invited = columns.first, invited > 0 else { return nil }
        let answered = columns.count > 1 ? columns[1] : 0
        self.init(invited: invited, answered: answered, rateBp: basisPoints(answered, of: invited))
    }

    /// Nil of none.
    fileprivate init?(adding responses: [Self]) throws {
        self.init(columns: [try sum(responses.map(\.invited)), try sum(responses.map(\.answered))])
    }
}

extension SatisfactionTrend.Point {
    fileprivate init(
        _ period: SatisfactionPeriod, _ group: String?, _ metric: String, _ chart: ControlChart.Point?,
        _ hasRule: Bool
    ) {
        let counts = period.counts
        self.init(
            period: period.label, group: group, counts: counts, repeats: hasRule ? period.repeats : nil,
            isSmallSample: counts.validCount < NetShare.smallestWaldSample, mean: MeanInterval(counts),
            nps: metric == "nps" || metric == "enps" ? NetPromoterScore(counts) : nil,
            csat: metric == "csat" || metric == "rating" ? CustomerSatisfactionScore(counts) : nil,
            ces: metric == "ces" ? CustomerEffortScore(counts) : nil, response: period.response,
            control: chart.flatMap { SatisfactionTrend.ControlState($0) })
    }
}

extension SatisfactionTrend.ControlState {
    /// Nil for a period without scores.
    fileprivate init?(_ point: ControlChart.Point) {
        guard point.sample != nil else { return nil }
        let signal: SatisfactionTrend.Side? = point.signal.map { $0 == .above ? .above : .below }
        self.init(average: point.average, lower: point.lower, upper: point.upper, signal: signal)
    }
}

extension ScoreCounts {
    /// The columns of a series of answers, which may be fewer than the scale has scores.
    fileprivate init(columns: [Int64], on scale: ClosedRange<Int>) throws {
        var scores = columns.dropFirst(SatisfactionModel.Column.firstScore).map { Int($0) }
        while scores.count < scale.count { scores.append(0) }
        func column(_ index: Int) -> Int { index < columns.count ? Int(columns[index]) : 0 }
        guard
            let counts = ScoreCounts(
                scaleMin: scale.lowerBound, scaleMax: scale.upperBound, counts: scores,
                noAnswer: column(SatisfactionModel.Column.noAnswer),
                notApplicable: column(SatisfactionModel.Column.notApplicable))
        else { throw MixedScales(metric: "answers", scales: ["\(scale.lowerBound)..\(scale.upperBound)"]) }
        self = counts
    }

    /// The scale that the text `1..5` names.
    fileprivate static func scale(_ text: String) throws -> ClosedRange<Int> {
        let ends = text.split(separator: "..").compactMap { Int($0) }
        guard ends.count == 2, ends[0] < ends[1], scoreLimits.contains(ends[0]), scoreLimits.contains(ends[1]) else {
            throw MixedScales(metric: "answers", scales: [text])
        }
        return ends[0]...ends[1]
    }
}
